/* tracks: what tracks.c and outline.c share, and nobody else. */
#ifndef ROLLCALL_CORE_EXTRACT_TRACKS_H
#define ROLLCALL_CORE_EXTRACT_TRACKS_H

#include "core/extract/parts.h"

struct finder {
    struct doc *doc;
    struct arena *arena;
    struct arena *probe; /* reset after each question */
    struct sections *ret;
};

bool line_is_role(const struct line *line);
bool line_is_skipped(const struct line *line); /* no text: a rule, a table, a header */
bool line_is_inner(const struct line *line); /* "Description": a heading inside a microconference */
size_t words_count(struct span s);           /* up to 50 */

struct section *section_add(struct finder *f, size_t first, size_t end, const char *title,
                            enum track_kind kind);
/* A section that a heading line starts; a general kind keeps its heading as title. */
struct section *section_add_headed(struct finder *f, size_t first, size_t end);

struct outline {
    size_t first; /* first line of the outermost bullet */
    unsigned indent;
    enum line_mark mark;
};

/* Finds the outermost bullets if everything behind the first hangs below one of them. */
bool outline_find(const struct doc *doc, size_t first, size_t end, enum line_mark mark,
                  struct outline *ret);
/* "1. Tracing" / "Leads: ..." without indentation. */
bool outline_find_numbered(const struct doc *doc, size_t first, size_t end, struct outline *ret);
void outline_split(struct finder *f, size_t end, const struct outline *o);

#endif
