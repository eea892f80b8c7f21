#include "notifier/return_path.h"

#include "base/settings.h"
#include "base/token.h"
#include "net/smtp.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The longest token: two ids of 15 digits, two hyphens, 16 letters. */
#define LONGEST "fffffffffffffff-fffffffffffffff-aaaaaaaaaaaaaaaa"
#define LOCAL_PART_CHARS                                                                           \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-"

static const char *fill(const char *pattern, const char *token, struct arena *arena)
{
    const char *star = strchr(pattern, '*');
    return arena_printf(arena, "%.*s%s%s", (int)(star - pattern), pattern, token, star + 1);
}

int return_path_check(const char *pattern, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    char ascii[400];
    const char *star = strchr(pattern, '*');
    const char *at = strrchr(pattern, '@');
    if (star == NULL) {
        return 0; /* looked at when it is used */
    }
    if (at == NULL || star > at || strchr(star + 1, '*') != NULL ||
        !smtp_address(fill(pattern, LONGEST, arena), ascii, sizeof ascii)) {
        return err_set(err, ERR_USAGE,
                       "ROLLCALL_MAIL_BOUNCE: a * stands once, before the @, with at most 16 "
                       "characters around it");
    }
    return 0;
}

const char *return_path_of(const char *pattern, int64_t event_id, int64_t outbox_id,
                           struct arena *arena)
{
    char token[TOKEN_SHORT_SIZE];
    if (strchr(pattern, '*') == NULL) {
        return pattern;
    }
    return fill(pattern, token_short_sign(TOKEN_BOUNCE, event_id, outbox_id, token), arena);
}

static bool is_inside_word(char c)
{
    return c != '\0' && strchr(LOCAL_PART_CHARS, c) != NULL;
}

bool return_path_find(const char *pattern, const char *text, size_t n, int64_t *ret_event_id,
                      int64_t *ret_outbox_id)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL) {
        return false;
    }
    size_t head = (size_t)(star - pattern);
    size_t tail = strlen(star + 1);
    for (size_t i = 0; i + head + tail < n; i++) {
        if ((i > 0 && is_inside_word(text[i - 1])) || strncasecmp(text + i, pattern, head) != 0 ||
            !isxdigit((unsigned char)text[i + head])) {
            continue;
        }
        char token[TOKEN_SHORT_SIZE] = "";
        size_t left = n - i - head;
        memcpy(token, text + i + head, left < sizeof token - 1 ? left : sizeof token - 1);
        size_t used = token_short_open(token, TOKEN_BOUNCE, ret_event_id, ret_outbox_id);
        if (used > 0 && used + tail <= left &&
            strncasecmp(text + i + head + used, star + 1, tail) == 0) {
            return true;
        }
    }
    return false;
}
