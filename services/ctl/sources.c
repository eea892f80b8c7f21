#include "ctl/sources.h"

#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/match.h"
#include "core/match_everyone.h"
#include "formats/formats.h"
#include "store/conference_store.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sources_has_files(const struct sources *sources)
{
    return sources->programme != NULL || sources->key_attendees != NULL ||
           sources->registrants != NULL;
}

int sources_read(const char *path, const char *kind, struct conference *conf, struct arena *arena,
                 struct err *err)
{
    char *text = NULL;
    size_t len = 0;
    int r = file_read(path, (size_t)setting_int(SET_IMPORT_MAX), arena, &text, &len, err);
    if (r < 0) {
        return r;
    }
    const struct format *format = NULL;
    r = format_read(path, text, len, kind, conf, arena, &format, err);
    return r < 0 ? r : 0;
}

static void resolve(struct conference *conf, struct arena *arena, struct identity *ret)
{
    struct identity_input input = {.threshold = setting_real(SET_LINK_THRESHOLD),
                                   .lead = setting_real(SET_LINK_LEAD)};
    identity_assign(conf, &input, arena, ret);
}

void sources_tell_left_out(const struct conference *conf)
{
    size_t n = match_left_out(conf);
    if (n > 0) {
        fprintf(stderr,
                "rollcall: %zu of %zu sessions are too many to be recommended: the last of the "
                "programme are left out\n",
                n, conf->sessions.n);
    }
}

static int load_files(const struct sources *sources, struct arena *arena, struct loaded *ret,
                      struct err *err)
{
    struct conference *conf = &ret->conf;
    const struct {
        const char *path;
        const char *kind;
    } files[] = {{sources->programme, "programme"},
                 {sources->key_attendees, "key-attendees"},
                 {sources->registrants, "registrants"}};
    conference_init(conf);
    bool has_names =
        sources->programme != NULL || (sources->is_list_enough && sources->key_attendees != NULL);
    if (!has_names) {
        return err_set(err, ERR_USAGE, "name the programme with --programme FILE");
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        int r = files[i].path == NULL
                    ? 0
                    : sources_read(files[i].path, files[i].kind, conf, arena, err);
        if (r < 0) {
            return r;
        }
    }
    conf->has_registrants = sources->registrants != NULL;
    resolve(conf, arena, &ret->identity);
    if (sources->matches != MATCHES_NONE) {
        match_everyone_fill(conf, (int)setting_int(SET_TOP), sources->matches == MATCHES_STATED,
                            arena);
        sources_tell_left_out(conf);
    }
    return 0;
}

static void read_candidates(const struct conference *conf, const char *text, struct arena *arena,
                            struct resolution *ret)
{
    json_t *list = json_loads(text, 0, NULL);
    size_t i = 0;
    json_t *row = NULL;
    ret->candidates = arena_array(arena, json_array_size(list) + 1, sizeof *ret->candidates);
    json_array_foreach(list, i, row)
    {
        int64_t id = json_integer_value(json_object_get(row, "person"));
        const char *evidence = json_string_value(json_object_get(row, "evidence"));
        int person = conference_index_person(conf, id);
        if (person >= 0) {
            ret->candidates[ret->n_candidates++] =
                (struct candidate){person, json_number_value(json_object_get(row, "confidence")),
                                   arena_strdup(arena, evidence == NULL ? "" : evidence)};
        }
    }
    json_decref(list);
}

/* What the resolve stage has found, as it stands. */
static int load_resolutions(struct db *db, int64_t event_id, struct arena *arena,
                            struct loaded *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference *conf = &ret->conf;
    ret->identity = (struct identity){
        .mentions = arena_array(arena, conf->mentions.n + 1, sizeof *ret->identity.mentions)};
    for (size_t i = 0; i < conf->mentions.n; i++) {
        ret->identity.mentions[i] = (struct resolution){.person = -1, .evidence = ""};
    }
    int r = db_query(db, "resolution_list", &rows, err, "i", event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int at = conference_index_mention(conf, rows_int(&rows, i, 0));
        if (at >= 0) {
            struct resolution *resolution = &ret->identity.mentions[at];
            *resolution = (struct resolution){.status = conf->mentions.items[at].status,
                                              .person = conf->mentions.items[at].person,
                                              .confidence = conf->mentions.items[at].confidence,
                                              .evidence = rows_dup(&rows, i, 1, arena),
                                              .is_decided = rows_bool(&rows, i, 3)};
            read_candidates(conf, rows_text(&rows, i, 2), arena, resolution);
        }
    }
    return r;
}

static int load_database(const struct sources *sources, struct arena *arena, struct loaded *ret,
                         struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    int64_t event_id = 0;
    int r = db_open(db_url(arena), DB_CTL, &db, err);
    if (r < 0 || (r = event_find(db, sources->event, &event_id, err)) < 0) {
        return r;
    }
    r = conference_load(db, event_id, arena, &ret->conf, err);
    return r == CONFERENCE_GONE ? err_set(err, ERR_DB, "the event is gone")
           : r == 0             ? load_resolutions(db, event_id, arena, ret, err)
                                : r;
}

int sources_load(const struct sources *sources, struct arena *arena, struct loaded *ret,
                 struct err *err)
{
    int r = sources_has_files(sources) ? load_files(sources, arena, ret, err)
                                       : load_database(sources, arena, ret, err);
    if (r < 0) {
        return r;
    }
    ret->requirements = (struct requirements){0};
    requirements_build(&ret->conf, arena, &ret->requirements);
    ret->options = (struct clash_options){.now_us = clock_now_us(),
                                          .answer_within_us = setting_us(SET_REMIND_AFTER),
                                          .walk_between_buildings_us = setting_us(SET_WALK),
                                          .only_person = -1,
                                          .has_registrants = ret->conf.has_registrants};
    return 0;
}

/* Does this row mean the person? By id, registrant's key or address, then by name. */
static bool is_exact(const struct conference *conf, int person, const char *text)
{
    char *end = NULL;
    long long id = strtoll(text, &end, 10);
    if (*end == '\0' && end != text && conf->persons.items[person].id == id && id != 0) {
        return true;
    }
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person == person &&
            (strcmp(registrant->key, text) == 0 || str_equal_nocase(registrant->email, text))) {
            return true;
        }
    }
    return false;
}

static int find_by(const struct conference *conf, const char *text, bool by_name, int *ret_n)
{
    int found = -1;
    *ret_n = 0;
    for (size_t i = 0; i < conf->persons.n; i++) {
        if (by_name ? str_equal_nocase(conf->persons.items[i].name, text)
                    : is_exact(conf, (int)i, text)) {
            found = (int)i;
            (*ret_n)++;
        }
    }
    return found;
}

int sources_find_person(const struct conference *conf, const char *text, int *ret_person,
                        struct err *err)
{
    int n = 0;
    int person = find_by(conf, text, false, &n);
    if (n == 0) {
        person = find_by(conf, text, true, &n);
    }
    if (n == 0) {
        return err_set(err, ERR_USAGE,
                       "nobody is known as \"%s\"; give an id, an address or the whole name", text);
    }
    if (n > 1) {
        return err_set(err, ERR_USAGE, "%d people are known as \"%s\"; give an id or an address", n,
                       text);
    }
    *ret_person = person;
    return 0;
}
