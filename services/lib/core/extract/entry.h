/* entry: what entry.c and row.c share, and nobody else. */
#ifndef ROLLCALL_CORE_EXTRACT_ENTRY_H
#define ROLLCALL_CORE_EXTRACT_ENTRY_H

#include "core/extract/part.h"

struct parser {
    struct entries *entries;
    struct arena *scratch;
    const char *seen; /* line is that of this place */
    int line;
    struct span affiliation; /* of the group that is being read */
    struct span topic;
    const struct item *item;
};

struct entry *entry_add(struct parser *parser, const struct part *part);
/* A row of a table of people. */
void row_read(struct parser *parser, struct span row, const struct columns *columns);

#endif
