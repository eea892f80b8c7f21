/* agenda: a day plan that one person can follow, the best that weights allow. */
#ifndef ROLLCALL_CORE_AGENDA_H
#define ROLLCALL_CORE_AGENDA_H

#include "core/conference.h"
#include "core/match.h"
#include "core/requirement.h"

struct agenda_entry {
    int session;
    bool is_duty; /* lead, speaker or key attendee: fixed */
    bool is_starred;
    double weight;
    const char *reason; /* "you lead this microconference"; "because you wrote PCIe hot-plug: ...";
                           "" = agenda.note says it */
    int alternative;    /* the best session left out that fits here instead; -1 = none */
    double alternative_costs; /* weight that taking it would lose */
};

struct agenda_missed {
    int session;
    int instead_of; /* index in entries of what takes its time; -1 = not there at that time */
    const char *why;
};

struct agenda {
    VEC(struct agenda_entry) entries; /* by start; no two overlap */
    VEC(struct agenda_missed) missed; /* heaviest first */
    const char *note; /* a sentence to stand above the entries; "" where each speaks for itself */
};

struct agenda_people; /* which registrations, answers, hours and stars are whose */

struct agenda_options {
    const struct agenda_people *people; /* of the same conference; NULL = all rows are searched */
    int64_t walk_between_buildings_us;
    int max_missed;       /* default 10 */
    bool stays_in_blocks; /* an MC is attended whole or not at all; false: hop between them */
};

/*
 * Chooses the set of non-overlapping live sessions with the greatest total weight (weighted
 * interval scheduling, exact). Duties are fixed first; where two duties overlap the person's choice
 * decides, else the stronger, and the other is in `missed`. `requirements` may hold everybody's;
 * `matches` are the person's own, n_matches of them. A block and its contributions: a duty in the
 * block covers its whole time, a wish for single contributions is followed into them.
 * Deterministic.
 *
 * Duties first means: as many of the strongest rank as fit, then of the next rank, and so on
 * (ranks: must before should, and within these speaker, lead, key attendee). Wishes weigh their
 * score; a star adds the largest score of all. Between wishes, and between a wish and a duty, there
 * is time to walk; duties that leave none are both kept and the reason says so.
 */
void agenda_plan(const struct conference *conf, int person, const struct requirements *requirements,
                 const struct match_result *matches, int n_matches,
                 const struct agenda_options *options, struct arena *arena, struct agenda *ret);

/* For those who plan for many. In the arena; as long as the rows of the conference stay. */
const struct agenda_people *agenda_people_new(const struct conference *conf, struct arena *arena);

/* Could the person take part in something at that time, as far as they told: arrival, departure,
 * stated hours, "not before" and, for who is remote, the night where they are? *ret_is_remote says
 * whether they would not be in the room. Plans are not looked at. */
bool agenda_is_there(const struct conference *conf, int person, int64_t start_us, int64_t end_us,
                     struct arena *arena, bool *ret_is_remote);

/* Walking time between two rooms; 0 where one of them is not known (-1). */
int64_t agenda_walking_us(const struct conference *conf, int room_a, int room_b,
                          int64_t between_buildings_us);

#endif
