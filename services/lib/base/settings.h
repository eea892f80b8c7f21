/*
 * settings: everything an operator can set, declared once in settings.def.
 *
 * A value comes from the environment (ROLLCALL_...), else from the file that ROLLCALL_CONFIG names
 * (lines NAME=value, # comments), else from the default. Values are checked when they are loaded.
 */
#ifndef ROLLCALL_BASE_SETTINGS_H
#define ROLLCALL_BASE_SETTINGS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_TEXT,
    SETTING_SECRET, /* text that is masked when shown */
    SETTING_INT,
    SETTING_BOOL,     /* yes, no, true, false, 1, 0 */
    SETTING_DURATION, /* number and unit: 500ms, 30s, 10m, 24h, 7d */
    SETTING_REAL,
};

enum setting_id {
#define SETTING(id, name, type, fallback, min, max, unit, sentence) SET_##id,
#include "base/settings.def"
#undef SETTING
    N_SETTINGS
};

struct setting_row {
    const char *name; /* ROLLCALL_... */
    enum setting_type type;
    const char *fallback; /* default, as text */
    double min;           /* bounds for numbers and durations (seconds) */
    double max;
    const char *unit; /* "bytes", "messages/s", ""; durations carry theirs */
    const char *sentence;
};

extern const struct setting_row setting_rows[N_SETTINGS];

/* Reads environment and file once, at program start. ERR_USAGE names the setting, its value and
 * what it may be; an unknown ROLLCALL_ name in the file is an error with file:line. */
int settings_load(struct err *err) MUST_CHECK;

/* Valid after settings_load(); before it they give the defaults. Asking for the wrong type aborts.
 */
const char *setting_text(enum setting_id id); /* "" = not set */
int64_t setting_int(enum setting_id id);
bool setting_bool(enum setting_id id);
int64_t setting_us(enum setting_id id); /* durations, in microseconds */
double setting_real(enum setting_id id);
/* The value as it was written, of any type. */
const char *setting_raw(enum setting_id id);
/* "default", "environment" or the file's name */
const char *setting_source(enum setting_id id);
/* For tests and for programs that fill in what they found (the embedded database's address). */
int setting_override(enum setting_id id, const char *value, struct err *err) MUST_CHECK;

#endif
