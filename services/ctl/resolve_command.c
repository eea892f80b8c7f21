/* resolve: which registrant is meant by a name. */
#include "ctl/commands.h"
#include "ctl/csv_table.h"
#include "ctl/database.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/cli.h"
#include "base/settings.h"
#include "core/resolve.h"

#include <stdio.h>

struct mentions {
    VEC(struct resolve_mention) items;
};

static int read_mentions(const char *path, struct arena *arena, struct mentions *ret,
                         struct err *err)
{
    struct csv_table table = {0};
    int name = 0;
    int r = csv_table_read(path, arena, &table, err);
    if (r < 0 || (r = csv_table_need(&table, path, "name", &name, err)) < 0) {
        return r;
    }
    int email = csv_table_column(&table, "email");
    int affiliation = csv_table_column(&table, "affiliation");
    int context = csv_table_column(&table, "context");
    for (size_t i = 0; i < table.n; i++) {
        *vec_add(arena, &ret->items) = (struct resolve_mention){
            csv_table_field(&table, i, name), csv_table_field(&table, i, email),
            csv_table_field(&table, i, affiliation), csv_table_field(&table, i, context)};
    }
    return 0;
}

/* Every name that the database has, as it stands in lists and programme. */
static void gather_mentions(const struct conference *conf, struct arena *arena,
                            struct mentions *ret)
{
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *m = &conf->mentions.items[i];
        const char *context = m->track >= 0 ? conf->tracks.items[m->track].title : m->topic;
        *vec_add(arena, &ret->items) =
            (struct resolve_mention){m->name, m->email, m->affiliation, context};
    }
}

static json_t *line_json(const struct conference *conf, const char *name,
                         const struct resolve_line *line)
{
    json_t *evidence = json_array();
    json_t *candidates = json_array();
    for (int i = 0; i < line->n_evidence; i++) {
        (void)json_array_append_new(evidence, json_string(line->evidence[i]));
    }
    for (int i = 0; i < line->n_candidates; i++) {
        const struct registrant *r = &conf->registrants.items[line->candidates[i].registrant];
        (void)json_array_append_new(candidates, json_pack("{s:s, s:s, s:f}", "registrant", r->key,
                                                          "name", r->name, "confidence",
                                                          line->candidates[i].confidence));
    }
    json_t *registrant = json_null();
    json_t *found = json_null();
    if (line->registrant >= 0) {
        registrant = json_string(conf->registrants.items[line->registrant].key);
        found = json_string(conf->registrants.items[line->registrant].name);
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:f, s:o, s:o}", "mention", name, "status",
                     resolution_status_name(line->status), "registrant", registrant, "name", found,
                     "confidence", line->confidence, "evidence", evidence, "candidates",
                     candidates);
}

static void print_line(const struct conference *conf, const char *name,
                       const struct resolve_line *line)
{
    printf("%-28s %-10s", name, resolution_status_name(line->status));
    for (int i = 0; i < line->n_candidates; i++) {
        const struct registrant *r = &conf->registrants.items[line->candidates[i].registrant];
        printf("%s %s (%s) %.0f%%", i == 0 ? "" : ",", r->name, r->key,
               100 * line->candidates[i].confidence);
    }
    for (int i = 0; i < line->n_evidence; i++) {
        printf("%s%s", i == 0 ? "; " : ", ", line->evidence[i]);
    }
    printf("\n");
}

static int load(const char *registrants, const char *mentions, const char *event,
                struct arena *arena, struct conference *conf, struct mentions *ret, struct err *err)
{
    conference_init(conf);
    if (registrants != NULL && mentions != NULL) {
        int r = sources_read(registrants, "registrants", conf, arena, err);
        return r < 0 ? r : read_mentions(mentions, arena, ret, err);
    }
    if (registrants != NULL || mentions != NULL) {
        return err_set(
            err, ERR_USAGE,
            "name both --registrants FILE and --mentions FILE, or none for the database");
    }
    struct sources sources = {.event = event};
    struct loaded loaded;
    int r = sources_load(&sources, arena, &loaded, err);
    if (r == 0) {
        *conf = loaded.conf;
        gather_mentions(conf, arena, ret);
    }
    return r;
}

int resolve_command(int argc, char **argv)
{
    const char *registrants = NULL;
    const char *mentions_path = NULL;
    const char *event = NULL;
    bool is_json = false;
    const struct cli_option options[] = {
        {"registrants", "FILE", "registrants as CSV", &registrants, NULL},
        {"mentions", "FILE", "CSV with the columns name, email, affiliation, context",
         &mentions_path, NULL},
        {"event", "SLUG", "the event in the database, when no file is named", &event, NULL},
        {"json", NULL, "one line of JSON per name", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "resolve --registrants FILE --mentions FILE [--json]",
        "Which registrant each name means: linked, ambiguous (a person must choose) or unknown.\n"
        "Given names alone are never linked.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct conference conf;
    struct mentions mentions = {0};
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (load(registrants, mentions_path, event, arena, &conf, &mentions, &err) < 0) {
        return cli_fail(&err);
    }
    struct resolve_line *lines =
        resolve_lines(&conf, mentions.items.items, mentions.items.n,
                      setting_real(SET_LINK_THRESHOLD), setting_real(SET_LINK_LEAD), arena);
    for (size_t i = 0; i < mentions.items.n; i++) {
        if (is_json) {
            print_json(line_json(&conf, mentions.items.items[i].name, &lines[i]), true);
        } else {
            print_line(&conf, mentions.items.items[i].name, &lines[i]);
        }
    }
    return CLI_FINE;
}
