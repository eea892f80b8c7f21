/*
 * plan: what everybody should be told now. Compares what is true with what was last told.
 *
 * A batch is loaded once, on one snapshot (plan_load.c); then each kind of notice has its file,
 * which decides from memory alone; what is to be written is gathered (plan_out.c) and sent with the
 * commit.
 */
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

/* How and whether somebody wants to be told things. */
struct reader {
    VEC(struct contact) contacts; /* best first; suppressed addresses are not here */
    const char *channel;          /* "any", "mail", "matrix", "none" */
    bool wants_agenda;
    bool is_registered;      /* has a registration */
    bool is_silent;          /* did not answer, and the last reminder was long enough ago */
    const char *stand_in;    /* whom they name in their place; NULL = not loaded or nobody */
    int quiet_from_min;      /* minutes after midnight in zone; -1 = no quiet hours */
    int quiet_until_min;     /* may be smaller: over midnight */
    const struct zone *zone; /* the reader's own, else the event's */
    const struct report *last[N_NOTICE_KINDS]; /* their own question, agenda, openings; may be NULL:
                                                  none was sent */
};

/* A session that was filled or moved at short notice. */
struct opened {
    const char *what;     /* "new", "moved"; NULL = neither */
    const char *speakers; /* "Ada Example, Bob Example" */
};

/* A name that a lead must choose a person for. */
struct ambiguous {
    int64_t track_id;
    const char *name;
    int line;               /* in the list; 0 = not known */
    const char *candidates; /* JSON: [{"person","confidence"}] */
};

struct plan_out; /* what is to be written; plan_out.c */

/* The work on one batch. */
struct plan {
    struct db *db;
    struct arena *arena;
    struct err *err;
    struct plan_out *out;
    int64_t now_us;         /* the server's, which also says when jobs are due */
    const char *domain;     /* of our mail address, for calendar UIDs */
    struct conference conf; /* of the people in the batch */
    struct requirements requirements;
    struct clashes clashes;
    struct reader *readers;     /* one per conf.persons */
    VEC(struct told) told;      /* by person, then session */
    size_t *told_from;          /* one per conf.persons and one more: where theirs begin */
    size_t *matches_from;       /* the same for conf.matches, which lie by person, best first */
    struct opened *opened;      /* one per conf.sessions */
    bool has_opened;            /* any of them */
    VEC(struct report) reports; /* to people about themselves */
    VEC(struct report) track_reports; /* to leads, by track; only with tracks */
    VEC(struct ambiguous) ambiguous;  /* by track; only with tracks */
    bool has_asked;                   /* a question has gone out: clashes follow from it */
};

/* --- plan_load.c --- */

/* Loads these people and computes what every kind of notice needs, on one snapshot. with_tracks:
 * the reports to leads, names that nobody is found for, and names to choose for, too.
 * CONFERENCE_GONE as the store. */
int plan_load(struct plan *plan, int64_t event_id, const int64_t *people, size_t n_people,
              bool with_tracks) MUST_CHECK;
/* Finds the clashes anew, after questions were asked. */
void plan_find_clashes(struct plan *plan);

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

/* --- plan_send.c: what goes to whom, and when --- */

/* Where a notice of that kind goes for that person; NULL = nowhere. */
const struct contact *plan_contact(const struct plan *plan, int person, enum notice_kind kind);
/* Adds one message; payload is taken over. person -1 = not a person of the event. */
int plan_send(struct plan *plan, enum notice_kind kind, int person, const struct contact *contact,
              const char *dedupe_key, const char *thread, json_t *payload) MUST_CHECK;
/* When something that can wait may reach the person, by their quiet hours; 0 = now. */
int64_t plan_due_us(const struct plan *plan, int person);
/* What was refused on one channel goes by the reader's other one, unless they want no messages. */
int plan_fall_back(struct plan *plan) MUST_CHECK;
const char *plan_hash(struct arena *arena, const char *text); /* 16 hex digits */

/* --- plan_out.c: rows out; they are sent when much has gathered, else by plan_out_send() --- */

struct plan_message {
    const char *dedupe_key;
    const char *kind;
    const char *channel;
    const char *address;
    int64_t person_id; /* 0 = none */
    const char *payload;
    const char *thread;
    int64_t expires_us; /* 0 = never */
    int64_t due_us;     /* 0 = at once */
};

struct plan_out *plan_out_new(struct arena *arena);
/* Sends all that has gathered, without waiting. */
int plan_out_send(struct plan *plan) MUST_CHECK;
int plan_message_add(struct plan *plan, const struct plan_message *message) MUST_CHECK;
int plan_report_save(struct plan *plan, enum notice_kind kind, int64_t subject_id,
                     const char *address, const char *facts, int times_sent) MUST_CHECK;
int plan_told_save(struct plan *plan, const struct told *told, size_t n) MUST_CHECK;
/* For who works without the persons' locks: what is known as told already stays as it is. */
int plan_told_first(struct plan *plan, const struct told *told, size_t n) MUST_CHECK;
/* A job for that time, written with the batch; one such job is enough. */
void plan_later(struct plan *plan, enum stage stage, const char *subject, int64_t subject_id,
                int64_t due_us);
/* Reports that are not of the batch's people, at once from the database. */
int plan_report_load(struct plan *plan, enum notice_kind kind, const int64_t *subjects, size_t n,
                     struct report **ret, size_t *ret_n) MUST_CHECK;

/* --- the kinds --- */

int plan_person(struct plan *plan, int person) MUST_CHECK;
/* The reports to the leads of these tracks. */
int plan_tracks(struct plan *plan, const int64_t *track_ids, size_t n) MUST_CHECK;
int plan_event(struct plan *plan) MUST_CHECK;
/* plan_meet.c: asks people who opted in whether they would like to meet, and introduces them. */
int plan_meet(const struct plan *base, int64_t event_id) MUST_CHECK;
/* plan_roll.c: calls whom a session that is about to begin needs, and gives its leads the list. */
int plan_roll(const struct plan *base, int64_t event_id) MUST_CHECK;
/* plan_bof.c: what many care about and no session serves, kept for the organisers' page. */
int plan_bof(const struct plan *base, int64_t event_id) MUST_CHECK;

#endif
