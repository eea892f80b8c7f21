#include "base/token.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MIN     32
#define KEY_MAX     256
#define MAC_SIZE    32
#define VERSION     1
#define KEY_ID      1
#define FIELDS      7
#define PAYLOAD_MAX 96

#define SHORT_MAC_SIZE 10

static unsigned char token_key[KEY_MAX];
static size_t token_key_len;

static const char *const purpose_names[N_TOKEN_PURPOSES] = {
    "answer", "agenda", "feed", "unsubscribe", "lead", "organiser", "bounce", "meet", "here"};

const char *token_purpose_name(enum token_purpose purpose)
{
    return purpose_names[purpose];
}

int token_set_key(const char *key, struct err *err)
{
    size_t len = strlen(key);
    if (len < KEY_MIN || len > KEY_MAX) {
        return err_set(err, ERR_USAGE,
                       "ROLLCALL_SECRET has %zu characters; it needs %d to %d random ones", len,
                       KEY_MIN, KEY_MAX);
    }
    memcpy(token_key, key, len);
    token_key_len = len;
    return 0;
}

static void sign(const char *payload, size_t len, unsigned char mac[MAC_SIZE])
{
    if (token_key_len == 0) {
        abort(); /* signing without a key is a mistake in the program */
    }
    unsigned int mac_len = MAC_SIZE;
    if (HMAC(EVP_sha256(), token_key, (int)token_key_len, (const unsigned char *)payload, len, mac,
             &mac_len) == NULL) {
        abort();
    }
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t base64url(const unsigned char *in, size_t n, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i += 3) {
        unsigned word = (unsigned)in[i] << 16;
        word |= i + 1 < n ? (unsigned)in[i + 1] << 8 : 0;
        word |= i + 2 < n ? (unsigned)in[i + 2] : 0;
        size_t chars = i + 2 < n ? 4 : i + 1 < n ? 3 : 2;
        for (size_t j = 0; j < chars; j++) {
            out[len++] = alphabet[(word >> (18 - 6 * j)) & 63];
        }
    }
    out[len] = '\0';
    return len;
}

/* Decodes in[0..n); false for anything that base64url() would not have written. */
static bool unbase64url(const char *in, size_t n, unsigned char *out, size_t max, size_t *ret_len)
{
    size_t len = 0;
    unsigned bits = 0;
    int n_bits = 0;
    for (size_t i = 0; i < n; i++) {
        const char *at = in[i] == '\0' ? NULL : strchr(alphabet, in[i]);
        if (at == NULL || len >= max) {
            return false;
        }
        bits = (bits << 6 | (unsigned)(at - alphabet)) & 0xFFFFFF;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[len++] = (unsigned char)(bits >> n_bits);
        }
    }
    *ret_len = len;
    return n % 4 != 1 && (bits & ((1U << n_bits) - 1)) == 0;
}

const char *token_sign(const struct token *token, char *buf)
{
    char payload[PAYLOAD_MAX];
    int n = snprintf(payload, sizeof payload, "%d.%d.%d.%llx.%llx.%llx.%llx", VERSION, KEY_ID,
                     (int)token->purpose, (long long)token->event_id, (long long)token->subject,
                     (long long)token->person_id, (long long)token->expires_s);
    unsigned char mac[MAC_SIZE];
    sign(payload, (size_t)n, mac);
    size_t len = base64url((const unsigned char *)payload, (size_t)n, buf);
    buf[len++] = '.';
    (void)base64url(mac, 16, buf + len); /* 128 bits are as much as anyone could guess at */
    return buf;
}

static bool read_payload(const char *payload, struct token *token)
{
    int version = 0;
    int key_id = 0;
    int purpose = 0;
    unsigned long long event_id = 0;
    unsigned long long subject = 0;
    unsigned long long person_id = 0;
    unsigned long long expires_s = 0;
    if (sscanf(payload, "%d.%d.%d.%llx.%llx.%llx.%llx", &version, &key_id, &purpose, &event_id,
               &subject, &person_id, &expires_s) != FIELDS ||
        version != VERSION || key_id != KEY_ID || purpose < 0 || purpose >= N_TOKEN_PURPOSES) {
        return false;
    }
    *token = (struct token){(enum token_purpose)purpose, (int64_t)event_id, (int64_t)subject,
                            (int64_t)person_id, (int64_t)expires_s};
    return true;
}

enum token_result token_open(const char *text, enum token_purpose purpose, int64_t now_s,
                             struct token *ret)
{
    const char *dot = strchr(text, '.');
    char payload[PAYLOAD_MAX + 1];
    unsigned char given[MAC_SIZE];
    unsigned char mac[MAC_SIZE];
    size_t payload_len = 0;
    size_t given_len = 0;
    struct token token = {0};
    if (dot == NULL || strlen(text) >= TOKEN_SIZE ||
        !unbase64url(text, (size_t)(dot - text), (unsigned char *)payload, PAYLOAD_MAX,
                     &payload_len) ||
        !unbase64url(dot + 1, strlen(dot + 1), given, sizeof given, &given_len) ||
        given_len != 16) {
        return TOKEN_BAD;
    }
    payload[payload_len] = '\0';
    sign(payload, payload_len, mac);
    if (CRYPTO_memcmp(mac, given, 16) != 0 || !read_payload(payload, &token) ||
        token.purpose != purpose) {
        return TOKEN_BAD;
    }
    *ret = token;
    return token.expires_s < now_s ? TOKEN_EXPIRED : TOKEN_OK;
}

/* RFC 4648 section 6 without padding, in lower case; n must be a multiple of five. */
static void base32(const unsigned char *in, size_t n, char *out)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    size_t len = 0;
    for (size_t i = 0; i < n; i += 5) {
        uint64_t word = 0;
        for (size_t j = 0; j < 5; j++) {
            word = word << 8 | in[i + j];
        }
        for (int shift = 35; shift >= 0; shift -= 5) {
            out[len++] = digits[(word >> shift) & 31];
        }
    }
    out[len] = '\0';
}

const char *token_short_sign(enum token_purpose purpose, int64_t event_id, int64_t subject,
                             char *buf)
{
    char payload[PAYLOAD_MAX];
    unsigned char mac[MAC_SIZE];
    int n = snprintf(payload, sizeof payload, "s%d.%d.%d.%llx.%llx", VERSION, KEY_ID, (int)purpose,
                     (long long)event_id, (long long)subject);
    sign(payload, (size_t)n, mac);
    n = snprintf(buf, TOKEN_SHORT_SIZE, "%llx-%llx-", (long long)event_id, (long long)subject);
    base32(mac, SHORT_MAC_SIZE, buf + n);
    return buf;
}

/* A hexadecimal number of at most 15 digits and the hyphen behind it; NULL = something else. */
static const char *read_number(const char *text, int64_t *ret)
{
    char *end = NULL;
    if (!isxdigit((unsigned char)text[0])) {
        return NULL;
    }
    unsigned long long number = strtoull(text, &end, 16);
    if (*end != '-' || end - text > 15) {
        return NULL;
    }
    *ret = (int64_t)number;
    return end + 1;
}

size_t token_short_open(const char *text, enum token_purpose purpose, int64_t *ret_event_id,
                        int64_t *ret_subject)
{
    char mine[TOKEN_SHORT_SIZE];
    char given[TOKEN_SHORT_SIZE];
    int64_t event_id = 0;
    int64_t subject = 0;
    const char *at = read_number(text, &event_id);
    if (at == NULL || read_number(at, &subject) == NULL) {
        return 0;
    }
    size_t n = strlen(token_short_sign(purpose, event_id, subject, mine));
    for (size_t i = 0; i < n; i++) {
        given[i] = (char)tolower((unsigned char)text[i]);
        if (text[i] == '\0') {
            return 0;
        }
    }
    if (CRYPTO_memcmp(mine, given, n) != 0) {
        return 0;
    }
    *ret_event_id = event_id;
    *ret_subject = subject;
    return n;
}

const char *token_hash(const char *what, const char *text, char *buf)
{
    char payload[PAYLOAD_MAX];
    unsigned char mac[MAC_SIZE];
    /* first the text, of any length; that MAC is never shown */
    sign(text, strlen(text), mac);
    int n = snprintf(payload, sizeof payload, "h%d.%.20s.", VERSION, what);
    for (size_t i = 0; i < MAC_SIZE; i++) {
        n += snprintf(payload + n, sizeof payload - (size_t)n, "%02x", mac[i]);
    }
    sign(payload, (size_t)n, mac);
    for (size_t i = 0; i < (TOKEN_HASH_SIZE - 1) / 2; i++) {
        (void)snprintf(buf + 2 * i, 3, "%02x", mac[i]);
    }
    return buf;
}
