/* match and agenda: what is worth an attendee's time. */
#include "ctl/commands.h"
#include "ctl/csv_table.h"
#include "ctl/print.h"
#include "ctl/sources.h"
#include "ctl/work_file.h"

#include "base/settings.h"
#include "base/str.h"
#include "core/agenda.h"
#include "core/match.h"
#include "core/match_known.h"
#include "core/notice.h"
#include "formats/ical.h"

#include <stdio.h>
#include <string.h>

struct interest {
    const char *attendee;
    const char *text;
    int registrant; /* of the conference; -1 = known by interests alone */
};

struct interests {
    VEC(struct interest) items;
};

/* Reads `attendee,interests`. */
static int read_interests(const char *path, struct arena *arena, struct interests *ret,
                          struct err *err)
{
    struct csv_table table = {0};
    int attendee = 0;
    int interests = 0;
    int r = csv_table_read(path, arena, &table, err);
    if (r < 0 || (r = csv_table_need(&table, path, "attendee", &attendee, err)) < 0 ||
        (r = csv_table_need(&table, path, "interests", &interests, err)) < 0) {
        return r;
    }
    for (size_t i = 0; i < table.n; i++) {
        *vec_add(arena, &ret->items) = (struct interest){csv_table_field(&table, i, attendee),
                                                         csv_table_field(&table, i, interests), -1};
    }
    return 0;
}

static json_t *match_json(const struct conference *conf, const struct match_result *result,
                          const char *reason)
{
    json_t *because = json_array();
    for (int i = 0; i < result->n_because; i++) {
        (void)json_array_append_new(because, json_string(result->because[i]));
    }
    return json_pack("{s:s, s:s, s:f, s:o, s:s}", "session",
                     conf->sessions.items[result->session].key, "title",
                     conf->sessions.items[result->session].title, "score", result->score, "because",
                     because, "reason", reason);
}

static void print_matches(const struct conference *conf, const char *attendee,
                          const struct match_result *results, int n, bool is_json,
                          struct arena *arena)
{
    json_t *list = json_array();
    if (!is_json) {
        printf("%s\n%s", attendee, n == 0 ? "  no session to recommend\n" : "");
    }
    for (int i = 0; i < n; i++) {
        if (is_json) {
            (void)json_array_append_new(
                list, match_json(conf, &results[i], match_reason(&results[i], arena)));
            continue;
        }
        printf("  %6.2f  %s\n", results[i].score, conf->sessions.items[results[i].session].title);
        const char *reason = match_reason(&results[i], arena);
        const char *detail = match_fashion_detail(reason);
        if (detail == NULL || i == 0) { /* that nothing is known is said once */
            printf("          %s\n", reason);
        } else if (detail[0] != '\0') {
            printf("          %s\n", detail);
        }
    }
    if (is_json) {
        print_json(json_pack("{s:s, s:O}", "attendee", attendee, "sessions", list), true);
    }
    json_decref(list);
}

/* The interests of the file, or of everybody in the conference who stated some. */
static int gather(const struct loaded *loaded, const char *path, struct arena *arena,
                  struct interests *ret, struct err *err)
{
    if (path != NULL) {
        return read_interests(path, arena, ret, err);
    }
    for (size_t i = 0; i < loaded->conf.registrants.n; i++) {
        const struct registrant *registrant = &loaded->conf.registrants.items[i];
        if (registrant->status != REGISTRATION_CANCELLED) {
            *vec_add(arena, &ret->items) =
                (struct interest){registrant->key, registrant->interests, (int)i};
        }
    }
    return 0;
}

/* What counts besides interests: --work and --signals. */
struct work_options {
    const char *path;
    const char *signals;
    struct work_signals on;
    struct work_file file;
};

#define WORK_OPTIONS(o)                                                                            \
    {"work", "FILE", "what people do: MAINTAINERS, a list of patches or a CSV", &(o).path, NULL},  \
    {                                                                                              \
        "signals", "LIST", "which work counts: " WORK_SIGNALS " (all) or none", &(o).signals, NULL \
    }

static int work_read(struct work_options *work, struct arena *arena, struct err *err)
{
    const char *list = work->signals == NULL ? WORK_SIGNALS : work->signals;
    int r = work_signals_parse(list, &work->on, err);
    return r < 0 || work->path == NULL
               ? r
               : work_file_read(work->path, &work->on, arena, &work->file, err);
}

static void work_of_registrant(const struct work_options *work, const struct loaded *loaded,
                               int registrant, struct arena *arena, struct work_list *ret)
{
    if (registrant >= 0) {
        const struct registrant *r = &loaded->conf.registrants.items[registrant];
        work_file_add(&work->file, r->name, arena, ret);
        work_file_add(&work->file, r->email, arena, ret);
    }
}

static void add_stars(const struct conference *conf, int person, struct arena *arena,
                      struct match_profile *profile)
{
    VEC(int) likes = {0};
    VEC(int) dislikes = {0};
    for (size_t i = 0; i < conf->stars.n && person >= 0; i++) {
        const struct star *star = &conf->stars.items[i];
        if (star->person == person && star->session >= 0) {
            *(star->is_dislike ? vec_add(arena, &dislikes) : vec_add(arena, &likes)) =
                star->session;
        }
    }
    profile->likes = likes.items;
    profile->n_likes = (int)likes.n;
    profile->dislikes = dislikes.items;
    profile->n_dislikes = (int)dislikes.n;
}

/* The profile of somebody: interests; stars; what the file says they do; where there are no
 * interests, what the programme says they do. Lives in the arena. */
static struct match_profile profile_of(const struct work_options *work, const struct loaded *loaded,
                                       const char *id, const char *interests, int registrant,
                                       int person, struct arena *arena)
{
    struct work_list list = {0};
    struct match_known known = {0};
    work_file_add(&work->file, id, arena, &list);
    work_of_registrant(work, loaded, registrant, arena, &list);
    struct match_profile profile = {.interests = interests};
    add_stars(&loaded->conf, person, arena, &profile);
    if (interests[0] == '\0' && person >= 0 && work->on.has_talks) {
        match_known_of(&loaded->conf, person, arena, &known);
        for (size_t i = 0; i < known.works.n; i++) {
            *vec_add(arena, &list.works) = known.works.items[i];
        }
        profile.own = known.own.items;
        profile.n_own = (int)known.own.n;
    }
    profile.works = list.works.items;
    profile.n_works = (int)list.works.n;
    return profile;
}

/* Before there is a timetable every talk is worth matching; times are not printed. */
static void pretend_times(struct conference *conf)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (session_is_scheduled(&conf->sessions.items[i])) {
            return;
        }
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        conf->sessions.items[i].start_us = SECOND_US;
        conf->sessions.items[i].end_us = SECOND_US + HOUR_US;
    }
}

static int run_match(const struct loaded *loaded, const struct work_options *work,
                     const struct interests *interests, long top, bool is_json)
{
    struct match_index *index = match_index_new(&loaded->conf);
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    sources_tell_left_out(&loaded->conf);
    for (size_t i = 0; i < interests->items.n; i++) {
        const struct interest *interest = &interests->items.items[i];
        arena_reset(job);
        struct match_result *results = arena_array(job, (size_t)top + 1, sizeof *results);
        int person = interest->registrant < 0
                         ? -1
                         : loaded->conf.registrants.items[interest->registrant].person;
        struct match_profile profile = profile_of(work, loaded, interest->attendee, interest->text,
                                                  interest->registrant, person, job);
        int n = match_top(index, &profile, (int)top, job, results);
        print_matches(&loaded->conf, interest->attendee, results, n, is_json, job);
    }
    match_index_free(index);
    return CLI_FINE;
}

int match_command(int argc, char **argv)
{
    struct sources sources = {.matches = MATCHES_NONE};
    const char *path = NULL;
    const char *top = "10";
    struct work_options work = {0};
    bool is_json = false;
    const struct cli_option options[] = {
        SOURCE_OPTIONS(sources),
        {"interests", "FILE", "CSV with the columns attendee and interests", &path, NULL},
        WORK_OPTIONS(work),
        {"top", "K", "how many sessions for each (10), or all", &top, NULL},
        {"json", NULL, "one line of JSON per attendee", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "match --programme FILE --interests FILE [--work FILE] [--top K] [--json]",
        "The sessions that fit each attendee's interests best, and why. Without files: the "
        "registrants in the database.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct loaded loaded;
    struct interests interests = {0};
    long k = 0;
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    bool is_all = strcmp(top, "all") == 0;
    if ((!is_all && cli_number("top", top, 1, 1000, &k, &err) < 0) ||
        sources_load(&sources, arena, &loaded, &err) < 0 || work_read(&work, arena, &err) < 0 ||
        gather(&loaded, path, arena, &interests, &err) < 0) {
        return cli_fail(&err);
    }
    k = is_all ? (long)loaded.conf.sessions.n : k;
    pretend_times(&loaded.conf);
    return run_match(&loaded, &work, &interests, k, is_json);
}

/* --- agenda --- */

/* Who the agenda is for: somebody of the conference, or an attendee known by interests alone. */
struct attendee {
    const char *id;
    const char *interests;
    int person;
    int registrant; /* -1 = none */
};

static int find_attendee(struct loaded *loaded, const char *id, const struct interests *interests,
                         struct arena *arena, struct attendee *ret, struct err *err)
{
    *ret = (struct attendee){id, "", -1, -1};
    bool is_listed = false;
    for (size_t i = 0; i < interests->items.n && !is_listed; i++) {
        if (strcmp(interests->items.items[i].attendee, id) == 0) {
            ret->interests = interests->items.items[i].text;
            is_listed = true;
        }
    }
    if (sources_find_person(&loaded->conf, id, &ret->person, err) == 0) {
        for (size_t i = 0; i < loaded->conf.registrants.n; i++) {
            const struct registrant *registrant = &loaded->conf.registrants.items[i];
            if (registrant->person == ret->person) {
                ret->registrant = (int)i;
                ret->interests = is_listed ? ret->interests : registrant->interests;
            }
        }
        return 0;
    }
    if (!is_listed) {
        return err->code;
    }
    ret->person = (int)loaded->conf.persons.n; /* nobody we know: a person without duties */
    conference_add_person(&loaded->conf, arena)->name = id;
    return 0;
}

static json_t *agenda_json(const struct conference *conf, const char *id,
                           const struct agenda *agenda)
{
    json_t *sessions = json_array();
    json_t *missed = json_array();
    for (size_t i = 0; i < agenda->entries.n; i++) {
        const struct agenda_entry *entry = &agenda->entries.items[i];
        const struct session *s = &conf->sessions.items[entry->session];
        (void)json_array_append_new(
            sessions,
            json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:b}", "session", s->key, "title", s->title,
                      "start", print_time(conf, s->start_us), "end", print_time(conf, s->end_us),
                      "room", s->room < 0 ? "" : conf->rooms.items[s->room].name, "reason",
                      entry->reason, "duty", (int)entry->is_duty));
    }
    for (size_t i = 0; i < agenda->missed.n; i++) {
        const struct session *s = &conf->sessions.items[agenda->missed.items[i].session];
        (void)json_array_append_new(
            missed, json_pack("{s:s, s:s, s:o, s:o, s:s}", "session", s->key, "title", s->title,
                              "start", print_time(conf, s->start_us), "end",
                              print_time(conf, s->end_us), "why", agenda->missed.items[i].why));
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "attendee", id, "note", agenda->note, "sessions",
                     sessions, "missed", missed);
}

static void print_reason(const char *reason)
{
    if (reason[0] != '\0') {
        printf("               %s\n", reason);
    }
}

static void print_agenda(const struct conference *conf, const char *name,
                         const struct agenda *agenda)
{
    char day[TIME_TEXT_SIZE] = "";
    printf("Agenda for %s (times in %s)\n", name, zone_name(conf->zone));
    if (agenda->entries.n == 0) {
        printf("\nno session%s\n", conf->sessions.n == 0 ? ": there is none in the programme" : "");
    }
    printf("%s%s%s", agenda->note[0] == '\0' ? "" : "\n", agenda->note,
           agenda->note[0] == '\0' ? "" : "\n");
    for (size_t i = 0; i < agenda->entries.n; i++) {
        const struct session *s = &conf->sessions.items[agenda->entries.items[i].session];
        char date[TIME_TEXT_SIZE];
        char start[TIME_TEXT_SIZE];
        char end[TIME_TEXT_SIZE];
        (void)time_date(conf->zone, s->start_us, date);
        if (strcmp(date, day) != 0) {
            printf("\n%s\n", date);
            memcpy(day, date, sizeof day);
        }
        printf("  %s-%s  %s%s%s\n", time_hhmm(conf->zone, s->start_us, start),
               time_hhmm(conf->zone, s->end_us, end), s->title, s->room < 0 ? "" : ", ",
               s->room < 0 ? "" : conf->rooms.items[s->room].name);
        print_reason(agenda->entries.items[i].reason);
    }
    printf("%s", agenda->missed.n > 0 ? "\nNot in it:\n" : "");
    for (size_t i = 0; i < agenda->missed.n; i++) {
        const struct session *s = &conf->sessions.items[agenda->missed.items[i].session];
        char start[TIME_TEXT_SIZE];
        printf("  %s  %s\n", time_short(conf->zone, s->start_us, start), s->title);
        print_reason(agenda->missed.items[i].why);
    }
}

static void print_ics(const struct conference *conf, int person, const struct agenda *agenda,
                      struct arena *arena)
{
    CLEANUP(str_done) struct str out = {0};
    const char *domain = notice_domain(arena, setting_text(SET_MAIL_FROM));
    int64_t now_us = clock_now_us();
    struct ical_event *events = arena_array(arena, agenda->entries.n, sizeof *events);
    for (size_t i = 0; i < agenda->entries.n; i++) {
        const struct agenda_entry *entry = &agenda->entries.items[i];
        const struct session *s = &conf->sessions.items[entry->session];
        /* without a database the session's own key stands in for its number */
        const char *uid = s->id != 0 ? notice_uid(arena, conf->slug, s->id,
                                                  conf->persons.items[person].id, domain)
                                     : arena_printf(arena, "%s@%s", s->key, domain);
        events[i] =
            (struct ical_event){.uid = uid,
                                .stamp_us = now_us,
                                .start_us = s->start_us,
                                .end_us = s->end_us,
                                .zone = conf->zone,
                                .summary = s->title,
                                .location = s->room < 0 ? "" : conf->rooms.items[s->room].name,
                                .description = entry->reason,
                                .url = s->url};
    }
    struct ical_calendar calendar = {.method = "PUBLISH", .name = conf->title, .source_url = ""};
    ical_write(&calendar, events, agenda->entries.n, &out);
    (void)fwrite(str_text(&out), 1, out.len, stdout);
}

static void make_agenda(const struct loaded *loaded, const struct work_options *work,
                        const struct attendee *attendee, struct arena *arena, struct agenda *ret)
{
    struct match_result results[64];
    int top = (int)setting_int(SET_TOP);
    struct match_index *index = match_index_new(&loaded->conf);
    struct match_profile profile = profile_of(work, loaded, attendee->id, attendee->interests,
                                              attendee->registrant, attendee->person, arena);
    int n = match_top(index, &profile, top < 64 ? top : 64, arena, results);
    struct agenda_options options = {
        .walk_between_buildings_us = loaded->options.walk_between_buildings_us, .max_missed = 10};
    agenda_plan(&loaded->conf, attendee->person, &loaded->requirements, results, n, &options, arena,
                ret);
    match_index_free(index);
}

/* What was asked for at the command line. */
struct request {
    struct sources sources;
    struct work_options work;
    const char *interests; /* file; NULL = none */
    const char *id;        /* whose agenda */
    bool is_json;
    bool is_ics;
};

static int run_agenda(struct request *request, struct arena *arena, struct err *err)
{
    struct loaded loaded;
    struct interests interests = {0};
    struct attendee attendee;
    struct agenda agenda = {0};
    if (request->id == NULL) {
        return err_set(err, ERR_USAGE, "name whose agenda with --attendee ID");
    }
    int r = sources_load(&request->sources, arena, &loaded, err);
    if (r < 0 || (r = work_read(&request->work, arena, err)) < 0 ||
        (request->interests != NULL &&
         (r = read_interests(request->interests, arena, &interests, err)) < 0) ||
        (r = find_attendee(&loaded, request->id, &interests, arena, &attendee, err)) < 0) {
        return r;
    }
    make_agenda(&loaded, &request->work, &attendee, arena, &agenda);
    if (request->is_ics) {
        print_ics(&loaded.conf, attendee.person, &agenda, arena);
    } else if (request->is_json) {
        print_json(agenda_json(&loaded.conf, request->id, &agenda), false);
    } else {
        print_agenda(&loaded.conf, loaded.conf.persons.items[attendee.person].name, &agenda);
    }
    return 0;
}

int agenda_command(int argc, char **argv)
{
    struct request request = {0};
    const struct cli_option options[] = {
        SOURCE_OPTIONS(request.sources),
        {"interests", "FILE", "CSV with the columns attendee and interests", &request.interests,
         NULL},
        WORK_OPTIONS(request.work),
        {"attendee", "ID", "whose agenda: id, address or name", &request.id, NULL},
        {"json", NULL, "the stable form for programs", NULL, &request.is_json},
        {"ics", NULL, "iCalendar", NULL, &request.is_ics},
        {0}};
    const struct cli_spec spec = {
        "agenda --programme FILE --interests FILE --attendee ID [--work FILE] [--json|--ics]",
        "One person's plan: duties, wishes and what fits, with reasons and without a clash. "
        "Without files: from the database.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    r = r == 0 ? run_agenda(&request, arena, &err) : r;
    return r < 0 ? cli_fail(&err) : CLI_FINE;
}
