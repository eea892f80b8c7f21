#include "ctl/find.h"

#include "base/str.h"
#include "core/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LIST_BYTES 150 /* of a message, for names */

enum fit { FIT_NOT, FIT_PART, FIT_START, FIT_NAME, FIT_ID };

/* What is looked through. */
struct shelf {
    const char *what; /* "room" */
    size_t n;
    const char *(*id)(const struct conference *conf, int i);
    const char *(*name)(const struct conference *conf, int i);
    bool lists_all; /* few enough to name all where none fits */
};

static const char *room_id(const struct conference *conf, int i)
{
    return conf->rooms.items[i].key;
}

static const char *room_name(const struct conference *conf, int i)
{
    return conf->rooms.items[i].name;
}

static const char *session_id(const struct conference *conf, int i)
{
    return conf->sessions.items[i].key;
}

static const char *session_name(const struct conference *conf, int i)
{
    return conf->sessions.items[i].title;
}

static const char *track_id(const struct conference *conf, int i)
{
    return conf->tracks.items[i].key;
}

static const char *track_name(const struct conference *conf, int i)
{
    return conf->tracks.items[i].title;
}

static enum fit fit_of(const char *id, const char *name, const char *text, const char *fold,
                       struct arena *arena)
{
    const char *folded = text_fold(name, arena);
    if (strcmp(id, text) == 0) {
        return FIT_ID;
    }
    if (fold[0] == '\0') {
        return FIT_NOT;
    }
    return strcmp(folded, fold) == 0      ? FIT_NAME
           : str_starts(folded, fold)     ? FIT_START
           : strstr(folded, fold) != NULL ? FIT_PART
                                          : FIT_NOT;
}

/* The indices that fit best; returns how many. */
static int best_fits(const struct shelf *shelf, const struct conference *conf, const char *text,
                     struct arena *arena, int **ret)
{
    const char *fold = text_fold(text, arena);
    int *fits = arena_array(arena, shelf->n, sizeof *fits);
    enum fit best = FIT_PART;
    int n = 0;
    for (int i = 0; i < (int)shelf->n; i++) {
        enum fit fit = fit_of(shelf->id(conf, i), shelf->name(conf, i), text, fold, arena);
        if (fit > best) {
            best = fit;
            n = 0;
        }
        if (fit == best) {
            fits[n++] = i;
        }
    }
    *ret = fits;
    return n;
}

/* "Hall B1, Hall B2 and 3 more"; ids where names alone do not tell apart. */
static const char *list_of(const struct shelf *shelf, const struct conference *conf,
                           const int *items, int n, bool with_ids, struct arena *arena)
{
    CLEANUP(str_done) struct str s = {0};
    for (int k = 0; k < n; k++) {
        const char *name = shelf->name(conf, items[k]);
        const char *id = shelf->id(conf, items[k]);
        size_t more = strlen(name) + (with_ids ? strlen(id) + 3 : 0);
        if (s.len + more > LIST_BYTES && k > 0) {
            str_printf(&s, " and %d more", n - k);
            break;
        }
        str_add(&s, k == 0 ? "" : ", ");
        str_add_n(&s, name, utf8_cut(name, strlen(name), LIST_BYTES));
        if (with_ids) {
            str_printf(&s, " (%s)", id);
        }
    }
    return arena_strdup(arena, str_text(&s));
}

static int not_one(const struct shelf *shelf, const struct conference *conf, const char *text,
                   const int *fits, int n, struct arena *arena, struct err *err)
{
    bool is_session = shelf->name == session_name;
    if (n > 0) {
        return err_set(err, ERR_USAGE, "\"%.40s\" fits %d %ss: %s", text, n, shelf->what,
                       list_of(shelf, conf, fits, n, is_session, arena));
    }
    if (!shelf->lists_all || shelf->n == 0) {
        return err_set(err, ERR_USAGE, "there is no %s \"%.80s\"; give its id or a part of its %s",
                       shelf->what, text, is_session ? "title" : "name");
    }
    int *all = arena_array(arena, shelf->n, sizeof *all);
    for (int i = 0; i < (int)shelf->n; i++) {
        all[i] = i;
    }
    return err_set(err, ERR_USAGE, "there is no %s \"%.40s\"; there are %s", shelf->what, text,
                   list_of(shelf, conf, all, (int)shelf->n, false, arena));
}

int find_room(const struct conference *conf, const char *text, int *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const struct shelf shelf = {"room", conf->rooms.n, room_id, room_name, true};
    int *fits = NULL;
    int n = best_fits(&shelf, conf, text, arena, &fits);
    if (n != 1) {
        return not_one(&shelf, conf, text, fits, n, arena, err);
    }
    *ret = fits[0];
    return 0;
}

int find_track(const struct conference *conf, const char *text, int *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const struct shelf shelf = {"track", conf->tracks.n, track_id, track_name, true};
    int *fits = NULL;
    int found = conference_find_track(conf, text); /* knows that "Rust MC" is "Rust" */
    int n = found >= 0 ? 1 : best_fits(&shelf, conf, text, arena, &fits);
    if (n != 1) {
        return not_one(&shelf, conf, text, fits, n, arena, err);
    }
    *ret = found >= 0 ? found : fits[0];
    return 0;
}

static bool is_among(const int *items, int n, int item)
{
    for (int k = 0; k < n; k++) {
        if (items[k] == item) {
            return true;
        }
    }
    return false;
}

/* Leaves the cancelled ones out, unless all are, then what lies in another one that fits. */
static int stand_back(const struct conference *conf, int *fits, int n, struct arena *arena)
{
    const struct session *sessions = conf->sessions.items;
    int *all = arena_memdup(arena, fits, (size_t)n * sizeof *all);
    int n_there = 0;
    int kept = 0;
    for (int k = 0; k < n; k++) {
        n_there += !sessions[all[k]].is_cancelled;
    }
    for (int k = 0; k < n; k++) {
        const struct session *s = &sessions[all[k]];
        bool is_gone = s->is_cancelled && n_there > 0;
        if (!is_gone && (s->parent < 0 || !is_among(all, n, s->parent))) {
            fits[kept++] = all[k];
        }
    }
    return kept;
}

int find_session(const struct conference *conf, const char *text, int *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const struct shelf shelf = {"session", conf->sessions.n, session_id, session_name, false};
    int *fits = NULL;
    int n = best_fits(&shelf, conf, text, arena, &fits);
    n = stand_back(conf, fits, n, arena);
    if (n != 1) {
        return not_one(&shelf, conf, text, fits, n, arena, err);
    }
    *ret = fits[0];
    return 0;
}

/* --- times --- */

/* Reads "10:00". */
static bool read_clock(const char *text, int *ret_min)
{
    char *end = NULL;
    long hour = strtol(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || end[0] != ':' || !isdigit((unsigned char)end[1]) ||
        !isdigit((unsigned char)end[2]) || end[3] != '\0') {
        return false;
    }
    long minute = strtol(end + 1, NULL, 10);
    *ret_min = (int)(hour * 60 + minute);
    return hour < 24 && minute < 60;
}

/* Midnight of the first such day of the programme; 0 = there is none. */
static int64_t day_us(const struct conference *conf, const char *name)
{
    static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    int64_t best_us = 0;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (session_is_scheduled(s) &&
            str_starts_nocase(name, days[zone_civil(conf->zone, s->start_us).weekday % 7])) {
            int64_t start_us = zone_day_start_us(conf->zone, s->start_us);
            best_us = best_us == 0 || start_us < best_us ? start_us : best_us;
        }
    }
    return best_us;
}

int find_time(const struct conference *conf, const char *text, int64_t old_us, int64_t *ret_us,
              struct err *err)
{
    const char *blank = strchr(text, ' ');
    bool has_day = isalpha((unsigned char)text[0]) && blank != NULL;
    const char *clock = has_day ? blank + strspn(blank, " ") : text;
    int minute = 0;
    if (!read_clock(clock, &minute)) {
        return time_parse(text, conf->zone, ret_us, err);
    }
    int64_t day = has_day ? day_us(conf, text) : zone_day_start_us(conf->zone, old_us);
    if (has_day ? day == 0 : old_us == 0) {
        return err_set(err, ERR_USAGE, "\"%s\" does not say which day; write 2025-12-11T10:00",
                       text);
    }
    struct civil civil = zone_civil(conf->zone, day);
    civil.hour = minute / 60;
    civil.minute = minute % 60;
    *ret_us = zone_instant_us(conf->zone, civil);
    return 0;
}
