#include "core/resolve/search.h"

#include "base/str.h"

/* The reasons for a candidate, in words for people. */

static const char *pair_words(const struct resolve_index *index, const struct found *found,
                              const struct pairing *pair, struct arena *arena)
{
    const struct probe *probe = &found->reading->probes[pair->mention];
    const struct form *form = &index->forms[found->form];
    const char *text = index_word_text(index, TOKEN_WORD(index->tokens[form->first + pair->token]));
    switch (pair->agreement) {
    case AGREE_NOT:
    case AGREE_EXACT: return NULL;
    case AGREE_MARKS:
    case AGREE_SOUND: return arena_printf(arena, "%s is another spelling of %s", probe->text, text);
    case AGREE_NICKNAME:
        return arena_printf(arena, "%s is a form of the name %s", probe->text, text);
    case AGREE_SCRIPT: return arena_printf(arena, "%s is %s in another script", probe->text, text);
    case AGREE_PREFIX: return arena_printf(arena, "%s is %s shortened", probe->text, text);
    case AGREE_EDIT1:
        return arena_printf(arena, "%s is one letter away from %s", probe->text, text);
    case AGREE_EDIT2:
        return arena_printf(arena, "%s is two letters away from %s", probe->text, text);
    case AGREE_INITIAL: return arena_printf(arena, "initial %c agrees", text[0]);
    }
    return NULL;
}

static const char *summary_words(const struct found *found)
{
    const struct comparison *names = &found->names;
    int n_exact = 0;
    for (int i = 0; i < names->n_pairs; i++) {
        n_exact += names->pairs[i].agreement == AGREE_EXACT;
    }
    if (n_exact == 0) {
        return NULL;
    }
    if (n_exact == found->reading->n && names->n_conflicts == 0 && n_exact >= 2) {
        return names->is_swapped ? "same names in another order" : "same name";
    }
    return n_exact == 1 ? "one name is the same" : "some names are the same";
}

#define EVIDENCE_MAX (NAME_TOKENS + 11)

void search_put_evidence(const struct resolve_index *index, const struct found *found,
                         struct arena *arena, struct resolve_candidate *ret)
{
    const char **list = arena_array(arena, EVIDENCE_MAX, sizeof *list);
    int n = 0;
    if (found->is_address) {
        list[n++] = "same address or id";
    }
    if (found->reading != NULL) {
        const char *summary = summary_words(found);
        if (summary != NULL) {
            list[n++] = summary;
        }
        for (int i = 0; i < found->names.n_pairs; i++) {
            const char *words = pair_words(index, found, &found->names.pairs[i], arena);
            if (words != NULL) {
                list[n++] = words;
            }
        }
        if (found->names.n_conflicts > 0) {
            list[n++] = "another part of the name differs";
        }
    } else if (found->is_address && index->records[found->record].n_forms > 0) {
        list[n++] = "the names differ";
    }
    if (found->is_local_part && !found->is_address) {
        list[n++] = "the address names the same person";
    }
    if (found->is_affiliation) {
        list[n++] = "same affiliation";
    }
    if (found->is_country) {
        list[n++] = "same country";
    }
    if (found->n_context > 0) {
        list[n++] = "interests fit";
    }
    if (!str_is_empty(index->records[found->record].given.note)) {
        list[n++] = index->records[found->record].given.note;
    }
    for (int i = 0; i < 2; i++) {
        if (found->hint.why[i] != NULL) {
            list[n++] = found->hint.why[i];
        }
    }
    ret->evidence = list;
    ret->n_evidence = n;
}
