/* check: everything that cannot work as planned. */
#include "ctl/commands.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/settings.h"
#include "base/str.h"
#include "core/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *summary_json(const struct loaded *loaded, const struct clashes *clashes)
{
    int counts[N_CLASH_KINDS] = {0};
    for (size_t i = 0; i < clashes->items.n; i++) {
        counts[clashes->items.items[i].kind]++;
    }
    json_t *kinds = json_object();
    for (int i = 0; i < N_CLASH_KINDS; i++) {
        if (counts[i] > 0) {
            (void)json_object_set_new(kinds, clash_kinds[i].name, json_integer(counts[i]));
        }
    }
    const struct conference *conf = &loaded->conf;
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "title", conf->title,
                     "timezone", zone_name(conf->zone), "sessions", (json_int_t)conf->sessions.n,
                     "rooms", (json_int_t)conf->rooms.n, "people", (json_int_t)conf->persons.n,
                     "registrants", (json_int_t)conf->registrants.n, "requirements",
                     (json_int_t)loaded->requirements.items.n, "clashes",
                     (json_int_t)clashes->items.n, "kinds", kinds);
}

static void print_check_json(const struct loaded *loaded, const struct clashes *clashes,
                             const struct quorum *quorum)
{
    json_t *tracks = json_array();
    json_t *list = json_array();
    for (size_t i = 0; i < quorum->tracks.n; i++) {
        (void)json_array_append_new(tracks, print_quorum(&loaded->conf, &quorum->tracks.items[i]));
    }
    for (size_t i = 0; i < clashes->items.n; i++) {
        (void)json_array_append_new(list, print_clash(&loaded->conf, &clashes->items.items[i]));
    }
    print_json(json_pack("{s:o, s:o, s:o}", "summary", summary_json(loaded, clashes), "quorum",
                         tracks, "clashes", list),
               false);
}

static void print_check_text(const struct loaded *loaded, const struct clashes *clashes,
                             const struct quorum *quorum)
{
    const struct conference *conf = &loaded->conf;
    printf("%s: %zu sessions, %zu rooms, %zu people, %zu requirements\n\n",
           conf->title[0] == '\0' ? "programme" : conf->title, conf->sessions.n, conf->rooms.n,
           conf->persons.n, loaded->requirements.items.n);
    for (size_t i = 0; i < quorum->tracks.n; i++) {
        print_quorum_text(conf, &quorum->tracks.items[i], false);
    }
    printf("%s%zu %s\n", quorum->tracks.n > 0 ? "\n" : "", clashes->items.n,
           clashes->items.n == 1 ? "clash" : "clashes");
    for (size_t i = 0; i < clashes->items.n; i++) {
        print_clash_text(conf, &clashes->items.items[i]);
    }
}

int check_command(int argc, char **argv)
{
    struct sources sources = {0};
    bool is_json = false;
    const struct cli_option options[] = {
        SOURCE_OPTIONS(sources),
        {"json", NULL, "the stable form for programs", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "check --programme FILE [--key-attendees FILE] [--registrants FILE] [--json]",
        "Reports everything that cannot work as planned. Exit status 1 when there is any clash.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct loaded loaded;
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (sources_load(&sources, arena, &loaded, &err) < 0) {
        return cli_fail(&err);
    }
    struct clashes clashes = {0};
    struct quorum quorum = {0};
    clash_find(&loaded.conf, &loaded.requirements, &loaded.options, arena, &clashes);
    quorum_count(&loaded.conf, &clashes, arena, &quorum);
    (is_json ? print_check_json : print_check_text)(&loaded, &clashes, &quorum);
    return clashes.items.n > 0 ? CLI_FOUND : CLI_FINE;
}
