#include "ctl/print.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void print_json(json_t *value, bool is_line)
{
    (void)json_dumpf(value, stdout,
                     is_line ? JSON_COMPACT | JSON_REAL_PRECISION(6)
                             : JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    (void)putchar('\n');
    json_decref(value);
}

json_t *print_time(const struct conference *conf, int64_t at_us)
{
    char text[TIME_TEXT_SIZE];
    return at_us == 0 ? json_null() : json_string(time_iso(conf->zone, at_us, text));
}

json_t *print_clash(const struct conference *conf, const struct clash *clash)
{
    json_t *sessions = json_array();
    json_t *titles = json_array();
    const int ids[] = {clash->session_a, clash->session_b};
    for (int i = 0; i < 2; i++) {
        if (ids[i] >= 0) {
            (void)json_array_append_new(sessions, json_string(conf->sessions.items[ids[i]].key));
            (void)json_array_append_new(titles, json_string(conf->sessions.items[ids[i]].title));
        }
    }
    json_t *person =
        clash->person < 0 ? json_null() : json_string(conf->persons.items[clash->person].name);
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:s}", "kind",
                     clash_kinds[clash->kind].name, "severity", severity_name(clash->severity),
                     "person", person, "sessions", sessions, "titles", titles, "start",
                     print_time(conf, clash->start_us), "end", print_time(conf, clash->end_us),
                     "minutes", (json_int_t)((clash->end_us - clash->start_us) / MINUTE_US), "why",
                     clash->why);
}

static const char *quorum_name(const struct conference *conf, const struct quorum_person *p)
{
    return p->person >= 0 ? conf->persons.items[p->person].name
                          : conf->mentions.items[p->mention].name;
}

static json_t *quorum_person_json(const struct conference *conf, const struct quorum_person *p)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:s, s:f, s:s}", "name", quorum_name(conf, p),
                     "role", role_name(p->role), "strength", strength_name(p->strength),
                     "registered", (int)p->is_registered, "free", (int)p->is_free, "needed_in",
                     p->needed_in, "chance", p->chance, "state", p->state);
}

json_t *print_quorum(const struct conference *conf, const struct quorum_track *quorum)
{
    json_t *people = json_array();
    for (size_t i = 0; i < quorum->persons.n; i++) {
        (void)json_array_append_new(people, quorum_person_json(conf, &quorum->persons.items[i]));
    }
    const char *track = quorum->track < 0 ? "" : conf->tracks.items[quorum->track].title;
    json_t *reasons = json_array();
    for (size_t i = 0; i < quorum->reasons.n; i++) {
        (void)json_array_append_new(reasons, json_string(quorum->reasons.items[i]));
    }
    json_t *value =
        json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:f, s:b, s:s, s:o, s:o}", "track",
                  track, "must", quorum->n_must, "registered", quorum->n_registered, "in_person",
                  quorum->n_in_person, "free", quorum->n_free, "yes", quorum->n_yes, "no",
                  quorum->n_no, "needed", quorum->needed, "rule", quorum_rule_name(quorum->rule),
                  "chance", quorum->chance, "quorate", (int)quorum->is_quorate, "causes",
                  quorum->causes, "reasons", reasons, "people", people);
    if (quorum->session >= 0) {
        const struct session *session = &conf->sessions.items[quorum->session];
        (void)json_object_set_new(value, "session", json_string(session->key));
        (void)json_object_set_new(value, "title", json_string(session->title));
    }
    return value;
}

void print_clash_text(const struct conference *conf, const struct clash *clash)
{
    (void)conf;
    printf("%-8s %s\n", severity_name(clash->severity), clash->why);
}

void print_quorum_text(const struct conference *conf, const struct quorum_track *q,
                       bool with_people)
{
    const char *title = q->session < 0 ? conf->tracks.items[q->track].title
                                       : conf->sessions.items[q->session].title;
    if (q->n_must == 0) {
        printf("%s: quorate, since nobody must be there\n", title);
    } else {
        printf("%s: %s (%d%% likely)\n", title, q->is_quorate ? "quorate" : "not quorate",
               (int)lround(q->chance * 100));
        printf("  %d of %d key people registered, %d in person, %d free; %d yes, %d no; needs %d "
               "(%s)\n",
               q->n_registered, q->n_must, q->n_in_person, q->n_free, q->n_yes, q->n_no, q->needed,
               quorum_rule_text(q->rule));
    }
    for (size_t i = 0; i < q->reasons.n; i++) {
        printf("  - %s\n", q->reasons.items[i]);
    }
    for (size_t i = 0; i < q->persons.n && with_people; i++) {
        const struct quorum_person *p = &q->persons.items[i];
        printf("    %-28s %-12s %s\n", quorum_name(conf, p), role_name(p->role), p->state);
    }
}
