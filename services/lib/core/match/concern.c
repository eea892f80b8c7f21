/* match_concern: whom an edit concerns. */
#include "core/match/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- what has changed ---- */

/* One session as it was, or as it is. */
struct version {
    const struct match_entry *entries;
    uint32_t n_entries;
    double echo_length;
};

struct change {
    const struct match_index *before;
    const struct match_index *after;
    struct arena *arena;
    VEC(struct version) versions; /* of sessions that say something else, or came or went */
    VEC(int64_t) ids;             /* of these, sorted */
    VEC(struct version) moved;    /* of sessions that say the same at another time */
    VEC(int64_t) moved_ids;       /* of these, in order */
    bool has_fresh;               /* other words have come than before */
    VEC(uint64_t) keys;           /* of the stems in which the two differ, sorted */
    uint64_t fashion;
    bool knows_fashion; /* fashion is set */
    float *impacts;     /* by term; all 0 between uses */
};

static struct version version_of(const struct match_index *index, size_t d)
{
    const struct match_doc *doc = &index->docs.items[d];
    return (struct version){index->entries + doc->first_entry, doc->n_entries,
                            (double)doc->echo_length};
}

static bool is_same_doc(const struct match_index *a, size_t i, const struct match_index *b,
                        size_t j)
{
    return (a->base_doc[i] >= 0 && a->base_doc[i] == b->base_doc[j]) ||
           match_original_is_same(&a->sources.items[i], &b->sources.items[j]);
}

static bool is_moved(const struct match_index *a, size_t i, const struct match_index *b, size_t j)
{
    const struct session *x = &a->conf->sessions.items[a->sessions[i]];
    const struct session *y = &b->conf->sessions.items[b->sessions[j]];
    return x->start_us != y->start_us || strcmp(x->key, y->key) != 0;
}

static void add_version(struct change *change, const struct match_index *index, size_t d)
{
    *vec_add(change->arena, &change->versions) = version_of(index, d);
    *vec_add(change->arena, &change->ids) = index->sources.items[d].id;
}

struct place {
    int64_t id;
    uint32_t doc;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    return x->id != y->id ? (x->id < y->id ? -1 : 1) : (x->doc < y->doc ? -1 : x->doc > y->doc);
}

static struct place *places_of(const struct match_index *index, struct arena *arena)
{
    struct place *places = arena_array(arena, index->docs.n + 1, sizeof *places);
    for (size_t d = 0; d < index->docs.n; d++) {
        places[d] = (struct place){index->sources.items[d].id, (uint32_t)d};
    }
    qsort(places, index->docs.n, sizeof *places, compare_places);
    return places;
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void compare_sessions(struct change *change)
{
    const struct match_index *before = change->before;
    const struct match_index *after = change->after;
    const struct place *was = places_of(before, change->arena);
    const struct place *is = places_of(after, change->arena);
    size_t i = 0;
    size_t j = 0;
    while (i < before->docs.n || j < after->docs.n) {
        if (j == after->docs.n || (i < before->docs.n && was[i].id < is[j].id)) {
            add_version(change, before, was[i++].doc);
        } else if (i == before->docs.n || is[j].id < was[i].id) {
            add_version(change, after, is[j++].doc);
        } else {
            if (!is_same_doc(before, was[i].doc, after, is[j].doc)) {
                add_version(change, before, was[i].doc);
                add_version(change, after, is[j].doc);
            } else if (is_moved(before, was[i].doc, after, is[j].doc)) {
                *vec_add(change->arena, &change->moved) = version_of(after, is[j].doc);
                *vec_add(change->arena, &change->moved_ids) = is[j].id;
            }
            i++;
            j++;
        }
    }
    if (change->ids.n > 1) {
        qsort(change->ids.items, change->ids.n, sizeof *change->ids.items, compare_ids);
    }
}

static int compare_keys(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static bool is_same_term(const struct match_term *a, const struct match_term *b)
{
    return a->is_common == b->is_common && a->is_technical == b->is_technical;
}

/* Both lists of words that have come since the reference are in order. */
static void compare_words(struct change *change)
{
    const struct match_index *before = change->before;
    const struct match_index *after = change->after;
    size_t n_was = before->terms.n - before->n_base_terms;
    size_t n_is = after->terms.n - after->n_base_terms;
    size_t i = 0;
    size_t j = 0;
    while (i < n_was || j < n_is) {
        int order = i == n_was  ? 1
                    : j == n_is ? -1
                                : strcmp(before->fresh_stems[i], after->fresh_stems[j]);
        if (order == 0) {
            change->has_fresh |= !is_same_term(&before->terms.items[before->n_base_terms + i],
                                               &after->terms.items[after->n_base_terms + j]);
            i++;
            j++;
            continue;
        }
        const char *stem = order < 0 ? before->fresh_stems[i++] : after->fresh_stems[j++];
        *vec_add(change->arena, &change->keys) = hash_string(stem);
        change->has_fresh = true;
    }
    if (change->keys.n > 1) {
        qsort(change->keys.items, change->keys.n, sizeof *change->keys.items, compare_keys);
    }
}

/* ---- whom it concerns ---- */

static bool holds(const void *items, size_t n, const void *key,
                  int (*compare)(const void *, const void *))
{
    return n > 0 && bsearch(key, items, n, sizeof(int64_t), compare) != NULL;
}

/* By what they said: a word that is known now or no more, a session they starred; by a session that
 * moved and was only ahead of another, or behind it, because of its start. */
static bool is_addressed(struct change *change, const struct match_memo *memo)
{
    if (memo->has_fresh && change->has_fresh) {
        return true;
    }
    for (size_t i = 0; i < memo->n_keys && change->keys.n > 0; i++) {
        if (holds(change->keys.items, change->keys.n, &memo->keys[i], compare_keys)) {
            return true;
        }
    }
    for (size_t i = 0; i < memo->n_liked; i++) {
        if (holds(change->ids.items, change->ids.n, &memo->liked[i], compare_ids)) {
            return true;
        }
    }
    for (size_t i = 0; i < memo->n_tied && change->moved.n > 0; i++) {
        if (holds(change->moved_ids.items, change->moved.n, &memo->tied[i], compare_ids)) {
            return true;
        }
    }
    if (memo->is_fashion && !change->knows_fashion) {
        change->fashion = match_fashion_mark(change->after);
        change->knows_fashion = true;
    }
    return memo->is_fashion && memo->fashion != change->fashion;
}

/* With the impacts laid out. */
static int64_t sum_of(const struct change *change, const struct match_weight *weights, int n,
                      bool is_bound)
{
    int64_t sum = 0;
    for (int i = 0; i < n; i++) {
        if (!is_bound || weights[i].weight > 0) {
            sum += match_units(weights[i].weight, change->impacts[weights[i].term]);
        }
    }
    return sum;
}

/* Does a sum of scores count? That of a session that only moved does where it ties with the last
 * one that is compared or blended. */
static bool counts(int64_t units, int64_t least, bool is_exact)
{
    return units > 0 && (is_exact ? units == least : units >= least);
}

/* Would a session with the impacts that are laid out be among those that are compared? */
static bool reaches(const struct change *change, const struct match_memo *memo, double echo_length,
                    bool is_bound, bool is_exact)
{
    int64_t first = sum_of(change, memo->weights, memo->n_first, is_bound);
    if (counts(first, memo->first_least, is_exact)) {
        return true;
    }
    int64_t sum = sum_of(change, memo->weights + memo->n_first, memo->n_finished, is_bound);
    bool is_any = sum > 0 && memo->least <= 1 &&
                  !is_exact; /* a score that lengths make nought is one still */
    sum = memo->is_long && sum > 0 ? match_even_units(change->after, sum, echo_length) : sum;
    return is_any || counts(sum, memo->least, is_exact) ||
           (is_exact && counts(sum, memo->last_blended, true));
}

static void lay_out(struct change *change, const struct version *version)
{
    for (uint32_t e = 0; e < version->n_entries; e++) {
        float *impact = &change->impacts[version->entries[e].term];
        *impact = version->entries[e].impact > *impact ? version->entries[e].impact : *impact;
    }
}

static void clear_away(struct change *change, const struct version *version)
{
    for (uint32_t e = 0; e < version->n_entries; e++) {
        change->impacts[version->entries[e].term] = 0;
    }
}

/* Those of `asked` that one of the versions reaches are moved to `ret`. All at once first: most
 * people have nothing to do with any of them. */
static void ask(struct change *change, const struct version *versions, size_t n, bool is_move,
                const struct match_memo **asked, bool *is_concerned, size_t n_asked)
{
    double shortest = 0; /* of those that say anything */
    for (size_t v = 0; v < n; v++) {
        double length = versions[v].echo_length;
        lay_out(change, &versions[v]);
        shortest = length > 0 && (shortest <= 0 || length < shortest) ? length : shortest;
    }
    bool *is_near = arena_array(change->arena, n_asked + 1, sizeof *is_near);
    for (size_t i = 0; i < n_asked; i++) {
        is_near[i] = !is_concerned[i] && reaches(change, asked[i], shortest, true, false);
    }
    for (size_t v = 0; v < n; v++) {
        clear_away(change, &versions[v]);
    }
    for (size_t v = 0; v < n; v++) {
        lay_out(change, &versions[v]);
        for (size_t i = 0; i < n_asked; i++) {
            if (is_near[i] && !is_concerned[i]) {
                is_concerned[i] =
                    reaches(change, asked[i], versions[v].echo_length, false, is_move);
            }
        }
        clear_away(change, &versions[v]);
    }
}

void match_memory_concerned(struct match_memory *memory, const struct match_index *before,
                            const struct match_index *after, struct arena *arena,
                            struct match_person_ids *ret)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct change change = {.before = before, .after = after, .arena = job};
    size_t n_terms = before->terms.n > after->terms.n ? before->terms.n : after->terms.n;
    change.impacts = arena_array(job, n_terms + 1, sizeof *change.impacts);
    compare_sessions(&change);
    compare_words(&change);
    const struct match_memo **asked = arena_array(job, memory->n_known + 1, sizeof *asked);
    bool *is_concerned = arena_array(job, memory->n_known + 1, sizeof *is_concerned);
    size_t n = 0;
    for (size_t i = 0; i < memory->n_places; i++) {
        const struct match_memo *memo = memory->memos[i];
        if (memo != NULL && !memo->is_forgotten) {
            is_concerned[n] = is_addressed(&change, memo);
            asked[n++] = memo;
        }
    }
    ask(&change, change.versions.items, change.versions.n, false, asked, is_concerned, n);
    ask(&change, change.moved.items, change.moved.n, true, asked, is_concerned, n);
    for (size_t i = 0; i < n; i++) {
        if (is_concerned[i]) {
            *vec_add(arena, &ret->ids) = asked[i]->person_id;
        }
    }
    if (ret->ids.n > 1) {
        qsort(ret->ids.items, ret->ids.n, sizeof *ret->ids.items, compare_ids);
    }
}
