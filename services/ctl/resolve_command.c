/* resolve: which registrant is meant by a name, and how that was decided. */
#include "ctl/commands.h"
#include "ctl/csv_table.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/cli.h"
#include "base/settings.h"
#include "core/resolve.h"

#include <stdio.h>
#include <string.h>

/* --- a list of names beside the programme: one line for each --- */

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

/* "99.95", "70": what is not certain is never said to be 100. buf holds 16 bytes; returns buf. */
static const char *percent(double confidence, char *buf)
{
    double pct = 100 * confidence;
    bool is_near = pct >= 99.5 && pct < 100;
    (void)snprintf(buf, 16, is_near ? "%.2f" : "%.0f", is_near && pct > 99.99 ? 99.99 : pct);
    return buf;
}

static void print_line(const struct conference *conf, const char *name,
                       const struct resolve_line *line)
{
    printf("%-28s %-10s", name, resolution_status_name(line->status));
    for (int i = 0; i < line->n_candidates; i++) {
        const struct registrant *r = &conf->registrants.items[line->candidates[i].registrant];
        char pct[16];
        printf("%s %s (%s) %s%%", i == 0 ? "" : ",", r->name, r->key,
               percent(line->candidates[i].confidence, pct));
    }
    for (int i = 0; i < line->n_evidence; i++) {
        printf("%s%s", i == 0 ? "; " : ", ", line->evidence[i]);
    }
    printf("\n");
}

static int resolve_list(const char *registrants, const char *path, bool is_json,
                        struct arena *arena, struct err *err)
{
    struct conference conf;
    struct mentions mentions = {0};
    conference_init(&conf);
    int r = sources_read(registrants, "registrants", &conf, arena, err);
    if (r < 0 || (r = read_mentions(path, arena, &mentions, err)) < 0) {
        return r;
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
    return 0;
}

/* --- all names of a conference, each in its list --- */

/* The registration that stands for a person: a confirmed one before others; NULL = none. */
static const struct registrant *registrant_of(const struct conference *conf, int person)
{
    const struct registrant *best = NULL;
    for (size_t i = 0; person >= 0 && i < conf->registrants.n; i++) {
        const struct registrant *r = &conf->registrants.items[i];
        if (r->person == person && (best == NULL || (int)r->status < (int)best->status)) {
            best = r;
        }
    }
    return best;
}

static json_t *key_json(const struct registrant *registrant)
{
    return registrant == NULL ? json_null() : json_string(registrant->key);
}

static json_t *reasons_json(const char *evidence)
{
    json_t *list = json_array();
    for (const char *p = evidence; *p != '\0';) {
        const char *end = strstr(p, "; ");
        size_t n = end == NULL ? strlen(p) : (size_t)(end - p);
        (void)json_array_append_new(list, json_stringn(p, n));
        p += n + (end == NULL ? 0 : 2);
    }
    return list;
}

static const char *where_of(const struct conference *conf, const struct mention *mention)
{
    return mention->track >= 0     ? conf->tracks.items[mention->track].title
           : mention->session >= 0 ? conf->sessions.items[mention->session].title
                                   : "";
}

static json_t *mention_json(const struct conference *conf, const struct mention *mention,
                            const struct resolution *resolution)
{
    const struct person *persons = conf->persons.items;
    json_t *candidates = json_array();
    for (int i = 0; i < resolution->n_candidates; i++) {
        const struct candidate *c = &resolution->candidates[i];
        (void)json_array_append_new(candidates,
                                    json_pack("{s:o, s:s, s:f, s:o}", "registrant",
                                              key_json(registrant_of(conf, c->person)), "name",
                                              persons[c->person].name, "confidence", c->confidence,
                                              "evidence", reasons_json(c->evidence)));
    }
    bool is_linked = resolution->status == RESOLUTION_LINKED && resolution->person >= 0;
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:f, s:b, s:o, s:o}", "mention",
                     mention->name, "role", role_name(mention->role), "where",
                     where_of(conf, mention), "source", mention->source, "line", mention->line,
                     "status", resolution_status_name(resolution->status), "registrant",
                     key_json(is_linked ? registrant_of(conf, resolution->person) : NULL), "name",
                     is_linked ? json_string(persons[resolution->person].name) : json_null(),
                     "confidence", resolution->confidence, "is_decided",
                     (int)resolution->is_decided, "evidence", reasons_json(resolution->evidence),
                     "candidates", candidates);
}

static const char *role_words(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return "lead";
    case ROLE_SPEAKER: return "speaker";
    case ROLE_KEY_ATTENDEE: return "key attendee";
    }
    return "";
}

static void print_person(const struct conference *conf, int person)
{
    const struct registrant *registrant = registrant_of(conf, person);
    printf("%s", conf->persons.items[person].name);
    if (registrant != NULL) {
        printf(" (registration %s)", registrant->key);
    }
}

static void print_mention(const struct conference *conf, const struct mention *mention,
                          const struct resolution *resolution)
{
    printf("%s, %s of %s", mention->name, role_words(mention->role), where_of(conf, mention));
    if (resolution->status == RESOLUTION_LINKED) {
        printf("\n    is ");
        print_person(conf, resolution->person);
        printf(", %.2f%%: %s\n", 100 * resolution->confidence, resolution->evidence);
        return;
    }
    if (resolution->status == RESOLUTION_UNKNOWN) {
        printf("\n    %s\n", resolution->evidence[0] == '\0' || resolution->n_candidates > 0
                                 ? "nobody registered fits"
                                 : resolution->evidence);
        return;
    }
    printf("\n    a person must choose%s\n", resolution->n_candidates > 0 ? ":" : "");
    for (int i = 0; i < resolution->n_candidates; i++) {
        printf("    %5.1f%%  ", 100 * resolution->candidates[i].confidence);
        print_person(conf, resolution->candidates[i].person);
        printf(": %s\n", resolution->candidates[i].evidence);
    }
}

static int resolve_conference(const struct sources *sources, bool is_json, struct arena *arena,
                              struct err *err)
{
    struct loaded loaded;
    int r = sources_load(sources, arena, &loaded, err);
    for (size_t i = 0; r == 0 && i < loaded.conf.mentions.n; i++) {
        const struct mention *mention = &loaded.conf.mentions.items[i];
        const struct resolution *resolution = &loaded.identity.mentions[i];
        if (is_json) {
            print_json(mention_json(&loaded.conf, mention, resolution), true);
        } else {
            print_mention(&loaded.conf, mention, resolution);
        }
    }
    return r;
}

int resolve_command(int argc, char **argv)
{
    struct sources sources = {.is_list_enough = true};
    const char *mentions = NULL;
    bool is_json = false;
    const struct cli_option options[] = {
        SOURCE_OPTIONS(sources),
        {"mentions", "FILE",
         "instead of lists: CSV with the columns name, email, affiliation, "
         "context",
         &mentions, NULL},
        {"json", NULL, "one line of JSON per name", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "resolve --registrants FILE --mentions FILE | [--programme FILE] [--key-attendees FILE] "
        "[--registrants FILE] [--json]",
        "Which registrant each name means, and why: linked, ambiguous (a person must choose) or "
        "unknown.\nIn lists and programmes, the names explain one another; lines of a CSV do not. "
        "Without files, what the database has.\nGiven names alone are never linked.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (mentions != NULL && (sources.registrants == NULL || sources.programme != NULL ||
                             sources.key_attendees != NULL)) {
        r = err_set(&err, ERR_USAGE, "--mentions FILE goes with --registrants FILE alone");
    } else if (mentions != NULL) {
        r = resolve_list(sources.registrants, mentions, is_json, arena, &err);
    } else {
        r = resolve_conference(&sources, is_json, arena, &err);
    }
    return r < 0 ? cli_fail(&err) : CLI_FINE;
}
