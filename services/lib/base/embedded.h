/* embedded: files of the source tree that are part of the program (SQL, templates, the sample). */
#ifndef ROLLCALL_BASE_EMBEDDED_H
#define ROLLCALL_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* path below the embedded folder; NULL ends the table */
    const char *data; /* NUL-terminated */
    size_t size;      /* bytes without the NUL */
};

extern const struct embedded_file
    sql_embedded[]; /* "migrations/0001_....sql", "queries/....sql", "roles/..." */
extern const struct embedded_file templates_embedded[]; /* notifier/templates */
extern const struct embedded_file assets_embedded[];    /* services/web/assets */
extern const struct embedded_file sample_embedded[];    /* services/importer/sample */

/* The file of that name in the table; NULL when there is none. */
const struct embedded_file *embedded_find(const struct embedded_file *table, const char *name);

#endif
