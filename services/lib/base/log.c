#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *log_svc = "rollcall";
static enum log_level log_least = LOG_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static const char *const event_words[] = {
#define LOG_EVENT(name, word) word,
#include "base/log_events.def"
#undef LOG_EVENT
};

void log_init(const char *svc, enum log_level level)
{
    log_svc = svc;
    log_least = level;
}

int log_level_parse(const char *text)
{
    for (int i = 0; i < (int)(sizeof level_names / sizeof level_names[0]); i++) {
        if (strcmp(level_names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

const char *log_quote(const char *text, char *buf, unsigned long size)
{
    unsigned long n = 0;
    buf[n++] = '"';
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0' && n + 4 < size; p++) {
        if (*p == '"' || *p == '\\') {
            buf[n++] = '\\';
        }
        buf[n++] = *p < 0x20 || *p == 0x7F ? ' ' : (char)*p;
    }
    buf[n++] = '"';
    buf[n] = '\0';
    return buf;
}

__attribute__((format(printf, 3, 0))) static void write_line(enum log_level level,
                                                             enum log_event event, const char *fmt,
                                                             va_list ap, const char *tail)
{
    char line[2048];
    char ts[TIME_TEXT_SIZE];
    int64_t now_us = clock_now_us();
    (void)time_iso(zone_utc(), now_us, ts);
    ts[strcspn(ts, "Z")] = '\0';
    int n = snprintf(line, sizeof line, "ts=%s.%03dZ level=%s svc=%s ev=%s ", ts,
                     (int)(now_us / 1000 % 1000), level_names[level], log_svc, event_words[event]);
    int more = vsnprintf(line + n, sizeof line - (size_t)n, fmt, ap);
    size_t len = (size_t)n + (more > 0 ? (size_t)more : 0);
    if (len < sizeof line && tail[0] != '\0') {
        more = snprintf(line + len, sizeof line - len, " %s", tail);
        len += more > 0 ? (size_t)more : 0;
    }
    if (len > sizeof line - 2) {
        len = sizeof line - 2;
    }
    line[len] = '\n';
    ssize_t written = write(STDERR_FILENO, line, len + 1);
    (void)written; /* nowhere left to complain to */
}

void log_line(enum log_level level, enum log_event event, const char *fmt, ...)
{
    if (level < log_least) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    write_line(level, event, fmt, ap, "");
    va_end(ap);
}

void log_err(enum log_level level, enum log_event event, const struct err *err, const char *fmt,
             ...)
{
    if (level < log_least) {
        return;
    }
    char where[300];
    char msg[600];
    char tail[1000];
    (void)snprintf(tail, sizeof tail, "where=%s msg=%s", log_quote(err->where, where, sizeof where),
                   log_quote(err->message, msg, sizeof msg));
    va_list ap;
    va_start(ap, fmt);
    write_line(level, event, fmt, ap, tail);
    va_end(ap);
}
