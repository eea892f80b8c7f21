/*
 * build: what all readers share: adding rooms, tracks, sessions and people to a conference by their
 * names and keys, reading written durations and zones, and refusing what contradicts itself.
 *
 * A place is the end of an error's `where`: ":17" for a line, ": $.path" for JSON.
 */
#ifndef ROLLCALL_FORMATS_BUILD_H
#define ROLLCALL_FORMATS_BUILD_H

#include "base/strmap.h"
#include "formats/formats.h"

struct build_key {
    const char *place; /* of the first session with the key */
    int session;       /* that session */
    int n_slots;       /* sessions made of the same key; 2 and more are "key#2", ... */
};

struct build {
    const struct format_input *in;
    struct conference *conf;
    struct arena *arena;
    struct err *err;         /* never NULL */
    const struct zone *zone; /* of local times in the file; never NULL */
    size_t first_session;    /* index of this file's first session */
    size_t n_tracks_before;  /* tracks that earlier files gave */
    struct strmap rooms;     /* name -> index */
    struct strmap room_keys; /* key -> index */
    struct strmap tracks;    /* title -> index */
    struct strmap keys;      /* session key -> index into spots */
    struct strmap mentions;  /* of this file: who was named for what */
    VEC(struct build_key) spots;
    VEC(int) maybe_blocks; /* sessions that are a block if others lie within them */
};

/* What a session says of itself besides its fields; "" = nothing. */
struct build_hints {
    const char *type;  /* "BoF (45 minutes)", "devroom", "Microconference" */
    const char *state; /* "canceled", "withdrawn", "confirmed" */
};

void build_init(struct build *b, const struct format_input *in, struct conference *conf,
                struct arena *arena, struct err *err);

/* Fills err with ERR_INPUT, the message and where = name + place; returns ERR_INPUT. */
int build_fail(const struct build *b, const char *place, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Refuses more than `limit` of what: ERR_LIMIT. */
int build_limit(const struct build *b, const char *place, const char *what, size_t limit);
const char *build_line(const struct build *b, int line); /* ":17" */

/* The file's zone by IANA name. ERR_INPUT with place when there is none of that name; "" keeps what
 * is there. The conference takes the zone unless an earlier file gave it one. */
int build_zone(struct build *b, const char *place, const char *name) MUST_CHECK;
/* The zone for dates that all carry the same offset and name no zone; NULL when no zone keeps that
 * offset all year. */
const struct zone *build_zone_of_offset(int minutes_east);
/* Counts the offset at the end of an ISO date; see offsets_zone(). */
struct offsets {
    int minutes;
    int n;
    bool is_mixed;
};
void offsets_count(struct offsets *offsets, const char *iso);
/* Gives the file that zone when all offsets were the same. */
void build_zone_from_offsets(struct build *b, const struct offsets *offsets);

/* "2025-12-11T10:00:00+09:00" or local time of the file's zone. */
int build_time(const struct build *b, const char *place, const char *text,
               int64_t *ret_us) MUST_CHECK;
/* "00:45", "1:30", "00:45:00", "1:02:30:00" (days first) or "45" (minutes). */
int build_duration(const struct build *b, const char *place, const char *text,
                   int64_t *ret_us) MUST_CHECK;

/* The room of that name, added when it is new; -1 for "". key "" = the name; a key that another
 * room has already gives way to the name. */
int build_room(struct build *b, const char *key, const char *name);
/* The track of that title, of this file or (after folding) an earlier one, else a new one; -1 for
 * "". Its kind comes from the title. */
int build_track(struct build *b, const char *key, const char *title);

/*
 * Adds *proto, whose strings are in the arena. Sets kind from hints and title, is_cancelled from
 * hints and title, and a key that is unique: a key that comes again with the same title at another
 * time or place is a further slot of the same talk, "key#2"; anything else that comes twice is
 * ERR_INPUT naming both places. *ret_session is the index.
 */
int build_session(struct build *b, const char *place, const struct session *proto,
                  const struct build_hints *hints, int *ret_session) MUST_CHECK;

/* Adds a copy of *proto unless the same one is there: as lead of the session's track when the
 * session is a block, else as speaker. Nothing without name. */
int build_speaker(struct build *b, const char *place, int session,
                  const struct mention *proto) MUST_CHECK;
int build_lead(struct build *b, const char *place, int track,
               const struct mention *proto) MUST_CHECK;

/* Settles blocks and nesting, track kinds, and the conference's first and last day (day texts
 * "2025-12-11", "" = from the sessions). Returns 0 or FORMAT_EMPTY. */
int build_done(struct build *b, const char *first_day, const char *last_day) MUST_CHECK;

/* --- text --- */

/* Line ends become \n, blanks around go; what contains HTML tags becomes plain text with its
 * paragraphs kept. */
const char *plain_text(struct arena *arena, const char *text);
/* True when plain_text() would take it for HTML. */
bool text_is_html(const char *text);
/* a, a blank line, b; one of them where the other is empty or the same. */
const char *text_join(struct arena *arena, const char *a, const char *b, const char *separator);
/* list with item behind it; a list that is long already stays as it is. For tags and choices. */
const char *text_list(struct arena *arena, const char *list, const char *item,
                      const char *separator);
/* Without blanks around, runs of blanks inside as one: for names and titles. */
const char *text_line(struct arena *arena, const char *text);
/* Lower-case words of ASCII letters, digits and bytes above 0x7f, joined by one blank. */
const char *text_words(struct arena *arena, const char *text);
/* Are words (as text_words() gives them) anywhere in text, at word boundaries? */
bool words_contain(const char *text, const char *words);

#endif
