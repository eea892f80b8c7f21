/* lines: what lines.c, markup.c and html.c share, and nobody else. */
#ifndef ROLLCALL_CORE_EXTRACT_LINES_H
#define ROLLCALL_CORE_EXTRACT_LINES_H

#include "core/extract/parts.h"

struct line_reader {
    struct doc *doc;
    size_t n_lines_max; /* that doc->lines has room for */
    char *out;          /* where the next line's text goes */
    bool is_after_blank;
    bool is_hash_list; /* '#' numbers items: the text marks its headings with '=' */
    bool is_in_table;  /* MediaWiki {| ... |} */
    bool is_aligned;   /* rows of a table whose columns are aligned, until a blank line */
    int html_level;    /* <h2> seen; its text follows */
    bool is_html_cell; /* <td> seen */
};

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* One physical line, or a piece of it between HTML block tags. */
void line_parse(struct line_reader *r, struct span raw, uint32_t number, bool is_item,
                char *scratch);
void line_store(struct line_reader *r, struct line line, struct span s);
/* Cuts a line at HTML block tags. */
void html_parse(struct line_reader *r, struct span raw, uint32_t number, char *scratch);

bool markup_is_rule(struct span s);        /* ----, ==== */
bool markup_is_column_rule(struct span s); /* "-----  ------" */
bool markup_is_bold(struct span s);        /* all of it */
/* "## Title", "== Title ==", "h2. Title"; returns the level and cuts s to the title. */
uint8_t markup_heading(struct span *s, const struct line_reader *r);
/* Replaces what separates cells by CELL, into scratch, and flags the line. */
struct span markup_cells(struct line_reader *r, struct span s, struct line *line, char *scratch);
/* Behind the bullet or number, which goes to the line. */
struct span markup_skip(const struct line_reader *r, struct span s, struct line *line);

#endif
