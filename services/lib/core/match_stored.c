#include "core/match_stored.h"

#include "base/str.h"

#include <string.h>

static const char *const basis_names[] = {"words", "likes", "people", "fashion"};

const char *match_basis_name(enum match_basis basis)
{
    return basis_names[basis];
}

static enum match_basis basis_parse(const char *text)
{
    for (int i = 0; i < (int)(sizeof basis_names / sizeof basis_names[0]); i++) {
        if (strcmp(basis_names[i], text) == 0) {
            return (enum match_basis)i;
        }
    }
    return MATCH_BY_WORDS;
}

const char *match_join_reasons(const struct match_result *result, struct arena *arena)
{
    CLEANUP(str_done) struct str text = {0};
    for (int i = 0; i < result->n_because; i++) {
        str_add(&text, i == 0 ? "" : "; ");
        str_add(&text, result->because[i]);
    }
    return arena_strdup(arena, str_text(&text));
}

/* Takes "a; b; c" apart again. */
static int split_reasons(const char *text, struct arena *arena, const char ***ret)
{
    VEC(const char *) reasons = {0};
    while (text[0] != '\0') {
        const char *end = strstr(text, "; ");
        size_t n = end == NULL ? strlen(text) : (size_t)(end - text);
        *vec_add(arena, &reasons) = arena_strndup(arena, text, n);
        text += end == NULL ? n : n + 2;
    }
    *ret = reasons.items;
    return (int)reasons.n;
}

int match_stored(const struct conference *conf, int person, struct arena *arena,
                 struct match_result **ret)
{
    VEC(struct match_result) results = {0};
    for (size_t i = 0; i < conf->matches.n; i++) {
        const struct match *match = &conf->matches.items[i];
        if (match->person != person || match->session < 0) {
            continue;
        }
        struct match_result *result = vec_add(arena, &results);
        *result = (struct match_result){.session = match->session,
                                        .score = match->score,
                                        .basis = basis_parse(match->basis),
                                        .wrote = match->wrote[0] == '\0' ? NULL : match->wrote};
        result->n_because = split_reasons(match->because, arena, &result->because);
    }
    *ret = results.items;
    return (int)results.n;
}
