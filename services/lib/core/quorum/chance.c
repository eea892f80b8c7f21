/* Chances: that one person comes, and that enough of them do. */
#include "core/quorum/chance.h"

#include "base/arena.h"

/*
 * How likely a person is to be in the room, by registration and answer, before clashes count. The
 * numbers are estimates of experienced organisers, not measurements; docs/clashes.md shows them.
 */
static const double chances[N_STANDINGS][N_REPLIES] = {
    /*                         none  yes   remote not before  no */
    [STANDING_UNLISTED] = {0.75, 0.95, 0.85, 0.90, 0.02},
    [STANDING_NONE] = {0.15, 0.60, 0.50, 0.50, 0.02},
    [STANDING_CANCELLED] = {0.03, 0.30, 0.30, 0.30, 0.01},
    [STANDING_WAITING] = {0.40, 0.60, 0.60, 0.55, 0.02},
    [STANDING_REMOTE] = {0.70, 0.90, 0.90, 0.85, 0.02},
    [STANDING_IN_PERSON] = {0.85, 0.97, 0.85, 0.93, 0.02},
};

double quorum_person_chance(enum standing standing, bool has_answered, enum reply reply)
{
    return chances[standing][has_answered ? (int)reply + 1 : 0];
}

enum standing quorum_standing(const struct conference *conf, const struct quorum_person *person)
{
    if (!conf->has_registrants && conf->registrants.n == 0) {
        return STANDING_UNLISTED;
    }
    if (!person->has_registrant) {
        return STANDING_NONE;
    }
    switch (person->status) {
    case REGISTRATION_CANCELLED: return STANDING_CANCELLED;
    case REGISTRATION_WAITING: return STANDING_WAITING;
    case REGISTRATION_CONFIRMED: break;
    }
    return person->attendance == ATTENDANCE_REMOTE ? STANDING_REMOTE : STANDING_IN_PERSON;
}

double quorum_chance_with_pass(const struct conference *conf, const struct quorum_person *person)
{
    double base =
        quorum_person_chance(quorum_standing(conf, person), person->has_answered, person->reply);
    double free_share = person->chance / base;
    return free_share *
           quorum_person_chance(STANDING_IN_PERSON, person->has_answered, person->reply);
}

/* at[i] is the chance that exactly i happened, for i < k; what reaches k has won and is left out.
 */
static double chance_below(const double *p, int n, int k, bool of_failure, double *at)
{
    at[0] = 1;
    for (int j = 0; j < n; j++) {
        double q = of_failure ? 1 - p[j] : p[j];
        for (int i = j + 1 < k ? j + 1 : k - 1; i > 0; i--) {
            at[i] = at[i] * (1 - q) + at[i - 1] * q;
        }
        at[0] *= 1 - q;
    }
    double sum = 0;
    for (int i = 0; i < k; i++) {
        sum += at[i];
    }
    return sum;
}

double quorum_at_least(const double *p, int n, int k)
{
    if (k <= 0) {
        return 1;
    }
    if (k > n) {
        return 0;
    }
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    int may_fail = n - k + 1; /* fewer failures than this is success: count the rarer side */
    bool count_failures = may_fail <= k;
    int width = count_failures ? may_fail : k;
    double *at = arena_array(scratch, (size_t)width, sizeof *at);
    double below = chance_below(p, n, width, count_failures, at);
    double chance = count_failures ? below : 1 - below;
    return chance < 0 ? 0 : chance > 1 ? 1 : chance;
}
