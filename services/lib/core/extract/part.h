/* extract_part: one piece of a list of people, between extract_entry and extract_name. */
#ifndef ROLLCALL_CORE_EXTRACT_PART_H
#define ROLLCALL_CORE_EXTRACT_PART_H

#include "core/extract/parts.h"

#define NOTE_MAX 100 /* longer text behind a name is prose, no affiliation */

static const struct span no_span = {"", 0};

/* One piece of a list: a name with its notes, or something that belongs to the name before it. */
struct part {
    struct span whole;
    struct span name;
    struct span email;
    struct span affiliation;
    struct span topic;
    struct span inner; /* of the first bracket */
    struct name_facts facts;
    enum note_kind note;
    bool is_quoted;
    bool is_after_comma;
    bool is_after_slash;
    bool is_dashed; /* affiliation stands behind a dash */
};

/* What follows a name. */
enum cut {
    CUT_NONE,
    CUT_BRACKET,
    CUT_ADDRESS,
    CUT_DASH,   /* an affiliation or a remark */
    CUT_FROM,   /* an affiliation */
    CUT_TOPIC,  /* "for", a colon */
    CUT_IGNORE, /* prose: "who", "is" */
};

#define PART_MAX ((size_t)8192) /* bytes of a part that are read */

/* What follows a name at s.p[i]? *ret_len = bytes of the marker itself. */
enum cut cut_at(struct span s, size_t i, size_t *ret_len);
/* The first cut from s.p[i] on; s.n = none. */
size_t cut_next(struct span s, size_t i, enum cut *ret_cut, size_t *ret_len);

/* +1 for an opening bracket, -1 for a closing one. */
int depth_change(char c);
/* End of the part that starts s; *ret_sep = bytes of the separator behind it. */
size_t part_end(struct span s, size_t *ret_sep);
/* s up to the end of its first sentence: "Jane Doe, John Roe. We hope ..." */
struct span sentence_cut(struct span s);
struct span tail_trim(struct span s); /* without dots, dashes, "etc." at the end */
struct span lead_trim(struct span s); /* without "and", "possibly" in front */
/* The first address in s; n = 0 none. */
struct span address_take(struct span s, size_t *ret_at, size_t *ret_len);
/* The first of either that is given stays; what is too long is left out. */
void part_set_affiliation(struct part *part, struct span note);
void part_set_topic(struct part *part, struct span note);
/* Is that all: "@jane", "@jane-doe", "@jane:example.org"? Not "@Examplesoft" or "@everyone". */
bool handle_is(struct span name);
/* "for x", "about x" -> "x"; n = 0 when it is no topic. */
struct span note_topic(struct span note);
/* Reads what stands in brackets or behind a dash into the part. */
void note_read(struct part *part, struct span note, bool is_dash);
/* Name, address, affiliation, topic and remarks of one part. */
struct part part_read(struct span s, struct arena *scratch);

#endif
