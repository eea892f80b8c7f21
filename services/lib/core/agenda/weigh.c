/* Which wishes are worth an hour, and when several of a block make the block. */
#include "core/agenda/internal.h"

#include <string.h>

#define DIRECT_LEAST 0.25 /* of the best score: what says less is worth no hour */
#define LOOSE_LEAST  0.5  /* the same, of what is only close to what was written */
#define AS_GOOD      0.75 /* of what its contributions weigh: the block fits as well as they do */
#define FOLD_LEAST   3    /* contributions of a block that make it, however long it is */

/* ---- what is worth an hour ---- */

/* Is it in the plan for its match alone? */
static bool is_by_match(const struct agenda_candidate *candidate)
{
    bool is_wanted =
        candidate->requirement != NULL && candidate->requirement->reason != REASON_MATCH;
    return candidate->match != NULL && candidate->rank < 0 && !candidate->is_starred &&
           !candidate->is_rest && !is_wanted && candidate->match->basis != MATCH_BY_FASHION;
}

static bool is_untold(const struct agenda_job *job, const struct match_result *match)
{
    return match_is_untold(match_reason(match, job->arena));
}

/* Best scores among the matches. */
struct bests {
    double direct; /* of what rests on what was written, done or starred, duties and all */
    double open;   /* the same of what is left to be planned */
    double told;   /* and of this what a sentence tells something of */
    double loose;
};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static struct bests find_bests(const struct agenda_job *job)
{
    struct bests bests = {0};
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *candidate = &job->candidates.items[i];
        const struct match_result *match = candidate->match;
        if (match == NULL || match->basis == MATCH_BY_FASHION) {
            continue;
        }
        if (match_is_loose(match)) {
            bests.loose = larger(bests.loose, match->score);
            continue;
        }
        bests.direct = larger(bests.direct, match->score);
        if (candidate->rank < 0 && candidate->fate == FATE_OPEN) {
            bests.open = larger(bests.open, match->score);
            bests.told = is_untold(job, match) ? bests.told : larger(bests.told, match->score);
        }
    }
    return bests;
}

/* A session that serves one of many topics scores little beside one that serves most of them: it is
 * held against what the person can still go to, not against duties and what they are not there for.
 * Half a phrase is held against everything. What nothing can be told of is planned only where that
 * is so of all. */
static bool is_weak(const struct agenda_job *job, const struct agenda_candidate *candidate,
                    const struct bests *bests)
{
    const struct match_result *match = candidate->match;
    if (match_is_loose(match)) {
        double best = bests->direct > 0 ? bests->direct : bests->loose;
        return match->score < LOOSE_LEAST * best || (bests->direct > 0 && is_untold(job, match));
    }
    double best = candidate->fate == FATE_OPEN ? bests->open : bests->direct;
    return match->score < DIRECT_LEAST * best || (bests->told > 0 && is_untold(job, match));
}

void agenda_set_weak_aside(struct agenda_job *job)
{
    struct bests bests = find_bests(job);
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *candidate = &job->candidates.items[i];
        if (is_by_match(candidate)) {
            candidate->is_weak = is_weak(job, candidate, &bests);
            bool is_aside = candidate->is_weak && candidate->fate == FATE_OPEN;
            candidate->fate = is_aside ? FATE_WEAK : candidate->fate;
        }
    }
}

/* ---- what is given several times ---- */

static bool is_repeat(const struct agenda_job *job, const struct agenda_candidate *a,
                      const struct agenda_candidate *b)
{
    const struct session *first = &job->conf->sessions.items[a->session];
    const struct session *second = &job->conf->sessions.items[b->session];
    return first->track == second->track && first->kind == second->kind &&
           first->title[0] != '\0' && strcmp(first->title, second->title) == 0;
}

bool agenda_set_repeats_aside(struct agenda_job *job)
{
    bool is_any = false;
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *kept = &job->candidates.items[i];
        for (size_t j = 0; kept->fate == FATE_CHOSEN && j < job->candidates.n; j++) {
            struct agenda_candidate *other = &job->candidates.items[j];
            bool is_wish = j != i && other->rank < 0 && !other->is_starred && !other->is_rest;
            if (!is_wish || !is_repeat(job, kept, other)) {
                continue;
            }
            is_any = is_any || other->fate == FATE_CHOSEN;
            bool may_be = other->fate == FATE_OPEN || other->fate == FATE_CHOSEN ||
                          other->fate == FATE_BEATEN;
            other->fate = may_be ? FATE_WEAK : other->fate;
        }
    }
    return is_any;
}

/* ---- contributions that make a block ---- */

/* Chosen wishes inside a block. */
struct parts {
    int n;
    int64_t time_us;
    double weight;
    const struct match_result *best;
};

static bool is_part(const struct agenda_job *job, const struct agenda_candidate *candidate,
                    int block)
{
    return candidate->rank < 0 && candidate->fate == FATE_CHOSEN && !candidate->is_rest &&
           job->conf->sessions.items[candidate->session].parent == block;
}

static struct parts parts_of(const struct agenda_job *job, int block)
{
    struct parts parts = {0};
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *part = &job->candidates.items[i];
        if (is_part(job, part, block)) {
            parts.n++;
            parts.time_us += part->end_us - part->start_us;
            parts.weight += part->weight;
            bool is_better = part->match != NULL &&
                             (parts.best == NULL || part->match->score > parts.best->score);
            parts.best = is_better ? part->match : parts.best;
        }
    }
    return parts;
}

/* Is the person free for all of the block, but for its own contributions? */
static bool is_free_for(const struct agenda_job *job, const struct agenda_candidate *block)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *other = &job->candidates.items[i];
        int64_t walk = agenda_walk_us(job, block->room, other->room);
        if (other->fate == FATE_CHOSEN && !is_part(job, other, block->session) &&
            block->start_us < other->end_us + walk && other->start_us < block->end_us + walk) {
            return false;
        }
    }
    return true;
}

/* Do these contributions stand for the block? They do where they are most of it, or where it fits
 * as well as they do. */
static bool make_block(const struct agenda_candidate *block, const struct parts *parts)
{
    bool is_fit = block->match != NULL && !match_is_loose(block->match) &&
                  block->weight >= AS_GOOD * parts->weight;
    bool is_long = parts->n > 1 && 2 * parts->time_us >= block->end_us - block->start_us;
    return parts->n >= FOLD_LEAST || is_long || (parts->n > 0 && is_fit);
}

/* Who goes to most of a block goes to the block, as long as nothing else is given up for it. */
void agenda_fold_blocks(struct agenda_job *job)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *block = &job->candidates.items[i];
        bool is_possible = block->rank < 0 &&
                           (block->fate == FATE_OPEN || block->fate == FATE_WEAK) &&
                           job->conf->sessions.items[block->session].kind == SESSION_BLOCK;
        struct parts parts = {0};
        parts = is_possible ? parts_of(job, block->session) : parts;
        if (!is_possible || !make_block(block, &parts) || !is_free_for(job, block)) {
            continue;
        }
        for (size_t p = 0; p < job->candidates.n; p++) {
            struct agenda_candidate *part = &job->candidates.items[p];
            part->fate = is_part(job, part, block->session) ? FATE_FOLDED : part->fate;
        }
        block->fate = FATE_CHOSEN;
        block->weight = parts.weight;
        bool is_told = block->match != NULL && !match_is_loose(block->match);
        block->match = is_told || parts.best == NULL ? block->match : parts.best;
    }
}
