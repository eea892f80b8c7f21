/* schedule: what pentabarf's XML and frab's JSON have in common: days, rooms, events, persons. */
#ifndef ROLLCALL_FORMATS_SCHEDULE_H
#define ROLLCALL_FORMATS_SCHEDULE_H

#include "formats/build.h"

/* A day of the schedule; all texts as written, "" = not given. */
struct schedule_day {
    const char *date; /* "2025-12-11" */
    const char *start;
    const char *end;
    const char *change; /* "09:00:00": hour at which the conference's days begin; for all days */
};

struct schedule_event {
    const char *place;
    const char *guid;
    const char *id;
    const char *code;
    const char *date;     /* full ISO, or a day, or "" */
    const char *start;    /* "10:00" */
    const char *end;      /* full ISO */
    const char *duration; /* "00:45" */
    const char *room;
    const char *track;
    const char *track_slug;
    const char *title;
    const char *subtitle;
    const char *abstract;
    const char *description;
    const char *language;
    const char *url;
    const char *type;
    const char *state;
    const char *tags;
};

struct schedule_person {
    const char *guid;
    const char *code;
    const char *id;
    const char *name;
    const char *email;
    int line; /* 0 = not known */
};

/*
 * Adds the event. Its time is `date` with its offset where it has one, else the day and `start` in
 * the file's zone; what starts before the day's beginning belongs to the night of that day. `end`
 * wins over `duration`. Without any time it is not scheduled.
 */
int schedule_event(struct build *b, const struct schedule_day *day,
                   const struct schedule_event *event, int *ret_session) MUST_CHECK;
int schedule_person(struct build *b, const char *place, int session,
                    const struct schedule_person *person) MUST_CHECK;

#endif
