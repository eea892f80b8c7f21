#include "core/agenda/internal.h"

#include <stdlib.h>
#include <string.h>

static bool overlaps(const struct agenda_candidate *a, const struct agenda_candidate *b)
{
    return a->start_us < b->end_us && b->start_us < a->end_us;
}

int64_t agenda_walking_us(const struct conference *conf, int room_a, int room_b,
                          int64_t between_buildings_us)
{
    if (room_a == room_b || room_a < 0 || room_b < 0) {
        return 0;
    }
    for (size_t i = 0; i < conf->distances.n; i++) {
        const struct room_distance *distance = &conf->distances.items[i];
        if ((distance->room_a == room_a && distance->room_b == room_b) ||
            (distance->room_a == room_b && distance->room_b == room_a)) {
            return distance->walk_us;
        }
    }
    const char *a = conf->rooms.items[room_a].building;
    const char *b = conf->rooms.items[room_b].building;
    bool is_apart = a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
    return is_apart ? between_buildings_us : 0;
}

int64_t agenda_walk_us(const struct agenda_job *job, int room_a, int room_b)
{
    return job->is_remote ? 0
                          : agenda_walking_us(job->conf, room_a, room_b,
                                              job->options->walk_between_buildings_us);
}

/* ---- duties ---- */

/* How many duties of each rank; more of the stronger rank is better, whatever follows. */
struct tally {
    int n[AGENDA_RANKS];
};

static int compare_tallies(const struct tally *a, const struct tally *b)
{
    for (int i = 0; i < AGENDA_RANKS; i++) {
        if (a->n[i] != b->n[i]) {
            return a->n[i] > b->n[i] ? 1 : -1;
        }
    }
    return 0;
}

struct interval {
    struct agenda_candidate *candidate;
    struct tally tally; /* of the best plan among this one and those that end no later */
    bool is_taken;      /* in that plan */
    int before;         /* how many intervals end by its start */
};

static int by_end(const void *a, const void *b)
{
    const struct interval *x = a;
    const struct interval *y = b;
    if (x->candidate->end_us != y->candidate->end_us) {
        return x->candidate->end_us < y->candidate->end_us ? -1 : 1;
    }
    return x->candidate < y->candidate ? -1 : (x->candidate > y->candidate);
}

/* Weighted interval scheduling by dynamic programming over end times (Kleinberg and Tardos,
 * "Algorithm Design", 6.1), with tallies for weights. */
static void choose_by_rank(struct interval *intervals, int n)
{
    static const struct tally none;
    for (int i = 0; i < n; i++) {
        int low = 0;
        int high = i;
        while (low < high) {
            int middle = low + (high - low) / 2;
            if (intervals[middle].candidate->end_us <= intervals[i].candidate->start_us) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        intervals[i].before = low;
        struct tally with = low > 0 ? intervals[low - 1].tally : none;
        with.n[intervals[i].candidate->rank]++;
        for (int r = 0; r < AGENDA_RANKS; r++) {
            with.n[r] += intervals[i].candidate->n_folded[r];
        }
        struct tally without = i > 0 ? intervals[i - 1].tally : none;
        intervals[i].is_taken = compare_tallies(&with, &without) > 0;
        intervals[i].tally = intervals[i].is_taken ? with : without;
    }
    for (int i = n - 1; i >= 0;) {
        if (intervals[i].is_taken) {
            intervals[i].candidate->fate = FATE_CHOSEN;
            i = intervals[i].before - 1;
        } else {
            i--;
        }
    }
}

static struct agenda_candidate *candidate_of(const struct agenda_job *job, int session)
{
    if (session < 0 || (size_t)session >= job->conf->sessions.n || job->candidate_of[session] < 0) {
        return NULL;
    }
    return &job->candidates.items[job->candidate_of[session]];
}

/* Has the person chosen the opposite later? */
static bool is_revoked(const struct agenda_job *job, const struct choice *choice)
{
    for (size_t i = 0; i < job->conf->choices.n; i++) {
        const struct choice *other = &job->conf->choices.items[i];
        if (other->person == job->person && other->session == choice->against &&
            other->against == choice->session && other->at_us > choice->at_us) {
            return true;
        }
    }
    return false;
}

/* "When both want me at the same time, I will be in this one." */
static void apply_choices(struct agenda_job *job)
{
    for (size_t i = 0; i < job->conf->choices.n; i++) {
        const struct choice *choice = &job->conf->choices.items[i];
        if (choice->person != job->person || is_revoked(job, choice)) {
            continue;
        }
        const struct agenda_candidate *kept = candidate_of(job, choice->session);
        struct agenda_candidate *given_up = candidate_of(job, choice->against);
        if (kept != NULL && given_up != NULL && kept->fate == FATE_OPEN &&
            given_up->fate == FATE_OPEN && overlaps(kept, given_up) &&
            (given_up->rank < 0 || kept->rank >= 0)) {
            given_up->fate = FATE_DECLINED;
            given_up->chosen_over = choice->session;
        }
    }
}

static struct agenda_candidate *duty_block_of(const struct agenda_job *job,
                                              const struct agenda_candidate *part)
{
    struct agenda_candidate *block =
        candidate_of(job, job->conf->sessions.items[part->session].parent);
    bool holds = block != NULL && block != part && block->rank >= 0 &&
                 block->start_us <= part->start_us && part->end_us <= block->end_us;
    return holds ? block : NULL;
}

/* A duty inside a block that is a duty itself is done there, and counts with it. */
static void fold_parts(struct agenda_job *job)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *part = &job->candidates.items[i];
        struct agenda_candidate *block = duty_block_of(job, part);
        if (part->fate != FATE_OPEN || block == NULL || block->fate != FATE_OPEN) {
            continue;
        }
        part->fate = FATE_FOLDED;
        if (part->rank >= 0) {
            block->n_folded[part->rank]++;
        }
    }
}

static bool unfold_parts(struct agenda_job *job)
{
    bool is_any = false;
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *part = &job->candidates.items[i];
        const struct agenda_candidate *block = duty_block_of(job, part);
        if (part->fate == FATE_FOLDED && block != NULL && block->fate == FATE_BEATEN) {
            part->fate = FATE_OPEN;
            is_any = is_any || part->rank >= 0;
        }
    }
    return is_any;
}

static bool is_beaten_duty(const struct agenda_candidate *candidate)
{
    return candidate->rank >= 0 && candidate->fate == FATE_OPEN;
}

void agenda_choose_duties(struct agenda_job *job)
{
    size_t n_all = job->candidates.n;
    apply_choices(job);
    fold_parts(job);
    struct interval *intervals = arena_array(job->arena, n_all + 1, sizeof *intervals);
    do {
        int n = 0;
        for (size_t i = 0; i < n_all; i++) {
            struct agenda_candidate *candidate = &job->candidates.items[i];
            if (candidate->rank >= 0 &&
                (candidate->fate == FATE_OPEN || candidate->fate == FATE_CHOSEN)) {
                candidate->fate = FATE_OPEN;
                intervals[n++].candidate = candidate;
            }
        }
        qsort(intervals, (size_t)n, sizeof *intervals, by_end);
        choose_by_rank(intervals, n);
        for (int i = 0; i < n; i++) {
            struct agenda_candidate *candidate = intervals[i].candidate;
            candidate->fate = is_beaten_duty(candidate) ? FATE_BEATEN : candidate->fate;
        }
        /* A block that lost sets its parts free; they may fit where it does not. */
    } while (unfold_parts(job));
}

/* ---- wishes ---- */

struct wish {
    struct agenda_candidate *candidate;
    double best;  /* of plans that end with this one */
    int previous; /* wish before it in that plan; -1 */
};

static int wishes_by_end(const void *a, const void *b)
{
    const struct wish *x = a;
    const struct wish *y = b;
    if (x->candidate->end_us != y->candidate->end_us) {
        return x->candidate->end_us < y->candidate->end_us ? -1 : 1;
    }
    return x->candidate < y->candidate ? -1 : (x->candidate > y->candidate);
}

static bool fits_duties(const struct agenda_job *job, const struct agenda_candidate *wish)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *duty = &job->candidates.items[i];
        if (duty->rank < 0 || duty->fate != FATE_CHOSEN) {
            continue;
        }
        int64_t walk = agenda_walk_us(job, wish->room, duty->room);
        if (wish->start_us < duty->end_us + walk && duty->start_us < wish->end_us + walk) {
            return false;
        }
    }
    return true;
}

static int64_t longest_walk(const struct agenda_job *job)
{
    int64_t longest =
        job->options->walk_between_buildings_us > 0 ? job->options->walk_between_buildings_us : 0;
    for (size_t i = 0; i < job->conf->distances.n; i++) {
        int64_t walk = job->conf->distances.items[i].walk_us;
        longest = walk > longest ? walk : longest;
    }
    return longest;
}

/* The last of the first n wishes that ends by then; -1 = none. */
static int last_ending_by(const struct wish *wishes, int n, int64_t at_us)
{
    int low = 0;
    int high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (wishes[middle].candidate->end_us <= at_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

/*
 * The same recurrence with walks between: the best plan that ends with wish j extends the best that
 * ends with some i from which j can be reached. Whatever ends a longest walk before j starts can be
 * reached for certain, so only those that end in between are looked at one by one.
 */
static void choose_by_weight(const struct agenda_job *job, struct wish *wishes, int n)
{
    int64_t longest = longest_walk(job);
    int *best_until = arena_array(job->arena, (size_t)n + 1, sizeof *best_until);
    int best = -1;
    for (int j = 0; j < n; j++) {
        const struct agenda_candidate *here = wishes[j].candidate;
        wishes[j].best = here->weight;
        wishes[j].previous = -1;
        int i = last_ending_by(wishes, j, here->start_us);
        for (; i >= 0 && wishes[i].candidate->end_us + longest > here->start_us; i--) {
            const struct agenda_candidate *there = wishes[i].candidate;
            int64_t ready = there->end_us + agenda_walk_us(job, there->room, here->room);
            if (ready <= here->start_us && wishes[i].best + here->weight > wishes[j].best) {
                wishes[j].best = wishes[i].best + here->weight;
                wishes[j].previous = i;
            }
        }
        if (i >= 0 && wishes[best_until[i]].best + here->weight > wishes[j].best) {
            wishes[j].best = wishes[best_until[i]].best + here->weight;
            wishes[j].previous = best_until[i];
        }
        best = best < 0 || wishes[j].best > wishes[best].best ? j : best;
        best_until[j] = best;
    }
    for (int i = best; i >= 0; i = wishes[i].previous) {
        wishes[i].candidate->fate = FATE_CHOSEN;
    }
}

static void choose_wishes(struct agenda_job *job, struct wish *wishes)
{
    int n = 0;
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *candidate = &job->candidates.items[i];
        bool is_chosen = candidate->fate == FATE_CHOSEN; /* the last time */
        if (candidate->rank >= 0 || candidate->weight <= 0 ||
            (candidate->fate != FATE_OPEN && !is_chosen)) {
            continue;
        }
        candidate->fate = FATE_OPEN;
        if (fits_duties(job, candidate)) {
            wishes[n++].candidate = candidate;
        } else {
            candidate->fate = FATE_BEATEN;
        }
    }
    qsort(wishes, (size_t)n, sizeof *wishes, wishes_by_end);
    choose_by_weight(job, wishes, n);
}

void agenda_choose_wishes(struct agenda_job *job)
{
    struct wish *wishes = arena_array(job->arena, job->candidates.n + 1, sizeof *wishes);
    do {
        choose_wishes(job, wishes);
    } while (agenda_set_repeats_aside(job));
}
