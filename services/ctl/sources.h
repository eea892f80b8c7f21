/* sources: the conference that a report is about, from files or from the database. */
#ifndef ROLLCALL_CTL_SOURCES_H
#define ROLLCALL_CTL_SOURCES_H

#include "base/cli.h"
#include "core/clash.h"
#include "core/conference.h"
#include "core/identity.h"
#include "core/requirement.h"

/* Which recommendations are made for a conference from files. */
enum sources_matches {
    MATCHES_STATED, /* of those who have said what they care about: their wishes */
    MATCHES_ALL,    /* guesses too */
    MATCHES_NONE,
};

struct sources {
    const char *programme;     /* file; NULL = none */
    const char *key_attendees; /* file */
    const char *registrants;   /* file */
    const char *event;         /* slug, for the database */
    bool is_list_enough;       /* names can do without a programme */
    enum sources_matches matches;
};

/* Rows for a command's option table; s is a struct sources. */
#define SOURCE_OPTIONS(s)                                                                          \
    {"programme", "FILE", "pentabarf XML, frab or pretalx JSON, Indico JSON, iCalendar",           \
     &(s).programme, NULL},                                                                        \
        {"key-attendees", "FILE", "call for proposals with leads and key attendees",               \
         &(s).key_attendees, NULL},                                                                \
        {"registrants", "FILE", "registrants as CSV", &(s).registrants, NULL},                     \
    {                                                                                              \
        "event", "SLUG", "the event in the database, when no file is named", &(s).event, NULL      \
    }

/* What a report needs, ready to compute on. */
struct loaded {
    struct conference conf;
    struct requirements requirements;
    struct clash_options options;
    struct identity identity; /* who the mentions are, and why; from the database as it is stored */
};

/* From the files if any is named, else from the database. People are resolved, requirements built.
 */
int sources_load(const struct sources *sources, struct arena *arena, struct loaded *ret,
                 struct err *err) MUST_CHECK;

/* Says on stderr how many sessions an index of recommendations has no place for, if any. */
void sources_tell_left_out(const struct conference *conf);

/* Adds one file to a conference; kind as format_read(). */
int sources_read(const char *path, const char *kind, struct conference *conf, struct arena *arena,
                 struct err *err) MUST_CHECK;

bool sources_has_files(const struct sources *sources);

/* The person that text means: an id of the database (a number), else a registrant's id, an address
 * or a name. ERR_USAGE when nobody or more than one fits. */
int sources_find_person(const struct conference *conf, const char *text, int *ret_person,
                        struct err *err) MUST_CHECK;

#endif
