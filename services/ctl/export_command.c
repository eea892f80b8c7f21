/* export: what is in the database as a file that others read. */
#include "ctl/commands.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/notice.h"
#include "core/quorum.h"
#include "formats/export.h"
#include "formats/ical.h"

#include <stdio.h>
#include <string.h>

static void add_row(struct str *out, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        csv_add(out, fields[i]);
    }
    csv_end(out);
}

static const char *time_or_empty(const struct conference *conf, int64_t at_us, char *buf)
{
    return at_us == 0 ? "" : time_iso(conf->zone, at_us, buf);
}

static void export_registrants(const struct loaded *loaded, struct arena *arena, struct str *out)
{
    static const char *const header[] = {"id",      "name",      "email",     "affiliation",
                                         "country", "matrix_id", "status",    "attendance",
                                         "arrives", "departs",   "interests", "timezone"};
    (void)arena;
    add_row(out, header, sizeof header / sizeof header[0]);
    for (size_t i = 0; i < loaded->conf.registrants.n; i++) {
        const struct registrant *r = &loaded->conf.registrants.items[i];
        char arrives[TIME_TEXT_SIZE];
        char departs[TIME_TEXT_SIZE];
        const char *const fields[] = {r->key,
                                      r->name,
                                      r->email,
                                      r->affiliation,
                                      r->country,
                                      r->matrix_id,
                                      registration_status_name(r->status),
                                      attendance_name(r->attendance),
                                      time_or_empty(&loaded->conf, r->arrives_us, arrives),
                                      time_or_empty(&loaded->conf, r->departs_us, departs),
                                      r->interests,
                                      r->timezone};
        add_row(out, fields, sizeof fields / sizeof fields[0]);
    }
}

static void find_clashes(const struct loaded *loaded, struct arena *arena, struct clashes *ret)
{
    *ret = (struct clashes){0};
    clash_find(&loaded->conf, &loaded->requirements, &loaded->options, arena, ret);
}

static void export_clashes(const struct loaded *loaded, struct arena *arena, struct str *out)
{
    static const char *const header[] = {"kind",          "severity", "person", "session",
                                         "other session", "start",    "end",    "why"};
    const struct conference *conf = &loaded->conf;
    struct clashes clashes;
    find_clashes(loaded, arena, &clashes);
    add_row(out, header, sizeof header / sizeof header[0]);
    for (size_t i = 0; i < clashes.items.n; i++) {
        const struct clash *c = &clashes.items.items[i];
        char start[TIME_TEXT_SIZE];
        char end[TIME_TEXT_SIZE];
        const char *const fields[] = {clash_kinds[c->kind].name,
                                      severity_name(c->severity),
                                      c->person < 0 ? "" : conf->persons.items[c->person].name,
                                      conf->sessions.items[c->session_a].title,
                                      c->session_b < 0 ? ""
                                                       : conf->sessions.items[c->session_b].title,
                                      time_or_empty(conf, c->start_us, start),
                                      time_or_empty(conf, c->end_us, end),
                                      c->why};
        add_row(out, fields, sizeof fields / sizeof fields[0]);
    }
}

static void export_quorum(const struct loaded *loaded, struct arena *arena, struct str *out)
{
    static const char *const header[] = {
        "microconference", "name", "role", "strength", "registered", "state", "needed elsewhere"};
    const struct conference *conf = &loaded->conf;
    struct clashes clashes;
    struct quorum quorum = {0};
    find_clashes(loaded, arena, &clashes);
    quorum_count(conf, &clashes, arena, &quorum);
    add_row(out, header, sizeof header / sizeof header[0]);
    for (size_t i = 0; i < quorum.tracks.n; i++) {
        const struct quorum_track *track = &quorum.tracks.items[i];
        for (size_t j = 0; j < track->persons.n; j++) {
            const struct quorum_person *p = &track->persons.items[j];
            const char *name = p->person >= 0 ? conf->persons.items[p->person].name
                                              : conf->mentions.items[p->mention].name;
            const char *const fields[] = {conf->tracks.items[track->track].title,
                                          name,
                                          role_name(p->role),
                                          strength_name(p->strength),
                                          p->is_registered ? "yes" : "no",
                                          p->state,
                                          p->needed_in};
            add_row(out, fields, sizeof fields / sizeof fields[0]);
        }
    }
}

static void export_json(const struct loaded *loaded, struct arena *arena, struct str *out)
{
    (void)arena;
    export_frab_json(&loaded->conf, out);
}

static void export_xml(const struct loaded *loaded, struct arena *arena, struct str *out)
{
    (void)arena;
    export_pentabarf(&loaded->conf, out);
}

/* The public programme as a calendar: nobody's names, what is cancelled stays and says so. */
static void export_ics(const struct loaded *loaded, struct arena *arena, struct str *out)
{
    const struct conference *conf = &loaded->conf;
    const char *domain = notice_domain(arena, setting_text(SET_MAIL_FROM));
    struct ical_event *events = arena_array(arena, conf->sessions.n, sizeof *events);
    int64_t now_us = clock_now_us();
    size_t n = 0;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (!session_is_scheduled(s) || s->kind == SESSION_OPEN_SLOT) {
            continue;
        }
        events[n++] = (struct ical_event){
            .uid = arena_printf(arena, "%s@%s", s->key, domain),
            .stamp_us = now_us,
            .start_us = s->start_us,
            .end_us = s->end_us,
            .zone = conf->zone,
            .summary = s->title,
            .location = s->room < 0 ? "" : conf->rooms.items[s->room].name,
            .description = s->track < 0 ? "" : conf->tracks.items[s->track].title,
            .url = s->url,
            .is_cancelled = s->is_cancelled};
    }
    const struct ical_calendar calendar = {
        .method = "PUBLISH", .name = conf->title, .source_url = ""};
    ical_write(&calendar, events, n, out);
}

static const struct {
    const char *name;
    void (*write)(const struct loaded *loaded, struct arena *arena, struct str *out);
} exports[] = {
    {"schedule.json", export_json},  {"schedule.xml", export_xml},
    {"schedule.ics", export_ics},    {"registrants.csv", export_registrants},
    {"clashes.csv", export_clashes}, {"quorum.csv", export_quorum},
};

int export_command(int argc, char **argv)
{
    struct sources sources = {0};
    const char *what = NULL;
    const struct cli_option options[] = {SOURCE_OPTIONS(sources), {0}};
    const struct cli_spec spec = {
        "export schedule.json|schedule.xml|schedule.ics|registrants.csv|clashes.csv|quorum.csv "
        "[options]",
        "Writes it to standard output.", options, 1};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(str_done) struct str out = {0};
    struct err err = {0};
    struct loaded loaded;
    int r = cli_parse(&spec, argc, argv, &what, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    for (size_t i = 0; what != NULL && i < sizeof exports / sizeof exports[0]; i++) {
        if (strcmp(exports[i].name, what) == 0) {
            if (sources_load(&sources, arena, &loaded, &err) < 0) {
                return cli_fail(&err);
            }
            exports[i].write(&loaded, arena, &out);
            (void)fwrite(str_text(&out), 1, out.len, stdout);
            return CLI_FINE;
        }
    }
    (void)err_set(&err, ERR_USAGE, "say what to export; usage: rollcall %s", spec.usage);
    return cli_fail(&err);
}
