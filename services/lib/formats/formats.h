/*
 * formats: programmes, registrant lists and key-attendee texts, read into a conference.
 *
 * Every format is one row of formats[] and one file here. A format is found by looking at the
 * content, never at the file name. Reading is all that happens here: no database, no network, no
 * log. Several files may be read into the same conference; they add to what is there.
 */
#ifndef ROLLCALL_FORMATS_FORMATS_H
#define ROLLCALL_FORMATS_FORMATS_H

#include "base/arena.h"
#include "base/err.h"
#include "core/conference.h"

#include <stdbool.h>
#include <stddef.h>

/* What a format adds to the conference. */
enum format_gives {
    FORMAT_PROGRAMME = 1, /* rooms, tracks, sessions, speakers, leads */
    FORMAT_REGISTRANTS = 2,
    FORMAT_KEY_ATTENDEES = 4, /* leads and key attendees of tracks */
};

/* Outcomes of reading besides 0. */
enum format_outcome {
    FORMAT_EMPTY = 1,  /* well-formed, but without any session: not published (yet). Whoever saves
                          must not take it for "everything was deleted" */
    FORMAT_CAPPED = 2, /* read, but exactly as much as the source gives at once: what is missing
                          must not be taken for deleted. err->message says so, err->code is 0 */
};

#define FORMAT_MAX_BYTES    ((size_t)32 << 20) /* ten times the largest we met; else ERR_LIMIT */
#define FORMAT_MAX_SESSIONS ((size_t)20000)
#define FORMAT_MAX_PEOPLE   ((size_t)1000000) /* registrants, and mentions */

struct format_input {
    const char *name; /* of the file, for errors and mention.source */
    const char *text; /* len bytes, then a NUL that is not counted */
    size_t len;
};

struct format {
    const char *name; /* "pentabarf"; the word for --kind and the database */
    unsigned gives;   /* of enum format_gives */
    const char *sentence;
    /* Cheap: looks at the shape, does not check the whole. A NUL stands behind text[0..len). */
    bool (*recognises)(const char *text, size_t len);
    /* 0, an outcome above, or < 0 with err filled, place included. After a failure the conference
     * holds what had been read until then and must be thrown away. */
    int (*read)(const struct format_input *in, struct conference *conf, struct arena *arena,
                struct err *err);
};

/* In the order of recognition; a row without name ends it. */
extern const struct format formats[];

/* The row of that name; NULL when there is none. */
const struct format *format_find(const char *name);

/*
 * Finds the format by content and reads. name is for errors and mention.source only. kind is NULL,
 * a format's name, or "programme", "registrants", "key-attendees" to look only at formats that give
 * that; another word is ERR_USAGE. text needs no NUL behind it. *ret_format (may be NULL) is set on
 * 0 and the outcomes above.
 *
 * ERR_INPUT where nothing fits or something cannot be read, with where = "name:line" or
 * "name: $.path" and a message that says what the text looks like instead; ERR_LIMIT where it is
 * too large or too deep. Bounded in time and memory on any input.
 */
int format_read(const char *name, const char *text, size_t len, const char *kind,
                struct conference *conf, struct arena *arena, const struct format **ret_format,
                struct err *err) MUST_CHECK;

#endif
