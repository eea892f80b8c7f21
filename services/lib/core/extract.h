/* extract: leads and key attendees out of free text (calls for proposals, mails, wiki pages). */
#ifndef ROLLCALL_CORE_EXTRACT_H
#define ROLLCALL_CORE_EXTRACT_H

#include "base/arena.h"
#include "base/err.h"
#include "core/conference.h"

#include <stdbool.h>
#include <stddef.h>

struct extract_mention {
    const char *name;
    const char *email;       /* "" = none */
    const char *affiliation; /* "" = none */
    const char *topic;       /* "" = none */
    int line;                /* first line that names the person, 1-based */
    int also_line;           /* 0, or another line that names the same person in the same role */
    bool is_given_name_only;
    enum strength
        strength;      /* must for leads and key attendees, should for suggested, potential ones */
    double confidence; /* 0..1 that this is a person in this role */
};

struct extract_track {
    const char *title; /* the best title that the text gives; "" = none */
    enum track_kind kind;
    int line; /* where its text starts, 1-based */
    VEC(struct extract_mention) leads;
    VEC(struct extract_mention) key_attendees;
};

struct extract {
    VEC(struct extract_track) tracks;
};

/*
 * Reads text[0..len) (need not be NUL-terminated). Invalid UTF-8 is refused with ERR_INPUT and
 * where = "name:line"; a text above 64 MiB with ERR_LIMIT. Time and memory are linear in len.
 */
int extract_text(const char *name, const char *text, size_t len, struct arena *arena,
                 struct extract *ret, struct err *err) MUST_CHECK;

#endif
