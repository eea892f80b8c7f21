#include "core/resolve/index.h"

#include "base/strmap.h"

#include <ctype.h>
#include <string.h>

#include <openssl/evp.h>

static size_t fold_email(const char *email, char *out, size_t size)
{
    size_t n = 0;
    while (*email == ' ' || *email == '<') {
        email++;
    }
    for (; *email != '\0' && *email != '>' && *email != ' ' && n + 1 < size; email++) {
        out[n++] = (char)tolower((unsigned char)*email);
    }
    out[n] = '\0';
    return n;
}

static uint64_t nonzero(uint64_t hash)
{
    return hash == 0 ? 1 : hash;
}

uint64_t index_address_md5(const char *md5)
{
    if (md5 == NULL || strlen(md5) != 32) {
        return 0;
    }
    char hex[32];
    for (int i = 0; i < 32; i++) {
        if (!isxdigit((unsigned char)md5[i])) {
            return 0;
        }
        hex[i] = (char)tolower((unsigned char)md5[i]);
    }
    return nonzero(hash_bytes(hex, sizeof hex, 5));
}

uint64_t index_address_email(const char *email)
{
    char folded[320];
    if (email == NULL) {
        return 0;
    }
    size_t n = fold_email(email, folded, sizeof folded);
    if (n < 3 || strchr(folded, '@') == NULL) {
        return 0;
    }
    static EVP_MD_CTX *context; /* both live as long as the process */
    static EVP_MD *md5;
    if (context == NULL) {
        context = EVP_MD_CTX_new();
        md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (context == NULL || md5 == NULL || EVP_DigestInit_ex(context, md5, NULL) != 1 ||
        EVP_DigestUpdate(context, folded, n) != 1 ||
        EVP_DigestFinal_ex(context, digest, &len) != 1) {
        return nonzero(hash_bytes(folded, n, 7)); /* no MD5 here: plain addresses still meet */
    }
    char hex[33];
    for (unsigned i = 0; i < 16; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    return nonzero(hash_bytes(hex, 32, 5));
}

uint64_t index_address_matrix(const char *matrix_id)
{
    char folded[256];
    if (matrix_id == NULL || matrix_id[0] != '@' || strchr(matrix_id, ':') == NULL) {
        return 0;
    }
    return nonzero(hash_bytes(folded, fold_email(matrix_id, folded, sizeof folded), 6));
}

uint32_t index_local_part(const char *email)
{
    static const char *const shared[] = {"info",    "mail",      "linux",  "kernel",     "contact",
                                         "admin",   "root",      "lkml",   "patches",    "office",
                                         "hello",   "webmaster", "public", "opensource", "devel",
                                         "noreply", "postmaster"};
    char folded[320];
    if (email == NULL) {
        return 0;
    }
    fold_email(email, folded, sizeof folded);
    size_t n = strcspn(folded, "@+");
    if (n < 4 || folded[n] == '\0') {
        return 0;
    }
    folded[n] = '\0';
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        if (strcmp(folded, shared[i]) == 0) {
            return 0;
        }
    }
    return index_hash32(folded, n, 9);
}

static bool is_plain_affiliation(const char *word)
{
    static const char *const plain[] = {
        "inc",          "ltd",        "gmbh",       "corp",         "corporation", "llc",
        "co",           "ag",         "the",        "of",           "and",         "for",
        "team",         "subsystem",  "linux",      "kernel",       "labs",        "lab",
        "group",        "limited",    "company",    "technologies", "technology",  "systems",
        "software",     "self",       "none",       "na",           "independent", "folks",
        "contributors", "maintainer", "community",  "project",      "gmail",       "outlook",
        "hotmail",      "yahoo",      "protonmail", "example",      "mail",        "com",
        "org",          "net",        "email",      "posteo",       "gmx",         "icloud",
        "vger"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(word, plain[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int add_affiliation(const char *s, size_t n, uint32_t *ret, int n_ret)
{
    char folded[48];
    enum script script = SCRIPT_NONE;
    size_t len = translit_fold(s, n, folded, sizeof folded, &script);
    if (len < 2 || n_ret >= AFFILIATIONS || is_plain_affiliation(folded)) {
        return n_ret;
    }
    uint32_t hash = index_hash32(folded, len, 11);
    for (int i = 0; i < n_ret; i++) {
        if (ret[i] == hash) {
            return n_ret;
        }
    }
    ret[n_ret] = hash;
    return n_ret + 1;
}

int index_affiliation_words(const char *affiliation, const char *email, uint32_t *ret)
{
    int n = 0;
    char joined[48]; /* "Red Hat" is redhat.com */
    size_t n_joined = 0;
    for (const char *p = affiliation != NULL ? affiliation : ""; *p != '\0';) {
        size_t len = strcspn(p, " ,.;/()-&\t");
        n = add_affiliation(p, len, ret, n < AFFILIATIONS - 1 ? n : AFFILIATIONS - 1);
        if (n_joined + len < sizeof joined) {
            memcpy(joined + n_joined, p, len);
            n_joined += len;
        }
        p += len + (p[len] != '\0');
    }
    n = add_affiliation(joined, n_joined, ret, n);
    const char *at = email != NULL ? strchr(email, '@') : NULL;
    if (at != NULL) { /* the label before the top level: amd in linux.amd.com, suse in suse.de */
        const char *labels[8] = {NULL};
        size_t lens[8] = {0};
        int n_labels = 0;
        for (const char *p = at + 1; *p != '\0' && n_labels < 8;) {
            labels[n_labels] = p;
            lens[n_labels] = strcspn(p, ".>");
            p += lens[n_labels];
            n_labels++;
            p += *p == '.';
            if (*p == '>') {
                break;
            }
        }
        int main_label = n_labels - 2;
        if (n_labels > 2 && lens[n_labels - 2] <= 2 && lens[n_labels - 1] == 2) {
            main_label = n_labels - 3; /* .co.uk */
        }
        if (main_label >= 0) {
            n = add_affiliation(labels[main_label], lens[main_label], ret, n);
        }
    }
    return n;
}
