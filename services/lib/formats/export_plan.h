/* export_plan: what both writers of schedules need to know before they write. */
#ifndef ROLLCALL_FORMATS_EXPORT_PLAN_H
#define ROLLCALL_FORMATS_EXPORT_PLAN_H

#include "core/conference.h"

/* A session and where it goes. */
struct export_item {
    int64_t day_us; /* midnight of the day it belongs to: a night's talks to the day before */
    int room;
    int64_t start_us;
    int session;
};

struct export_plan {
    const struct conference *conf;
    struct export_item *items; /* by day, room, start, session */
    size_t n;
    int *next_mention;    /* [mention] -> the next one of the same session or track; -1 = last */
    int *session_speaker; /* [session] -> first speaker; -1 = none */
    int *track_lead;      /* [track] -> first lead; -1 = none */
};

/* Scheduled sessions that are not cancelled, and their people. */
void export_plan_make(const struct conference *conf, struct arena *arena, struct export_plan *ret);
/* The first of the people to be named for the session: its speakers, for a block the leads of its
 * track; -1 = none. */
int export_first_person(const struct export_plan *plan, const struct session *session);
/* Whether the items i and i + 1 lie on different days, in different rooms. */
bool export_ends_day(const struct export_plan *plan, size_t i);
bool export_ends_room(const struct export_plan *plan, size_t i);

/* The mention's key in its source, "" where that would tell an address. */
const char *export_person_key(const struct mention *mention);
/* The mention's name; of a name that is an address only what stands before the @. */
const char *export_person_name(struct arena *arena, const struct mention *mention);
/* Is the key a UUID, as guid fields want it? */
bool export_is_uuid(const char *key);
/* Text that reads back as the same: as HTML where the text itself looks like HTML. */
const char *export_text(struct arena *arena, const char *text);
/* "01:30" */
const char *export_duration(struct arena *arena, const struct session *session);
/* "lpc2025-rust_mc": what the schema allows in a slug. */
const char *export_slug(struct arena *arena, const struct conference *conf,
                        const struct session *session);

#endif
