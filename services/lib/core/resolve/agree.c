#include "core/resolve/index.h"

bool resolve_names_agree(const char *a, const char *b)
{
    struct written_name one;
    struct written_name two;
    name_parse(a, &one);
    name_parse(b, &two);
    if (one.n_readings == 0 || two.n_readings == 0 || one.readings[0].is_given_alone ||
        two.readings[0].is_given_alone || one.readings[0].script != two.readings[0].script) {
        return true;
    }
    static struct resolve_index *none; /* an empty vocabulary; lives as long as the process */
    if (none == NULL) {
        none = resolve_index_new();
    }
    for (int i = 0; i < one.readings[0].n; i++) {
        struct probe probe;
        score_probe(none, &one.readings[0].tokens[i], &probe);
        for (int k = 0; k < two.readings[0].n; k++) {
            const struct name_token *token = &two.readings[0].tokens[k];
            char key[64];
            struct word word = {.len = token->len, .classes = nicknames_find(token->text)};
            word.skeleton =
                index_key_hash(KEY_SKELETON, key, translit_skeleton(token->text, key, sizeof key));
            enum agreement agreement =
                score_agreement(&probe, &word, token->text, token->is_transliterated);
            if (agreement != AGREE_NOT && agreement != AGREE_INITIAL) {
                return true;
            }
        }
    }
    return false;
}
