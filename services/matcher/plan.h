/* plan: what everybody should be told now. Compares what is true with what was last told. */
#ifndef ROLLCALL_MATCHER_PLAN_H
#define ROLLCALL_MATCHER_PLAN_H

#include "core/agenda.h"
#include "core/clash.h"
#include "core/notice.h"
#include "core/quorum.h"
#include "core/requirement.h"
#include "matcher/stage.h"

#include <jansson.h>

/* One way to reach somebody. */
struct contact {
    const char *channel; /* "mail" or "matrix" */
    const char *address;
};

#define MAX_REMINDERS 2 /* then the leads hear that there is no answer */

/* How and whether somebody wants to be told things. */
struct reader {
    VEC(struct contact) contacts; /* best first; suppressed addresses are not here */
    const char *channel;          /* "any", "mail", "matrix", "none" */
    bool wants_agenda;
    bool is_registered;      /* has a registration */
    bool is_silent;          /* did not answer, and the last reminder was long enough ago */
    int quiet_from_min;      /* minutes after midnight in zone; -1 = no quiet hours */
    int quiet_until_min;     /* may be smaller: over midnight */
    const struct zone *zone; /* the reader's own, else the event's */
};

/* What a person was last told about a session. */
struct told {
    int person;
    int session;
    int64_t start_us;
    int64_t end_us;
    const char *room;
    bool is_cancelled;
    int sequence;
};

/* What was last reported about a subject. */
struct report {
    int64_t subject_id;
    const char *address;
    const char *facts;
    int times_sent;
    int64_t first_at_us;
    int64_t sent_at_us;
};

/* The work on one batch. */
struct plan {
    struct db *db;
    struct arena *arena;
    struct err *err;
    int64_t now_us;         /* the server's, which also says when jobs are due */
    struct conference conf; /* of the people in the batch */
    struct requirements requirements;
    struct clashes clashes;
    struct reader *readers; /* one per conf.persons */
    VEC(struct told) told;  /* by person, then session */
    const char *domain;     /* of our mail address, for calendar UIDs */
    const char **opened;    /* one per conf.sessions: "new" or "moved" of late, NULL = neither */
};

/* --- plan_stage.c --- */

/* Loads these people and computes what every kind of notice needs; with_unresolved: names that
 * nobody is found for, too. CONFERENCE_GONE as the store. */
int plan_load(struct plan *plan, int64_t event_id, const int64_t *people, size_t n_people,
              bool with_unresolved) MUST_CHECK;

/* --- plan_payload.c: the facts that every message carries --- */

/* A new payload with event, to, links (all ""), calendar []. */
json_t *payload_new(const struct plan *plan, const char *to_name);
/* Sets links.<name> to the signed address. */
void payload_link(const struct plan *plan, json_t *payload, const char *name, int purpose,
                  int64_t subject, int64_t person_id);
/* Adds the calendar entry of a session for a person; told gives its sequence and last state. */
void payload_calendar(const struct plan *plan, json_t *payload, int person, const struct told *told,
                      const char *description);
/* "Thu 11 Dec 10:00 to 13:30"; "" = not scheduled */
const char *plan_when(const struct plan *plan, int64_t start_us, int64_t end_us);
const char *plan_room(const struct conference *conf, const struct session *session);
/* The track's title, else the session's. */
const char *plan_title(const struct conference *conf, int session);

/* --- plan_send.c: rows out --- */

/* Where a notice of that kind goes for that person; NULL = nowhere. */
const struct contact *plan_contact(const struct plan *plan, int person, enum notice_kind kind);
/* Adds one outbox row; payload is taken over. person -1 = not a person of the event. */
int plan_send(struct plan *plan, enum notice_kind kind, int person, const struct contact *contact,
              const char *dedupe_key, const char *thread, json_t *payload) MUST_CHECK;
int plan_report_load(struct plan *plan, enum notice_kind kind, const int64_t *subjects, size_t n,
                     struct report **ret, size_t *ret_n) MUST_CHECK;
int plan_report_save(struct plan *plan, enum notice_kind kind, int64_t subject_id,
                     const char *address, const char *facts, int times_sent) MUST_CHECK;
/* When something that can wait may reach the person, by their quiet hours; 0 = now. */
int64_t plan_due_us(const struct plan *plan, int person);
int plan_told_save(struct plan *plan, const struct told *told, size_t n) MUST_CHECK;
/* For who works without the persons' locks: what is known as told already stays as it is. */
int plan_told_first(struct plan *plan, const struct told *told, size_t n) MUST_CHECK;
const char *plan_hash(struct arena *arena, const char *text); /* 16 hex digits */

/* --- the kinds --- */

int plan_person(struct plan *plan, int person, const struct report *question,
                const struct report *agenda) MUST_CHECK;
int plan_track(struct plan *plan, int track, const struct report *reports,
               size_t n_reports) MUST_CHECK;
int plan_event(struct plan *plan) MUST_CHECK;
/* plan_meet.c: asks people who opted in whether they would like to meet, and introduces them. */
int plan_meet(const struct plan *base, int64_t event_id) MUST_CHECK;
/* plan_bof.c: what many care about and no session serves, kept for the organisers' page. */
int plan_bof(const struct plan *base, int64_t event_id) MUST_CHECK;

#endif
