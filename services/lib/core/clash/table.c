/* The tables of clash: words, severities, and which function finds which kind. */
#include "base/str.h"
#include "core/clash/index.h"

const struct clash_kind_row clash_kinds[N_CLASH_KINDS] = {
    [CLASH_REQUIRED_TWICE] = {CLASH_REQUIRED_TWICE, "required_twice",
                              "a person must or should be in two sessions at once"},
    [CLASH_NOT_REGISTERED] = {CLASH_NOT_REGISTERED, "not_registered",
                              "a required person is not registered"},
    [CLASH_CANCELLED] = {CLASH_CANCELLED, "cancelled",
                         "a required person has cancelled the registration"},
    [CLASH_WAITING] = {CLASH_WAITING, "waiting", "a required person is on the waiting list"},
    [CLASH_REMOTE_ONLY] = {CLASH_REMOTE_ONLY, "remote_only",
                           "a person who is wanted in the room takes part remotely"},
    [CLASH_ASLEEP] = {CLASH_ASLEEP, "asleep",
                      "the session lies outside 07:00 to 23:00 where a remote person is"},
    [CLASH_AWAY] = {CLASH_AWAY, "away",
                    "the session lies outside arrival and departure or stated availability"},
    [CLASH_SAID_NO] = {CLASH_SAID_NO, "said_no", "a required person will not come"},
    [CLASH_NO_ANSWER] = {CLASH_NO_ANSWER, "no_answer",
                         "a required person was asked long enough ago and has not answered"},
    [CLASH_NO_TIME_BETWEEN] = {CLASH_NO_TIME_BETWEEN, "no_time_between",
                               "the gap between two sessions is shorter than the way"},
    [CLASH_WANTED_BY_CHOICE] = {CLASH_WANTED_BY_CHOICE, "wanted_by_choice",
                                "a session of the person's own choice overlaps with another"},
    [CLASH_ROOM_TWICE] = {CLASH_ROOM_TWICE, "room_twice", "two sessions are in one room at once"},
    [CLASH_TRACKS_TOGETHER] = {CLASH_TRACKS_TOGETHER, "tracks_together",
                               "two tracks run at once that must not"},
    [CLASH_ROOM_TOO_SMALL] = {CLASH_ROOM_TOO_SMALL, "room_too_small",
                              "more people are expected than the room has seats"},
    [CLASH_AVAILABILITY_UNKNOWN] = {CLASH_AVAILABILITY_UNKNOWN, "availability_unknown",
                                    "nothing is known about when a required person is there"},
    [CLASH_TRACKS_SHARE_PEOPLE] = {CLASH_TRACKS_SHARE_PEOPLE, "tracks_share_people",
                                   "two microconferences run at once though many of their people "
                                   "are the same"},
};

static const char *const severity_names[] = {"info", "low", "medium", "high", "critical"};

#define NEVER  0 /* no clash at that level */
#define INFO   (SEVERITY_INFO + 1)
#define LOW    (SEVERITY_LOW + 1)
#define MEDIUM (SEVERITY_MEDIUM + 1)
#define HIGH   (SEVERITY_HIGH + 1)
#define CRIT   (SEVERITY_CRITICAL + 1)

/*
 * The one place that decides how bad a clash is: by its kind and the weaker of the claims, since it
 * is the weaker one that can give way. Kinds of the programme itself have the first column only.
 */
/* clang-format off */
const unsigned char clash_severities[N_CLASH_KINDS][N_CLAIM_LEVELS] = {
    /*                             host    must    should  wish   recommended chosen */
    [CLASH_REQUIRED_TWICE] =       {CRIT,   HIGH,   MEDIUM, NEVER, NEVER,      LOW},
    [CLASH_NOT_REGISTERED] =       {HIGH,   HIGH,   MEDIUM, NEVER, NEVER,      NEVER},
    [CLASH_CANCELLED] =            {HIGH,   HIGH,   MEDIUM, NEVER, NEVER,      NEVER},
    [CLASH_WAITING] =              {HIGH,   MEDIUM, LOW,    NEVER, NEVER,      NEVER},
    [CLASH_REMOTE_ONLY] =          {MEDIUM, MEDIUM, LOW,    NEVER, NEVER,      NEVER},
    [CLASH_ASLEEP] =               {HIGH,   MEDIUM, LOW,    NEVER, NEVER,      NEVER},
    [CLASH_AWAY] =                 {CRIT,   HIGH,   MEDIUM, NEVER, NEVER,      NEVER},
    [CLASH_SAID_NO] =              {CRIT,   HIGH,   MEDIUM, NEVER, NEVER,      NEVER},
    [CLASH_NO_ANSWER] =            {LOW,    LOW,    INFO,   NEVER, NEVER,      NEVER},
    [CLASH_NO_TIME_BETWEEN] =      {MEDIUM, MEDIUM, LOW,    NEVER, NEVER,      INFO},
    [CLASH_WANTED_BY_CHOICE] =     {NEVER,  NEVER,  NEVER,  LOW,   INFO,       INFO},
    [CLASH_ROOM_TWICE] =           {HIGH,   NEVER,  NEVER,  NEVER, NEVER,      NEVER},
    [CLASH_TRACKS_TOGETHER] =      {HIGH,   NEVER,  NEVER,  NEVER, NEVER,      NEVER},
    [CLASH_ROOM_TOO_SMALL] =       {MEDIUM, NEVER,  NEVER,  NEVER, NEVER,      NEVER},
    [CLASH_AVAILABILITY_UNKNOWN] = {INFO,   INFO,   INFO,   NEVER, NEVER,      NEVER},
    [CLASH_TRACKS_SHARE_PEOPLE] =  {LOW,    NEVER,  NEVER,  NEVER, NEVER,      NEVER},
};
/* clang-format on */

const char *severity_name(enum severity severity)
{
    return severity_names[severity];
}

int clash_kind_parse(const char *text)
{
    for (int i = 0; i < N_CLASH_KINDS; i++) {
        if (str_equal(clash_kinds[i].name, text)) {
            return i;
        }
    }
    return -1;
}
