#include "net/smtp_internal.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include <unicode/uidna.h>

#define LOCAL_PART_MAX 64

bool smtp_is_host_name(const char *name)
{
    return name[0] != '\0' &&
           name[strspn(name,
                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:")] ==
               '\0';
}

bool smtp_needs_utf8(const char *address)
{
    const char *at = strrchr(address, '@');
    for (const char *p = address; *p != '\0' && p != at; p++) {
        if ((unsigned char)*p >= 0x80) {
            return true;
        }
    }
    return false;
}

/* Only what can stand between < and > on a command line: no blanks, controls, brackets, quotes. */
static bool is_clean(const char *address)
{
    for (const char *p = address; *p != '\0'; p++) {
        if ((unsigned char)*p <= 0x20 || *p == 0x7F || strchr("<>()[]\\,;:\"", *p) != NULL) {
            return false;
        }
    }
    return utf8_is_valid(address, strlen(address), NULL);
}

static bool domain_to_ascii(const char *domain, char *buf, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
    if (U_FAILURE(status)) {
        return false;
    }
    int32_t n = uidna_nameToASCII_UTF8(idna, domain, -1, buf, (int32_t)size, &info, &status);
    uidna_close(idna);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING && info.errors == 0 &&
           n > 0;
}

bool smtp_address(const char *address, char *buf, size_t size)
{
    const char *at = strrchr(address, '@');
    char domain[256];
    if (at == NULL || at == address || at - address > LOCAL_PART_MAX || !is_clean(address) ||
        !domain_to_ascii(at + 1, domain, sizeof domain) || !smtp_is_host_name(domain)) {
        return false;
    }
    if (memchr(address, '@', (size_t)(at - address)) != NULL || address[0] == '.' ||
        at[-1] == '.') {
        return false;
    }
    int n = snprintf(buf, size, "%.*s@%s", (int)(at - address), address, domain);
    return n > 0 && (size_t)n < size;
}
