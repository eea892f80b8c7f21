/*
 * conference: one event's data as plain values.
 *
 * The formats read files into it, the store loads it from the database, core/ computes on it and
 * prints nothing. Things refer to one another by index into the vectors here (int, -1 = none).
 * All strings live in the arena that the conference was made in, are UTF-8 and never NULL ("" is
 * none). Instants are UTC microseconds; 0 = not known. `id` is the database's id, 0 = not stored.
 */
#ifndef ROLLCALL_CORE_CONFERENCE_H
#define ROLLCALL_CORE_CONFERENCE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum track_kind {
    TRACK_OTHER,
    TRACK_MC, /* a microconference: leads, key attendees, a block of half a day */
    TRACK_REFEREED,
    TRACK_KERNEL_SUMMIT,
    TRACK_BOF,
};

enum session_kind {
    SESSION_TALK,         /* stands for itself */
    SESSION_BLOCK,        /* the half-day of an MC; its contributions have it as parent */
    SESSION_CONTRIBUTION, /* inside a block */
    SESSION_BOF,
    SESSION_OPEN_SLOT, /* reserved time and room without content yet (Kernel Summit, unconference)
                        */
    SESSION_BREAK,     /* coffee, lunch: needs nobody, clashes with nothing */
};

/* How somebody was named. */
enum role {
    ROLE_LEAD,
    ROLE_SPEAKER,
    ROLE_KEY_ATTENDEE,
};

/* What a requirement weighs; order matters: smaller is stronger. */
enum strength {
    STRENGTH_MUST,
    STRENGTH_SHOULD,
    STRENGTH_WOULD_LIKE,
};

enum registration_status {
    REGISTRATION_CONFIRMED,
    REGISTRATION_WAITING,
    REGISTRATION_CANCELLED,
};

enum attendance {
    ATTENDANCE_UNKNOWN, /* treated as in person */
    ATTENDANCE_IN_PERSON,
    ATTENDANCE_REMOTE,
};

/* What a person answered to "will you be there?". */
enum reply {
    REPLY_YES,
    REPLY_REMOTE,
    REPLY_NOT_BEFORE, /* yes, but not before not_before_min on any day */
    REPLY_NO,
};

enum resolution_status {
    RESOLUTION_UNKNOWN,   /* nobody registered fits */
    RESOLUTION_AMBIGUOUS, /* a lead must choose */
    RESOLUTION_LINKED,
};

struct room {
    int64_t id;
    const char *key; /* the source's guid or id, else the name */
    const char *name;
    const char *building; /* "" = not known: taken as the same for all */
    int capacity;         /* seats; 0 = not known */
};

/* Walking time between two rooms, both ways. */
struct room_distance {
    int room_a;
    int room_b;
    int64_t walk_us;
};

#define QUORUM_ALL (-1)

struct track {
    int64_t id;
    const char *key; /* the source's slug or id, else the title */
    const char *title;
    const char *description;
    enum track_kind kind;
    int quorum; /* so many of its must people make the room quorate; 0 = more than half,
                   QUORUM_ALL = all of them */
};

/* Two MCs whose leads agreed that they must not run at the same time. */
struct separation {
    int track_a;
    int track_b;
    const char *reason;
};

struct session {
    int64_t id;
    const char *key; /* the source's guid, else id or UID; stable over versions */
    const char *title;
    const char *abstract; /* abstract and description as plain text */
    const char *language; /* "en"; "" = not known */
    const char *url;
    const char *tags; /* keywords, separated by ", " */
    enum session_kind kind;
    int track;
    int room;
    int parent;          /* the block it lies in */
    int64_t start_us;    /* 0 = not scheduled */
    int64_t end_us;      /* > start_us; 0 = not scheduled */
    int expected_people; /* 0 = not known */
    bool is_cancelled;
    bool is_pinned; /* suggestions must not move it */
    int quorum;     /* as of a track, for the people named for this session alone */
};

/* A name as somebody wrote it: leads and key attendees of a track, speakers of a session. */
struct mention {
    int64_t id;
    enum role role;
    enum strength strength;
    int track;   /* set for leads and key attendees; else -1 */
    int session; /* set for speakers and for key people of a single contribution; else -1 */
    const char *name;
    const char *email;       /* "" = not given */
    const char *email_md5;   /* lower-case hex where the source has only the hash; never shown */
    const char *affiliation; /* company, team or kernel subsystem behind the name */
    const char *topic;       /* the topic that the text names the person for */
    const char *source_key;  /* the person's guid or code in the source; joins within one source */
    const char *source;      /* "cfp.txt" */
    int line;                /* 1-based line in source; 0 = not known */
    bool is_given_name_only; /* never linked without a person's word */
    int person;              /* result of resolution; -1 = nobody yet */
    enum resolution_status status;
    double confidence; /* 0..1, a calibrated probability that person is right */
};

struct registrant {
    int64_t id;
    const char *key; /* the source's id, else the address, else the name */
    const char *name;
    const char *email;
    const char *email_md5; /* lower-case hex, where the source has only the hash */
    const char *affiliation;
    const char *country; /* as written */
    const char *matrix_id;
    const char *interests; /* free text or tags */
    const char *timezone;  /* IANA; "" = the event's */
    enum registration_status status;
    enum attendance attendance;
    int64_t arrives_us; /* 0 = not known */
    int64_t departs_us; /* 0 = not known */
    int person;         /* -1 = not resolved yet */
};

struct person {
    int64_t id;
    const char *name;         /* the best form that is known */
    int64_t asked_us;         /* when "will you be there?" was first sent; 0 = never */
    bool wants_introductions; /* opted in to being shown to others */
};

/* When a person can be there; several windows of one person add up, none = not stated. */
struct availability {
    int person;
    int64_t start_us;
    int64_t end_us;
};

struct answer {
    int person;
    int track;   /* the MC that the answer is about; -1 = all the person is wanted in */
    int session; /* or the single session; -1 */
    enum reply reply;
    int not_before_min; /* minutes after local midnight of the event; REPLY_NOT_BEFORE only */
    int64_t at_us;      /* a later answer on the same subject replaces an earlier one */
};

/* "When both want me at the same time, I will be in this one." */
struct choice {
    int person;
    int session; /* the session chosen */
    int against; /* the session given up */
    int64_t at_us;
};

/* An attendee's own pick. */
struct star {
    int person;
    int session;
    bool is_dislike; /* "less like this" */
};

/* A recommendation: written by matching. */
struct match {
    int person;
    int session;
    double score;
    const char *because; /* the whole reason, a sentence: match_reason() */
    bool is_guess;       /* the person has stated nothing: see conference_find_stated() */
};

struct conference {
    int64_t id;
    const char *slug; /* "lpc2025" */
    const char *title;
    const char *version; /* the programme's version as the source calls it */
    const char *url;
    const struct zone *zone; /* never NULL: UTC when the source names none */
    int64_t start_us;        /* first day's midnight; 0 = not known */
    int64_t end_us;          /* midnight behind the last day */
    bool has_registrants;    /* a list of registrants is known (else nobody is "not registered") */
    uint64_t
        programme_serial; /* the same within a process: the same rooms, tracks, sessions and
                             texts, so that what follows from them may be kept; 0 = not known */
    VEC(struct room) rooms;
    VEC(struct room_distance) distances;
    VEC(struct track) tracks;
    VEC(struct separation) separations;
    VEC(struct session) sessions;
    VEC(struct mention) mentions;
    VEC(struct registrant) registrants;
    VEC(struct person) persons;
    VEC(struct availability) availabilities;
    VEC(struct answer) answers;
    VEC(struct choice) choices;
    VEC(struct star) stars;
    VEC(struct match) matches; /* of each person the best first */
};

/*
 * Which persons have said what they care about: by the interests of a registration that is not
 * cancelled, or by starring something. ret has one for each of conf->persons. What the others are
 * recommended, by their work or because it is popular, is an offer and no wish.
 */
void conference_find_stated(const struct conference *conf, bool *ret);
/* Sets is_guess of all matches by that. */
void conference_mark_guesses(struct conference *conf);

/* Makes *conf empty with every string "" and the zone UTC. */
void conference_init(struct conference *conf);

/* Each returns a new item with every string "" and every index -1; valid until the next add. */
struct room *conference_add_room(struct conference *conf, struct arena *arena);
struct track *conference_add_track(struct conference *conf, struct arena *arena);
struct session *conference_add_session(struct conference *conf, struct arena *arena);
struct mention *conference_add_mention(struct conference *conf, struct arena *arena);
struct registrant *conference_add_registrant(struct conference *conf, struct arena *arena);
struct person *conference_add_person(struct conference *conf, struct arena *arena);

bool session_is_scheduled(const struct session *session);
/* Scheduled, not cancelled, not a break: what can clash. */
bool session_is_live(const struct session *session);
/* Do both lie on the clock at once? Touching sessions do not overlap. */
bool session_overlaps(const struct session *a, const struct session *b);

/* Sets parent: a live session that lies wholly inside a SESSION_BLOCK of the same room and track
 * becomes its SESSION_CONTRIBUTION. A session that already has a parent keeps it. */
void conference_nest(struct conference *conf);

/* The track whose title is the same as `title` after folding case, punctuation and the words
 * "MC", "track", "microconference", "micro-conference", "miniconf"; else the only track that shares
 * all distinctive words; -1 when there is none or more than one. */
int conference_find_track(const struct conference *conf, const char *title);

/* Does the session's title have all distinctive words of the topic, or the topic all of the
 * title's? Small words and those of the track's title do not count. */
bool conference_concerns(const struct conference *conf, int session, const char *topic);

/* "must", "linked", ... : the words of the JSON forms and the database. Unknown text gives -1. */
const char *track_kind_name(enum track_kind kind);
const char *session_kind_name(enum session_kind kind);
const char *role_name(enum role role);
const char *strength_name(enum strength strength);
const char *registration_status_name(enum registration_status status);
const char *attendance_name(enum attendance attendance);
const char *reply_name(enum reply reply);
const char *resolution_status_name(enum resolution_status status);
int track_kind_parse(const char *text);
int session_kind_parse(const char *text);
int role_parse(const char *text);
int strength_parse(const char *text);
int registration_status_parse(const char *text);
int attendance_parse(const char *text);
int reply_parse(const char *text);
int resolution_status_parse(const char *text);

#endif
