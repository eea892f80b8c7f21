#include "support/testing.h"

#include "base/str.h"
#include "core/conference.h"
#include "formats/formats.h"

#include <stdio.h>
#include <string.h>

#define PROGRAMMES SHARED_DIR "/data/programmes/"

/* Counted with other tools (Python's xml and json modules, grep); never taken from the readers. */
struct expected {
    const char *file;
    const char *format; /* NULL = refused */
    const char *words;  /* of the title, or of the refusal */
    size_t sessions;
    size_t scheduled; /* with a time of some length */
    size_t rooms;
    size_t tracks;
    size_t mentions;
    const char *zone;
    const char *first; /* earliest start, in UTC */
    const char *last;  /* latest end, in UTC */
};

static const struct expected expected[] = {
    {"fosdem/fosdem_2019.xml", "pentabarf", "FOSDEM 2019", 775, 775, 34, 62, 843, "UTC", "", ""},
};

static void check(const struct expected *e)
{
    struct arena *arena = arena_new();
    struct conference conf;
    struct err err = {0};
    size_t len = 0;
    const struct format *format = NULL;
    char *text = test_read_file(arena, arena_printf(arena, "%s%s", PROGRAMMES, e->file), &len);
    conference_init(&conf);
    int r = format_read(e->file, text, len, NULL, &conf, arena, &format, &err);
    int64_t first = 0, last = 0;
    size_t n = 0;
    char a[TIME_TEXT_SIZE] = "", z[TIME_TEXT_SIZE] = "";
    for (size_t i = 0; i < conf.sessions.n; i++) {
        const struct session *s = &conf.sessions.items[i];
        if (!session_is_scheduled(s))
            continue;
        n++;
        first = first == 0 || s->start_us < first ? s->start_us : first;
        last = s->end_us > last ? s->end_us : last;
    }
    for (size_t i = 0; i < conf.sessions.n; i++) {
        const struct session *s = &conf.sessions.items[i];
        if (s->kind == SESSION_OPEN_SLOT || s->kind == SESSION_BLOCK || s->is_cancelled ||
            (s->kind == SESSION_BREAK))
            printf("   %s%s: %s\n", session_kind_name(s->kind), s->is_cancelled ? " CANC" : "",
                   s->title);
    }
    size_t kinds[6] = {0}, cancelled = 0;
    for (size_t i = 0; i < conf.sessions.n; i++) {
        kinds[conf.sessions.items[i].kind]++;
        cancelled += conf.sessions.items[i].is_cancelled;
    }
    printf("%s r=%d %s '%s' sess=%zu sched=%zu rooms=%zu tracks=%zu ment=%zu sep=%zu zone=%s %s %s "
           "kinds t%zu b%zu c%zu bof%zu o%zu br%zu canc%zu | %s: %s\n",
           e->file, r, r >= 0 ? format->name : "-", conf.title, conf.sessions.n, n, conf.rooms.n,
           conf.tracks.n, conf.mentions.n, conf.separations.n, zone_name(conf.zone),
           time_iso(zone_utc(), first, a), time_iso(zone_utc(), last, z), kinds[0], kinds[1],
           kinds[2], kinds[3], kinds[4], kinds[5], cancelled, err.where, err.message);
    arena_free(arena);
}

static void all(void **state)
{
    (void)state;
    static const char *const files[] = {"fosdem/fosdem_2019.xml",
                                        "fosdem/fosdem_2020.xml",
                                        "fosdem/fosdem_2023.xml",
                                        "fosdem/fosdem_2024.xml",
                                        "fosdem/fosdem_2025.xml",
                                        "debconf/debconf23.xml",
                                        "ccc/36c3_everything.schedule.json",
                                        "frab/frab-camp2019.json",
                                        "pretalx/pretalx-democon.json",
                                        "pretalx/pretalx-rc3.json",
                                        "pretalx/pyconfr2025_schedule.json",
                                        "pretalx/c3voc_schedule.schema.json",
                                        "indico/cern_indico_1330797_contributions.json",
                                        "other_ics/jres_2022.ics",
                                        "other_ics/kielux_2020.ics",
                                        "other_ics/linux_conf_au_2020.ics",
                                        "w3c_tpac/breakouts-day-2024.json",
                                        "w3c_tpac/conflicts-indirect.json",
                                        "w3c_tpac/group-meetings.json",
                                        "w3c_tpac/issue-template-breakouts.yml",
                                        "w3c_tpac/issue-template-groups.yml",
                                        "w3c_tpac/session-validation.json",
                                        "w3c_tpac/tpac2023.json",
                                        "w3c_tpac/w3cgroups.json"};
    (void)expected;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct expected e = {.file = files[i]};
        check(&e);
    }
}
int main(void)
{
    const struct CMUnitTest t[] = {cmocka_unit_test(all)};
    return cmocka_run_group_tests(t, NULL, NULL);
}
