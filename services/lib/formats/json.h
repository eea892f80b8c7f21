/* json: jansson's values together with the path that leads to them, for errors that say where. */
#ifndef ROLLCALL_FORMATS_JSON_H
#define ROLLCALL_FORMATS_JSON_H

#include "formats/build.h"

#include <jansson.h>

CLEANUP_FUNCTION(json_t, json_cleanup, json_decref);

/* A value and how one gets there. Lives on the stack of whoever walks; value NULL = not there. */
struct json_at {
    const struct json_at *up; /* NULL = the root */
    const char *key;          /* of a member; NULL = an item */
    size_t index;             /* of an item */
    json_t *value;            /* borrowed */
};

/* Parses the whole text; a BOM is skipped. ERR_INPUT with name:line for broken JSON, a key that
 * comes twice in one object, or nesting deeper than jansson goes. */
int json_read(const struct format_input *in, json_t **ret_root, struct err *err) MUST_CHECK;

struct json_at json_root(json_t *root);
struct json_at json_member(const struct json_at *up, const char *key);
struct json_at json_item(const struct json_at *up, size_t index);
size_t json_count(const struct json_at *at);  /* items of an array; 0 for anything else */
bool json_is_there(const struct json_at *at); /* neither missing nor null */

/* ": $.schedule.days[2].rooms["Hall 1"][4]" */
const char *json_place(struct arena *arena, const struct json_at *at);

/* A string, or a number as text; "" for what is missing, null, or something else. An object of
 * languages ({"en": "...", "fr": "..."}) gives English, else the first. In the arena. */
const char *json_text(struct arena *arena, const struct json_at *at);
const char *json_member_text(struct arena *arena, const struct json_at *up, const char *key);
/* 0 when it is not a number, or not between 0 and max. */
int json_member_count(const struct json_at *up, const char *key, int max);

/* ERR_INPUT unless the value is of that type: "an object", "an array". */
int json_expect(const struct build *b, const struct json_at *at, json_type type) MUST_CHECK;

/* Skims text for a path of member names from the root, "schedule.conference", without building
 * anything; of an array on the way the first item counts. The first byte of the value there ('{',
 * '[', '"', ...), 0 when there is none. "" is the root itself. A BOM is skipped. */
char json_peek(const char *text, size_t len, const char *path);
bool json_has_path(const char *text, size_t len, const char *path);

#endif
