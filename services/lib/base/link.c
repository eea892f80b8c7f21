#include "base/link.h"

#include "base/settings.h"

#include <string.h>

const char *link_base(struct arena *arena)
{
    const char *base = setting_text(SET_BASE_URL);
    size_t n = strlen(base);
    if (n == 0) {
        return arena_printf(arena, "http://127.0.0.1:%lld", (long long)setting_int(SET_WEB_PORT));
    }
    while (n > 0 && base[n - 1] == '/') {
        n--;
    }
    return arena_strndup(arena, base, n);
}

const char *link_url(struct arena *arena, const struct token *token)
{
    char text[TOKEN_SIZE];
    const char *ending = token->purpose == TOKEN_FEED ? ".ics" : "";
    return arena_printf(arena, "%s/%s/%s%s", link_base(arena), token_purpose_name(token->purpose),
                        token_sign(token, text), ending);
}
