/* extract: leads and key attendees out of a text. */
#include "ctl/commands.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/extract.h"

#include <stdio.h>
#include <stdlib.h>

static void set_text(json_t *object, const char *key, const char *value)
{
    if (value[0] != '\0') {
        (void)json_object_set_new(object, key, json_string(value));
    }
}

static json_t *mention_json(const struct extract_mention *m)
{
    json_t *object = json_pack("{s:s}", "name", m->name);
    set_text(object, "email", m->email);
    set_text(object, "affiliation", m->affiliation);
    set_text(object, "topic", m->topic);
    (void)json_object_set_new(object, "line", json_integer(m->line));
    if (m->also_line > 0) {
        (void)json_object_set_new(object, "also_line", json_integer(m->also_line));
    }
    if (m->is_given_name_only) {
        (void)json_object_set_new(object, "given_name_only", json_true());
    }
    if (m->strength != STRENGTH_MUST) {
        (void)json_object_set_new(object, "strength", json_string(strength_name(m->strength)));
    }
    (void)json_object_set_new(object, "confidence", json_real(m->confidence));
    return object;
}

static json_t *track_json(const struct extract_track *track)
{
    json_t *leads = json_array();
    json_t *key_attendees = json_array();
    for (size_t i = 0; i < track->leads.n; i++) {
        (void)json_array_append_new(leads, mention_json(&track->leads.items[i]));
    }
    for (size_t i = 0; i < track->key_attendees.n; i++) {
        (void)json_array_append_new(key_attendees, mention_json(&track->key_attendees.items[i]));
    }
    return json_pack("{s:s, s:s, s:i, s:o, s:o}", "title", track->title, "kind",
                     track_kind_name(track->kind), "line", track->line, "leads", leads,
                     "key_attendees", key_attendees);
}

static void print_mention(const struct extract_mention *m, const char *role)
{
    printf("  %5d  %-12s %s", m->line, role, m->name);
    if (m->email[0] != '\0') {
        printf(" <%s>", m->email);
    }
    if (m->affiliation[0] != '\0') {
        printf(" (%s)", m->affiliation);
    }
    if (m->topic[0] != '\0') {
        printf(", for %s", m->topic);
    }
    printf("%s%s\n", m->is_given_name_only ? "  [given name only: who is meant?]" : "",
           m->confidence < 0.8 ? "  [not sure]" : "");
}

static void print_track(const struct extract_track *track)
{
    printf("%s (%s, line %d)\n", track->title[0] == '\0' ? "(no title)" : track->title,
           track_kind_name(track->kind), track->line);
    for (size_t i = 0; i < track->leads.n; i++) {
        print_mention(&track->leads.items[i], "lead");
    }
    for (size_t i = 0; i < track->key_attendees.n; i++) {
        print_mention(&track->key_attendees.items[i], "key attendee");
    }
}

/* Track by track: all of a large text at once would take many times its memory. */
static void print_tracks_json(const struct extract *extract)
{
    printf("{\n \"tracks\": [");
    for (size_t i = 0; i < extract->tracks.n; i++) {
        printf("%s\n", i == 0 ? "" : ",");
        json_t *track = track_json(&extract->tracks.items[i]);
        char *text = json_dumps(track, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        (void)fputs(text == NULL ? "null" : text, stdout);
        free(text);
        json_decref(track);
    }
    printf("%s]\n}\n", extract->tracks.n == 0 ? "" : "\n ");
}

int extract_command(int argc, char **argv)
{
    bool is_json = false;
    const char *path = NULL;
    const struct cli_option options[] = {
        {"json", NULL, "the stable form for programs", NULL, &is_json}, {0}};
    const struct cli_spec spec = {
        "extract FILE [--json]",
        "Finds microconferences with their leads and key attendees in free text: calls for "
        "proposals, wiki pages, mails. \"-\" is standard input.",
        options, 1};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct extract extract = {0};
    char *text = NULL;
    size_t len = 0;
    int r = cli_parse(&spec, argc, argv, &path, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (path == NULL) {
        (void)err_set(&err, ERR_USAGE, "name the text; usage: rollcall %s", spec.usage);
        return cli_fail(&err);
    }
    if (file_read(path, (size_t)setting_int(SET_IMPORT_MAX), arena, &text, &len, &err) < 0 ||
        extract_text(path, text, len, arena, &extract, &err) < 0) {
        return cli_fail(&err);
    }
    if (is_json) {
        print_tracks_json(&extract);
    }
    for (size_t i = 0; !is_json && i < extract.tracks.n; i++) {
        print_track(&extract.tracks.items[i]);
    }
    if (extract.tracks.n == 0) {
        (void)fprintf(stderr, "rollcall: %s: nobody is named in it as lead or key attendee\n",
                      path);
    }
    return CLI_FINE;
}
