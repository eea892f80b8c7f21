/*
 * log: one line per event on stderr, key=value (logfmt):
 *   ts=2026-01-02T03:04:05.678Z level=info svc=clash ev=job event=1 n=3 ms=2.1 msg="..."
 * Ids, never addresses, names, tokens or bodies. Libraries do not log; programs do.
 */
#ifndef ROLLCALL_BASE_LOG_H
#define ROLLCALL_BASE_LOG_H

#include "base/err.h"

enum log_level {
    LOG_DEBUG,
    LOG_INFO,
    LOG_WARN,  /* we coped */
    LOG_ERROR, /* a person must act */
};

enum log_event {
#define LOG_EVENT(name, word) EV_##name,
#include "base/log_events.def"
#undef LOG_EVENT
};

/* svc is this process's name in the lines; level the least that is written. */
void log_init(const char *svc, enum log_level level);
int log_level_parse(const char *text); /* -1 = unknown */

/* fmt gives the further pairs: log_line(LOG_INFO, EV_JOB, "event=%lld n=%d", ...). Values with
 * blanks are quoted by the caller with log_quote(). */
void log_line(enum log_level level, enum log_event event, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Writes err as ev= line with where= and msg=, both quoted. */
void log_err(enum log_level level, enum log_event event, const struct err *err, const char *fmt,
             ...) PRINTF_LIKE(4, 5);

/* text in double quotes with ", \ and control characters escaped, at most size bytes. */
const char *log_quote(const char *text, char *buf, unsigned long size);

#endif
