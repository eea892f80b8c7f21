/* What clash_index knows of people: registration, windows, answers and choices. */
#include "base/strmap.h"
#include "core/clash/index.h"

#include <stdlib.h>
#include <string.h>

/* --- grouping --- */

/* Turns counts in first[g + 1] into offsets; first has n_groups + 1 items. */
static void offsets_from_counts(int *first, size_t n_groups)
{
    for (size_t g = 1; g <= n_groups; g++) {
        first[g] += first[g - 1];
    }
}

/* The owner (person) of item i, -1 = belongs to nobody. */
typedef int owner_of(const struct conference *conf, size_t i);

static int answer_owner(const struct conference *conf, size_t i)
{
    return conf->answers.items[i].person;
}

static int choice_owner(const struct conference *conf, size_t i)
{
    return conf->choices.items[i].person;
}

static int availability_owner(const struct conference *conf, size_t i)
{
    const struct availability *window = &conf->availabilities.items[i];
    return window->end_us > window->start_us ? window->person : -1;
}

/* Indices of n items grouped by owner, in their order. */
static int *group(const struct conference *conf, size_t n, owner_of *owner, int *first,
                  struct arena *arena)
{
    size_t n_persons = conf->persons.n;
    int *items = arena_array(arena, n, sizeof *items);
    int *next = arena_array(arena, n_persons + 1, sizeof *next);
    for (size_t i = 0; i < n; i++) {
        if (owner(conf, i) >= 0) {
            first[owner(conf, i) + 1]++;
        }
    }
    offsets_from_counts(first, n_persons);
    memcpy(next, first, n_persons * sizeof *next);
    for (size_t i = 0; i < n; i++) {
        if (owner(conf, i) >= 0) {
            items[next[owner(conf, i)]++] = (int)i;
        }
    }
    return items;
}

/* --- people --- */

static int registration_rank(const struct registrant *registrant)
{
    switch (registrant->status) {
    case REGISTRATION_CONFIRMED: return registrant->attendance == ATTENDANCE_REMOTE ? 1 : 0;
    case REGISTRATION_WAITING: return 2;
    case REGISTRATION_CANCELLED: break;
    }
    return 3;
}

/* Takes registrant i for *best when it is the better registration. */
static void take_better(const struct conference *conf, size_t i, int *best)
{
    if (*best < 0 || registration_rank(&conf->registrants.items[i]) <
                         registration_rank(&conf->registrants.items[*best])) {
        *best = (int)i;
    }
}

void index_registrants(const struct conference *conf, int *ret)
{
    for (size_t p = 0; p < conf->persons.n; p++) {
        ret[p] = -1;
    }
    for (size_t i = 0; i < conf->registrants.n; i++) {
        if (conf->registrants.items[i].person >= 0) {
            take_better(conf, i, &ret[conf->registrants.items[i].person]);
        }
    }
}

static void load_registrants(struct clash_index *index)
{
    size_t n = index->conf->persons.n;
    index->registrant = arena_array(index->arena, n, sizeof(int));
    if (index->options.has_registrants) {
        index_registrants(index->conf, index->registrant);
    } else {
        memset(index->registrant, -1, n * sizeof(int));
    }
}

static int compare_windows(const void *a, const void *b)
{
    const struct window *x = a;
    const struct window *y = b;
    int order = (x->start_us > y->start_us) - (x->start_us < y->start_us);
    return order != 0 ? order : (x->end_us > y->end_us) - (x->end_us < y->end_us);
}

/* Overlapping and adjoining windows become one; returns how many are left. */
static int merge_windows(struct window *windows, int n)
{
    int kept = 0;
    qsort(windows, (size_t)n, sizeof *windows, compare_windows);
    for (int i = 0; i < n; i++) {
        if (kept > 0 && windows[i].start_us <= windows[kept - 1].end_us) {
            if (windows[i].end_us > windows[kept - 1].end_us) {
                windows[kept - 1].end_us = windows[i].end_us;
            }
        } else {
            windows[kept++] = windows[i];
        }
    }
    return kept;
}

static void load_windows(struct clash_index *index)
{
    const struct conference *conf = index->conf;
    size_t n_persons = conf->persons.n;
    int *first = arena_array(index->arena, n_persons + 1, sizeof *first);
    int *items = group(conf, conf->availabilities.n, availability_owner, first, index->arena);
    struct window *windows = arena_array(index->arena, conf->availabilities.n, sizeof *windows);
    int n = 0;
    for (size_t p = 0; p < n_persons; p++) {
        int start = n;
        for (int k = first[p]; k < first[p + 1]; k++) {
            const struct availability *window = &conf->availabilities.items[items[k]];
            windows[n++] = (struct window){window->start_us, window->end_us};
        }
        n = start + (n - start > 1 ? merge_windows(windows + start, n - start) : n - start);
        first[p] = start;
        if (p + 1 == n_persons) {
            first[n_persons] = n;
        }
    }
    index->window_first = first;
    index->windows = windows;
}

static void load_replies(struct clash_index *index)
{
    const struct conference *conf = index->conf;
    struct arena *arena = index->arena;
    size_t n = conf->persons.n;
    index->answer_first = arena_array(arena, n + 1, sizeof(int));
    index->answers = group(conf, conf->answers.n, answer_owner, index->answer_first, arena);
    index->choice_first = arena_array(arena, n + 1, sizeof(int));
    index->choices = group(conf, conf->choices.n, choice_owner, index->choice_first, arena);
}

void index_load_people(struct clash_index *index)
{
    const struct conference *conf = index->conf;
    struct arena *arena = index->arena;
    size_t n = conf->persons.n;
    load_registrants(index);
    load_windows(index);
    load_replies(index);
    index->person_hash = arena_array(arena, n, sizeof(uint64_t));
    for (size_t p = 0; p < n; p++) {
        const struct person *person = &conf->persons.items[p];
        index->person_hash[p] = person->id != 0 ? hash_bytes(&person->id, sizeof person->id, 1)
                                                : hash_string(person->name);
    }
}

/* How closely an answer is about the session: 0 = not at all, more is closer. */
static int answer_closeness(const struct conference *conf, const struct answer *answer, int session)
{
    const struct session *s = &conf->sessions.items[session];
    if (answer->session >= 0) {
        return answer->session == session ? 4 : answer->session == s->parent ? 3 : 0;
    }
    if (answer->track >= 0) {
        return answer->track == s->track ? 2 : 0;
    }
    return 1;
}

int index_find_answer(const struct clash_index *index, int person, int session)
{
    int best = -1;
    int best_closeness = 0;
    for (int k = index->answer_first[person]; k < index->answer_first[person + 1]; k++) {
        const struct answer *answer = &index->conf->answers.items[index->answers[k]];
        int closeness = answer_closeness(index->conf, answer, session);
        if (closeness > best_closeness ||
            (closeness > 0 && closeness == best_closeness &&
             answer->at_us >= index->conf->answers.items[best].at_us)) {
            best = index->answers[k];
            best_closeness = closeness;
        }
    }
    return best;
}

/* A choice for a block counts for its contributions. */
static bool is_meant(const struct conference *conf, int chosen, int session)
{
    return chosen == session || (chosen >= 0 && chosen == conf->sessions.items[session].parent);
}

int index_find_choice(const struct clash_index *index, int person, int a, int b)
{
    const struct conference *conf = index->conf;
    int chosen = -1;
    int64_t at_us = INT64_MIN;
    if (conf->choices.n == 0) {
        return -1; /* not even a look at where the person's are */
    }
    for (int k = index->choice_first[person]; k < index->choice_first[person + 1]; k++) {
        const struct choice *choice = &conf->choices.items[index->choices[k]];
        if (choice->at_us < at_us) {
            continue;
        }
        bool is_a = is_meant(conf, choice->session, a) && is_meant(conf, choice->against, b);
        bool is_b = is_meant(conf, choice->session, b) && is_meant(conf, choice->against, a);
        if (is_a || is_b) {
            chosen = is_a ? a : b;
            at_us = choice->at_us;
        }
    }
    return chosen;
}
