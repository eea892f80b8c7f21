#include "core/agenda.h"

#include "core/agenda/internal.h"

#include <stdlib.h>
#include <string.h>

/* By reason, weakest strength last: the rank of a duty. */
static int duty_rank(const struct requirement *requirement)
{
    static const int order[] = {[REASON_SPEAKER] = 0, [REASON_LEAD] = 1, [REASON_KEY_ATTENDEE] = 2};
    if (requirement->reason > REASON_KEY_ATTENDEE || requirement->strength == STRENGTH_WOULD_LIKE) {
        return -1;
    }
    return order[requirement->reason] + (requirement->strength == STRENGTH_MUST ? 0 : 3);
}

static struct agenda_candidate *candidate_at(struct agenda_job *job, int session)
{
    if (session < 0 || (size_t)session >= job->conf->sessions.n ||
        !session_is_live(&job->conf->sessions.items[session])) {
        return NULL;
    }
    if (job->candidate_of[session] >= 0) {
        return &job->candidates.items[job->candidate_of[session]];
    }
    const struct session *s = &job->conf->sessions.items[session];
    job->candidate_of[session] = (int)job->candidates.n;
    struct agenda_candidate *candidate = vec_add(job->arena, &job->candidates);
    *candidate = (struct agenda_candidate){.session = session,
                                           .start_us = s->start_us,
                                           .end_us = s->end_us,
                                           .room = s->room,
                                           .rank = -1,
                                           .chosen_over = -1,
                                           .note = ""};
    return candidate;
}

static size_t first_of_person(const struct requirements *requirements, int person)
{
    size_t low = 0;
    size_t high = requirements->items.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (requirements->items.items[middle].person < person) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static double largest_score(const struct match_result *matches, int n)
{
    double largest = 0;
    for (int i = 0; i < n; i++) {
        largest = matches[i].score > largest ? matches[i].score : largest;
    }
    return largest > 0 ? largest : 1;
}

static void gather_requirements(struct agenda_job *job, const struct requirements *requirements,
                                double star_weight)
{
    for (size_t i = first_of_person(requirements, job->person);
         i < requirements->items.n && requirements->items.items[i].person == job->person; i++) {
        const struct requirement *requirement = &requirements->items.items[i];
        struct agenda_candidate *candidate = candidate_at(job, requirement->session);
        if (candidate == NULL) {
            continue;
        }
        int rank = duty_rank(requirement);
        if (candidate->requirement == NULL ||
            (rank >= 0 && (candidate->rank < 0 || rank < candidate->rank))) {
            candidate->requirement = requirement;
            candidate->rank = rank;
        }
        candidate->is_starred = candidate->is_starred || requirement->reason == REASON_STARRED;
        if (rank < 0 && requirement->reason != REASON_STARRED && candidate->weight <= 0) {
            candidate->weight = star_weight / 2; /* a wish of unknown strength */
        }
    }
}

static void gather_matches(struct agenda_job *job, const struct match_result *matches, int n)
{
    double largest = largest_score(matches, n);
    for (int i = 0; i < n; i++) {
        struct agenda_candidate *candidate =
            matches[i].score > 0 ? candidate_at(job, matches[i].session) : NULL;
        if (candidate != NULL && candidate->match == NULL) {
            candidate->match = &matches[i];
            /* squared: one that fits is better than three that fit by half */
            candidate->weight = matches[i].score * matches[i].score / largest;
        }
    }
}

static void gather_stars(struct agenda_job *job, double star_weight)
{
    for (size_t i = 0; i < job->own[AGENDA_STARS].n; i++) {
        const struct star *star = &job->conf->stars.items[job->own[AGENDA_STARS].rows[i]];
        if (!star->is_dislike) {
            struct agenda_candidate *candidate = candidate_at(job, star->session);
            if (candidate != NULL) {
                candidate->is_starred = true;
            }
        } else if (star->session >= 0 && job->candidate_of[star->session] >= 0) {
            struct agenda_candidate *candidate =
                &job->candidates.items[job->candidate_of[star->session]];
            candidate->fate = candidate->rank < 0 ? FATE_DISLIKED : candidate->fate;
        }
    }
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *candidate = &job->candidates.items[i];
        candidate->weight += candidate->is_starred ? star_weight : 0;
    }
}

static int compare_candidates(const void *a, const void *b, void *context)
{
    const struct agenda_candidate *x = a;
    const struct agenda_candidate *y = b;
    const struct session *sessions = context;
    if (x->start_us != y->start_us) {
        return x->start_us < y->start_us ? -1 : 1;
    }
    int by_key = strcmp(sessions[x->session].key, sessions[y->session].key);
    return by_key != 0 ? by_key : x->session - y->session;
}

static void sort_candidates(struct agenda_job *job)
{
    if (job->candidates.n > 1) {
        qsort_r(job->candidates.items, job->candidates.n, sizeof *job->candidates.items,
                compare_candidates, job->conf->sessions.items);
    }
    for (size_t i = 0; i < job->candidates.n; i++) {
        job->candidate_of[job->candidates.items[i].session] = (int)i;
    }
}

/* Contributions of a block that the person is wanted in but must leave: being in some is better
 * than in none. */
static void add_rests(struct agenda_job *job, double star_weight)
{
    size_t n = job->candidates.n;
    for (size_t i = 0; i < n; i++) {
        struct agenda_candidate beaten = job->candidates.items[i];
        if (beaten.rank < 0 || beaten.fate != FATE_BEATEN ||
            job->conf->sessions.items[beaten.session].kind != SESSION_BLOCK) {
            continue;
        }
        for (size_t s = 0; s < job->conf->sessions.n; s++) {
            if (job->conf->sessions.items[s].parent != beaten.session) {
                continue;
            }
            struct agenda_candidate *rest = candidate_at(job, (int)s);
            if (rest != NULL && rest->rank < 0) {
                rest->weight += 2 * star_weight;
                rest->is_rest = true;
                rest->requirement = beaten.requirement;
            }
        }
    }
    sort_candidates(job);
}

/* "Stay in the MC": the block carries what its contributions weigh, and they stand for nothing. */
static void gather_into_blocks(struct agenda_job *job)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        int parent = job->conf->sessions.items[job->candidates.items[i].session].parent;
        if (parent < 0 || job->candidates.items[i].rank >= 0 ||
            job->candidates.items[i].fate != FATE_OPEN) {
            continue;
        }
        struct agenda_candidate *block = candidate_at(job, parent);
        if (block == NULL) {
            continue;
        }
        struct agenda_candidate *part = &job->candidates.items[i];
        block->weight += part->weight;
        block->is_starred = block->is_starred || part->is_starred;
        block->match = block->match == NULL ? part->match : block->match;
        part->fate = FATE_FOLDED;
    }
    sort_candidates(job);
}

/* Blocks that may stand for their contributions; of themselves they weigh nothing. */
static void add_blocks(struct agenda_job *job)
{
    size_t n = job->candidates.n;
    for (size_t i = 0; i < n; i++) {
        const struct agenda_candidate *part = &job->candidates.items[i];
        int parent = job->conf->sessions.items[part->session].parent;
        if (parent >= 0 && part->rank < 0) {
            (void)candidate_at(job, parent);
        }
    }
    sort_candidates(job);
}

static void add_entries(const struct agenda_job *job, double star_weight, struct agenda *ret)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *candidate = &job->candidates.items[i];
        if (candidate->fate != FATE_CHOSEN) {
            continue;
        }
        struct agenda_entry *entry = vec_add(job->arena, &ret->entries);
        entry->session = candidate->session;
        entry->is_duty = candidate->rank >= 0;
        entry->is_starred = candidate->is_starred;
        entry->weight = candidate->weight;
        if (entry->is_duty) {
            entry->weight += star_weight * (AGENDA_RANKS - candidate->rank) * 10;
        }
        entry->reason = agenda_reason(job, candidate);
        entry->alternative = -1;
    }
}

static bool overlaps(const struct agenda_candidate *a, const struct agenda_candidate *b)
{
    return a->start_us < b->end_us && b->start_us < a->end_us;
}

/* The entry that keeps the person from the candidate: the heaviest that overlaps, else the one that
 * is too far away. */
static int entry_instead(const struct agenda_job *job, const struct agenda *agenda,
                         const struct agenda_candidate *candidate)
{
    int best = -1;
    bool best_overlaps = false;
    for (size_t e = 0; e < agenda->entries.n; e++) {
        const struct agenda_entry *entry = &agenda->entries.items[e];
        const struct agenda_candidate *other =
            &job->candidates.items[job->candidate_of[entry->session]];
        int64_t walk = agenda_walk_us(job, candidate->room, other->room);
        bool is_near = candidate->start_us < other->end_us + walk &&
                       other->start_us < candidate->end_us + walk;
        bool is_over = overlaps(candidate, other);
        if (!is_near || (best_overlaps && !is_over)) {
            continue;
        }
        if (best < 0 || (is_over && !best_overlaps) ||
            entry->weight > agenda->entries.items[best].weight) {
            best = (int)e;
            best_overlaps = is_over;
        }
    }
    return best;
}

static bool has_chosen_part(const struct agenda_job *job, const struct agenda_candidate *block)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *part = &job->candidates.items[i];
        if (part->fate == FATE_CHOSEN &&
            job->conf->sessions.items[part->session].parent == block->session) {
            return true;
        }
    }
    return false;
}

/* Does nothing speak for it but that it is there, is popular or shares half of what was written?
 * Nobody misses that. */
static bool is_no_loss(const struct agenda_candidate *candidate)
{
    const struct match_result *match = candidate->match;
    bool is_bare = match == NULL ? candidate->requirement == NULL
                                 : match->basis == MATCH_BY_FASHION || match_is_loose(match);
    return (is_bare || candidate->is_weak) && candidate->rank < 0 && !candidate->is_starred;
}

static bool is_missed(const struct agenda_job *job, const struct agenda_candidate *candidate)
{
    switch (candidate->fate) {
    case FATE_CHOSEN:
    case FATE_FOLDED:
    case FATE_WEAK:
    case FATE_DISLIKED: return false;
    case FATE_OPEN:
    case FATE_BEATEN:
    case FATE_DECLINED:
    case FATE_ABSENT:
    case FATE_ASLEEP: break;
    }
    if (candidate->is_rest && !candidate->is_starred) {
        return false; /* the block it belongs to is told */
    }
    if (is_no_loss(candidate)) {
        return false;
    }
    int parent = job->conf->sessions.items[candidate->session].parent;
    bool is_inside = parent >= 0 && job->candidate_of[parent] >= 0 &&
                     job->candidates.items[job->candidate_of[parent]].fate == FATE_CHOSEN;
    if (is_inside) {
        return false;
    }
    return candidate->rank >= 0 || !has_chosen_part(job, candidate);
}

struct weighed {
    const struct agenda_candidate *candidate;
    double weight;
};

static int heavier(const void *a, const void *b)
{
    const struct weighed *x = a;
    const struct weighed *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->candidate < y->candidate ? -1 : (x->candidate > y->candidate);
}

static void add_missed(const struct agenda_job *job, double star_weight, struct agenda *ret)
{
    struct weighed *missed = arena_array(job->arena, job->candidates.n + 1, sizeof *missed);
    size_t n = 0;
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *candidate = &job->candidates.items[i];
        if (is_missed(job, candidate)) {
            missed[n].candidate = candidate;
            missed[n].weight = candidate->weight;
            missed[n++].weight +=
                candidate->rank >= 0 ? star_weight * (AGENDA_RANKS - candidate->rank) * 10 : 0;
        }
    }
    qsort(missed, n, sizeof *missed, heavier);
    size_t most = job->options->max_missed > 0 ? (size_t)job->options->max_missed : 10;
    for (size_t i = 0; i < n && i < most; i++) {
        struct agenda_missed *out = vec_add(job->arena, &ret->missed);
        const struct agenda_candidate *candidate = missed[i].candidate;
        bool is_away = candidate->fate == FATE_ABSENT || candidate->fate == FATE_ASLEEP;
        out->session = candidate->session;
        out->instead_of = is_away ? -1 : entry_instead(job, ret, candidate);
        const struct agenda_candidate *instead =
            out->instead_of < 0
                ? NULL
                : &job->candidates
                       .items[job->candidate_of[ret->entries.items[out->instead_of].session]];
        out->why = agenda_why_missed(job, candidate, instead);
    }
}

/* Could the candidate stand in the plan in place of entry e alone? */
static bool replaces(const struct agenda_job *job, const struct agenda *agenda, size_t e,
                     const struct agenda_candidate *candidate)
{
    for (size_t i = e == 0 ? 0 : e - 1; i < agenda->entries.n && i <= e + 1; i++) {
        const struct agenda_candidate *other =
            &job->candidates.items[job->candidate_of[agenda->entries.items[i].session]];
        int64_t walk = agenda_walk_us(job, candidate->room, other->room);
        bool is_near = candidate->start_us < other->end_us + walk &&
                       other->start_us < candidate->end_us + walk;
        if (is_near != (i == e)) {
            return false;
        }
    }
    return true;
}

/* For each wish in the plan the best of what was left out that fits in its place. */
static void add_alternatives(const struct agenda_job *job, struct agenda *ret)
{
    for (size_t e = 0; e < ret->entries.n; e++) {
        struct agenda_entry *entry = &ret->entries.items[e];
        const struct session *session = &job->conf->sessions.items[entry->session];
        double best = 0;
        for (size_t i = 0; i < job->candidates.n && !entry->is_duty; i++) {
            const struct agenda_candidate *candidate = &job->candidates.items[i];
            if (candidate->start_us >= session->end_us) {
                break;
            }
            bool is_left_out = candidate->fate == FATE_OPEN || candidate->fate == FATE_BEATEN ||
                               candidate->fate == FATE_WEAK;
            bool is_in_it = job->conf->sessions.items[candidate->session].parent == entry->session;
            if (is_left_out && !is_in_it && candidate->end_us > session->start_us &&
                candidate->weight > best && replaces(job, ret, e, candidate)) {
                best = candidate->weight;
                entry->alternative = candidate->session;
                entry->alternative_costs = entry->weight - candidate->weight;
            }
        }
    }
}

void agenda_plan(const struct conference *conf, int person, const struct requirements *requirements,
                 const struct match_result *matches, int n_matches,
                 const struct agenda_options *options, struct arena *arena, struct agenda *ret)
{
    struct agenda_job job = {
        .conf = conf, .person = person, .options = options, .arena = arena, .zone = conf->zone};
    job.candidate_of = arena_array(arena, conf->sessions.n + 1, sizeof *job.candidate_of);
    memset(job.candidate_of, 0xff, (conf->sessions.n + 1) * sizeof *job.candidate_of);
    agenda_find_own(&job, options->people);
    *ret = (struct agenda){0};
    double star_weight = largest_score(matches, n_matches);
    gather_matches(&job, matches, n_matches);
    gather_requirements(&job, requirements, star_weight);
    gather_stars(&job, star_weight);
    sort_candidates(&job);
    agenda_check_presence(&job);
    agenda_choose_duties(&job);
    add_rests(&job, star_weight);
    add_blocks(&job);
    agenda_check_presence(&job);
    if (options->stays_in_blocks) {
        gather_into_blocks(&job);
        agenda_check_presence(&job);
    }
    agenda_set_weak_aside(&job);
    agenda_choose_wishes(&job);
    agenda_fold_blocks(&job);
    add_entries(&job, star_weight, ret);
    add_missed(&job, star_weight, ret);
    add_alternatives(&job, ret);
    ret->note = agenda_note(&job, ret);
}
