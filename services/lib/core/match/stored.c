#include "core/match_stored.h"

int match_stored(const struct conference *conf, int person, struct arena *arena,
                 struct match_result **ret)
{
    VEC(struct match_result) results = {0};
    for (size_t i = 0; i < conf->matches.n; i++) {
        const struct match *match = &conf->matches.items[i];
        if (match->person != person || match->session < 0) {
            continue;
        }
        const char **because = arena_array(arena, 1, sizeof *because);
        because[0] = match->because;
        bool is_fashion = match_fashion_detail(match->because) != NULL;
        enum match_basis basis = is_fashion ? MATCH_BY_FASHION : MATCH_AS_TOLD;
        *vec_add(arena, &results) = (struct match_result){.session = match->session,
                                                          .score = match->score,
                                                          .because = because,
                                                          .n_because = 1,
                                                          .basis = basis};
    }
    *ret = results.items;
    return (int)results.n;
}
