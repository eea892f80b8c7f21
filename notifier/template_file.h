/*
 * template_file: where a template's text comes from: a file of the organisers' own, else the
 * program.
 *
 * ROLLCALL_TEMPLATES names a folder; <folder>/<event>/<name> counts for one event, else
 * <folder>/<name> for all. Only names that the program has can be replaced. Files are read each
 * time: a change counts from the next message on.
 */
#ifndef ROLLCALL_NOTIFIER_TEMPLATE_FILE_H
#define ROLLCALL_NOTIFIER_TEMPLATE_FILE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct template_source {
    const char *event_slug;
    bool is_plain;    /* take the program's own, whatever there is in the folder */
    const char *used; /* the last file of the organisers' that was taken; "" = none */
};

/* ERR_INPUT for a name that the program does not have; ERR_SYSTEM or ERR_LIMIT for a file that is
 * there and cannot be read (used then names it). The text lives in the arena. */
int template_find(struct template_source *source, const char *name, struct arena *arena,
                  const char **ret, struct err *err) MUST_CHECK;

#endif
