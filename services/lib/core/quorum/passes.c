/* Whom a pass for the conference would help most: greedy by MCs lifted over their quorum. */
#include "base/str.h"
#include "core/quorum.h"
#include "core/quorum/chance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIKELY 0.5 /* an MC is over its quorum when that is likelier than not */
#define TINY   1e-9

/* One must person of one track who could be given a pass. */
struct seat {
    int person;
    int track; /* index in quorum->tracks */
    int place; /* among the track's must people */
    double with_pass;
};

struct adviser {
    const struct conference *conf;
    const struct quorum *quorum;
    double **chances; /* of each track's must people; a pass given changes them */
    double *chance;   /* of each track's quorum */
    struct seat *seats;
    int n_seats;
};

static bool wants_pass(const struct quorum_person *person)
{
    bool said_no = person->has_answered && person->reply == REPLY_NO;
    return person->strength == STRENGTH_MUST && person->person >= 0 && !person->is_registered &&
           !said_no;
}

static int compare_seats(const void *a, const void *b)
{
    const struct seat *x = a;
    const struct seat *y = b;
    int order = (x->person > y->person) - (x->person < y->person);
    return order != 0 ? order : (x->track > y->track) - (x->track < y->track);
}

static void load_track(struct adviser *adviser, int t, struct arena *scratch)
{
    const struct quorum_track *track = &adviser->quorum->tracks.items[t];
    int place = 0;
    adviser->chances[t] = arena_array(scratch, track->persons.n, sizeof(double));
    for (size_t i = 0; i < track->persons.n; i++) {
        const struct quorum_person *person = &track->persons.items[i];
        if (person->strength != STRENGTH_MUST) {
            continue;
        }
        if (wants_pass(person)) {
            adviser->seats[adviser->n_seats++] = (struct seat){
                person->person, t, place, quorum_chance_with_pass(adviser->conf, person)};
        }
        adviser->chances[t][place++] = person->chance;
    }
    adviser->chance[t] = track->chance;
}

/* The track's chance of quorum if the seat's person had a pass. */
static double chance_with(const struct adviser *adviser, const struct seat *seat)
{
    const struct quorum_track *track = &adviser->quorum->tracks.items[seat->track];
    double *chances = adviser->chances[seat->track];
    double before = chances[seat->place];
    chances[seat->place] = seat->with_pass;
    double chance = quorum_at_least(chances, track->n_must, track->needed);
    chances[seat->place] = before;
    return chance;
}

/* What the pass adds to the number of people that come on average. */
static double people_added(const struct adviser *adviser, const struct seat *seat)
{
    return seat->with_pass - adviser->chances[seat->track][seat->place];
}

/* What a pass for the person whose seats are first..end-1 brings. */
static struct quorum_pass weigh(const struct adviser *adviser, int first, int end)
{
    struct quorum_pass pass = {.person = adviser->seats[first].person, .why = ""};
    for (int i = first; i < end; i++) {
        double before = adviser->chance[adviser->seats[i].track];
        double after = chance_with(adviser, &adviser->seats[i]);
        pass.n_raised += before < LIKELY && after >= LIKELY;
        pass.gain += after - before;
        pass.people += people_added(adviser, &adviser->seats[i]);
    }
    return pass;
}

static bool is_better(const struct adviser *adviser, const struct quorum_pass *a,
                      const struct quorum_pass *b)
{
    if (a->n_raised != b->n_raised) {
        return a->n_raised > b->n_raised;
    }
    if (lround(1000 * a->gain) != lround(1000 * b->gain)) {
        return a->gain > b->gain;
    }
    if (a->people > b->people + TINY || b->people > a->people + TINY) {
        return a->people > b->people;
    }
    int order = strcmp(adviser->conf->persons.items[a->person].name,
                       adviser->conf->persons.items[b->person].name);
    return order != 0 ? order < 0 : a->person < b->person;
}

/* In chances; where those are too small to show, in people. */
static void add_reason(struct str *why, const struct adviser *adviser, const struct seat *seat,
                       double after)
{
    const struct quorum_track *track = &adviser->quorum->tracks.items[seat->track];
    double before = adviser->chance[seat->track];
    double expected = 0;
    str_add(why, adviser->conf->tracks.items[track->track].title);
    if (lround(100 * after) > lround(100 * before)) {
        str_printf(why, " from %.0f%% to %.0f%%", 100 * before, 100 * after);
        return;
    }
    for (int i = 0; i < track->n_must; i++) {
        expected += adviser->chances[seat->track][i];
    }
    str_printf(why, " from %.1f to %.1f of %d people", expected,
               expected + people_added(adviser, seat), track->n_must);
}

/* Gives the pass: the chances change, the seats are taken out. Returns the reasons. */
static const char *give(struct adviser *adviser, int first, int end, struct arena *arena)
{
    CLEANUP(str_done) struct str why = {0};
    for (int i = first; i < end; i++) {
        const struct seat *seat = &adviser->seats[i];
        double after = chance_with(adviser, seat);
        str_add(&why, why.len > 0 ? "; " : "");
        add_reason(&why, adviser, seat, after);
        adviser->chances[seat->track][seat->place] = seat->with_pass;
        adviser->chance[seat->track] = after;
    }
    memmove(adviser->seats + first, adviser->seats + end,
            (size_t)(adviser->n_seats - end) * sizeof *adviser->seats);
    adviser->n_seats -= end - first;
    return arena_strdup(arena, str_text(&why));
}

static int end_of_person(const struct adviser *adviser, int first)
{
    int end = first;
    while (end < adviser->n_seats && adviser->seats[end].person == adviser->seats[first].person) {
        end++;
    }
    return end;
}

/* Finds the best person left; false = nobody's pass would add anything. */
static bool give_best(struct adviser *adviser, struct arena *arena, struct quorum_passes *ret)
{
    struct quorum_pass best = {.person = -1};
    int best_first = 0;
    for (int first = 0; first < adviser->n_seats; first = end_of_person(adviser, first)) {
        struct quorum_pass pass = weigh(adviser, first, end_of_person(adviser, first));
        if (best.person < 0 || is_better(adviser, &pass, &best)) {
            best = pass;
            best_first = first;
        }
    }
    if (best.person < 0 || best.people <= TINY) {
        return false;
    }
    best.why = give(adviser, best_first, end_of_person(adviser, best_first), arena);
    *vec_add(arena, &ret->items) = best;
    return true;
}

void quorum_passes(const struct conference *conf, const struct quorum *quorum, int max,
                   struct arena *arena, struct quorum_passes *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    size_t n_persons = 0;
    for (size_t t = 0; t < quorum->tracks.n; t++) {
        n_persons += quorum->tracks.items[t].persons.n;
    }
    struct adviser adviser = {.conf = conf,
                              .quorum = quorum,
                              .chances = arena_array(scratch, quorum->tracks.n, sizeof(double *)),
                              .chance = arena_array(scratch, quorum->tracks.n, sizeof(double)),
                              .seats = arena_array(scratch, n_persons, sizeof(struct seat))};
    *ret = (struct quorum_passes){0};
    if (!conf->has_registrants && conf->registrants.n == 0) {
        return; /* nobody is known to lack one */
    }
    for (size_t t = 0; t < quorum->tracks.n; t++) {
        load_track(&adviser, (int)t, scratch);
    }
    if (adviser.n_seats > 1) {
        qsort(adviser.seats, (size_t)adviser.n_seats, sizeof *adviser.seats, compare_seats);
    }
    while ((int)ret->items.n < max && give_best(&adviser, arena, ret)) {
    }
}
