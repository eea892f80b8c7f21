/*
 * What mentions say for one another. Who is named once is more likely to be named again than
 * anybody else, above all in the same list; a short form ("J. Roedel") is mostly used where the
 * full name stands beside it; and lists gather people of the same companies. As likelihood ratios:
 * how likely a mention of this list means that person, against one drawn from all who are known.
 */
#include "core/identity/internal.h"

#include "base/str.h"
#include "core/resolve/index.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Share of full names that name somebody again: of the same list, of another one (lpc2025: 0.036
 * and 0.216 of 167). Of the 16 short forms there none has a full name in another list. That one in
 * the same list explains them in half of the cases is an assumption: there is nothing to count. */
#define AGAIN_HERE      0.036
#define AGAIN_ELSEWHERE 0.216
#define SHORT_HERE      0.50
#define SHORT_ELSEWHERE 0.20
#define CROWD_LEAST     200.0 /* a shorter list is thought of as a part of so many */
#define COMPANY_PRIOR   5.0   /* a list's companies weigh from about so many people on */
#define COMPANY_MOST    1.5
#define COMPANY_TELLING 0.5 /* weight from which it is worth a word */

struct list {
    int n_named;
    int n_companies; /* of these whose affiliation is known */
};

struct hints {
    int *first;              /* of each person: the first mention that names it in full; -1 */
    int n_named;             /* persons that are named in full */
    struct list *lists;      /* of each track */
    struct strmap here;      /* "track person" -> the first such mention in the list */
    struct strmap companies; /* "track word" -> persons of the list */
};

static bool is_full(const struct mention *mention)
{
    struct written_name written;
    name_parse(mention->name, &written);
    int n_words = 0;
    for (int i = 0; written.n_readings > 0 && i < written.readings[0].n; i++) {
        n_words += !written.readings[0].tokens[i].is_initial;
    }
    return n_words >= 2 && !mention->is_given_name_only;
}

static int companies_of(const struct work *work, int person, uint32_t words[AFFILIATIONS])
{
    int at = work->book->registrant[person];
    if (at < 0) {
        return 0;
    }
    const struct registrant *registrant = &work->conf->registrants.items[at];
    return index_affiliation_words(registrant->affiliation, "", words);
}

static const char *pair_key(struct arena *arena, int track, uint32_t number)
{
    return arena_printf(arena, "%d %" PRIu32, track, number);
}

/* Which of two mentions is shown as the reason: not by their order of import. */
static bool is_shown_before(const struct work *work, int64_t a, int64_t b)
{
    const struct mention *x = &work->conf->mentions.items[a];
    const struct mention *y = &work->conf->mentions.items[b];
    int order = strcmp(identity_where(work, x), identity_where(work, y));
    return order != 0 ? order < 0 : strcmp(x->name, y->name) < 0;
}

static void note_in_list(struct work *work, struct hints *hints, int track, int person, int mention)
{
    bool is_new = false;
    const char *key = pair_key(work->arena, track, (uint32_t)person);
    int64_t *shown = strmap_at(&hints->here, work->arena, key, mention, &is_new);
    if (!is_new) {
        *shown = is_shown_before(work, mention, *shown) ? mention : *shown;
        return;
    }
    uint32_t words[AFFILIATIONS] = {0};
    int n = companies_of(work, person, words);
    hints->lists[track].n_named++;
    hints->lists[track].n_companies += n > 0;
    for (int i = 0; i < n; i++) {
        (*strmap_at(&hints->companies, work->arena, pair_key(work->arena, track, words[i]), 0,
                    NULL))++;
    }
}

struct hints *identity_hints(struct work *work, const struct resolution *mentions)
{
    size_t n_persons = work->conf->persons.n;
    struct hints *hints = arena_alloc(work->arena, sizeof *hints);
    *hints = (struct hints){0};
    hints->first = arena_array(work->arena, n_persons + 1, sizeof *hints->first);
    hints->lists = arena_array(work->arena, work->conf->tracks.n + 1, sizeof *hints->lists);
    for (size_t i = 0; i < n_persons; i++) {
        hints->first[i] = -1;
    }
    for (size_t i = 0; i < work->conf->mentions.n; i++) {
        const struct mention *mention = &work->conf->mentions.items[i];
        int person = mentions[i].person;
        if (person < 0 || !is_full(mention)) {
            continue;
        }
        hints->n_named += hints->first[person] < 0;
        if (hints->first[person] < 0 || is_shown_before(work, (int)i, hints->first[person])) {
            hints->first[person] = (int)i;
        }
        int track = identity_track_of(work, mention);
        if (track >= 0) {
            note_in_list(work, hints, track, person, (int)i);
        }
    }
    return hints;
}

static double named_weight(const struct hint_view *view, bool is_here, bool is_elsewhere,
                           bool is_short)
{
    int n_here = view->track >= 0 ? view->hints->lists[view->track].n_named : 0;
    int n_named = view->hints->n_named;
    double here = is_short ? SHORT_HERE : AGAIN_HERE;
    double elsewhere = is_short ? SHORT_ELSEWHERE : AGAIN_ELSEWHERE;
    here = n_here > 0 ? here : 0;
    elsewhere = n_named > 0 ? elsewhere : 0;
    double crowd = fmax((double)view->work->index->n_named, CROWD_LEAST);
    double p = (1 - here - elsewhere) / crowd;
    p += is_here ? here / n_here : 0;
    p += is_elsewhere ? elsewhere / n_named : 0;
    return log(p * crowd);
}

/* Is a company of the candidate's more frequent in this list than anywhere? */
static double company_weight(const struct hint_view *view, int person)
{
    const struct list *list = view->track >= 0 ? &view->hints->lists[view->track] : NULL;
    uint32_t words[AFFILIATIONS] = {0};
    int n = list == NULL || list->n_companies < 2 ? 0 : companies_of(view->work, person, words);
    const struct resolve_index *index = view->work->index;
    double best = 0;
    for (int i = 0; i < n; i++) {
        const int64_t *count = strmap_find(&view->hints->companies,
                                           pair_key(view->work->arena, view->track, words[i]));
        size_t at = SIZE_MAX;
        int64_t all = hash_table_next(&index->affiliations, words[i], &at);
        double share = (double)(all < 1 ? 1 : all) / ((double)index->n_records + 20) + .004;
        double here = ((count == NULL ? 0 : (double)*count) + COMPANY_PRIOR * share) /
                      (list->n_companies + COMPANY_PRIOR);
        if (count != NULL && *count >= 2) {
            best = fmax(best, log(here / share));
        }
    }
    return fmin(best, COMPANY_MOST);
}

static const char *words_for(const struct hint_view *view, int mention, bool is_here)
{
    const struct mention *m = &view->work->conf->mentions.items[mention];
    return is_here ? arena_printf(view->work->arena, "\"%s\" is on this list too", m->name)
                   : arena_printf(view->work->arena, "named elsewhere, as \"%s\" of %s", m->name,
                                  identity_where(view->work, m));
}

void identity_hint(void *context, int owner, bool is_short, struct resolve_hint *ret)
{
    const struct hint_view *view = context;
    const char *key = pair_key(view->work->arena, view->track, (uint32_t)owner);
    const int64_t *here = view->track < 0 ? NULL : strmap_find(&view->hints->here, key);
    int first = owner < (int)view->work->conf->persons.n ? view->hints->first[owner] : -1;
    double company = company_weight(view, owner);
    *ret = (struct resolve_hint){.weight = company, .is_named_in_full = here != NULL};
    ret->weight += named_weight(view, here != NULL, first >= 0, is_short);
    if (here != NULL || first >= 0) {
        ret->why[0] = words_for(view, here != NULL ? (int)*here : first, here != NULL);
    }
    if (company >= COMPANY_TELLING) {
        ret->why[1] = "others of this list have the same affiliation";
    }
}
