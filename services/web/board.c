#include "web/board.h"

#include "web/page.h"

#include <string.h>

const struct quorum_track *board_find(const struct situation *situation, int track)
{
    for (size_t i = 0; i < situation->quorum.tracks.n; i++) {
        if (situation->quorum.tracks.items[i].track == track) {
            return &situation->quorum.tracks.items[i];
        }
    }
    return NULL;
}

static const char *registered_text(const struct quorum_person *person)
{
    if (person->is_registered) {
        return "registered";
    }
    if (!person->has_registrant) {
        return "not registered";
    }
    switch (person->status) {
    case REGISTRATION_CONFIRMED: return "registered";
    case REGISTRATION_WAITING: return "on the waiting list";
    case REGISTRATION_CANCELLED: break;
    }
    return "cancelled";
}

static const char *mode_text(const struct quorum_person *person)
{
    if (!person->is_registered) {
        return "–";
    }
    switch (person->attendance) {
    case ATTENDANCE_REMOTE: return "remote";
    case ATTENDANCE_IN_PERSON: return "in person";
    case ATTENDANCE_UNKNOWN: break;
    }
    return "not said";
}

static const char *answer_text(const struct quorum_person *person, struct arena *arena)
{
    char buf[8];
    if (!person->has_answered) {
        return "no answer";
    }
    switch (person->reply) {
    case REPLY_YES: return "yes";
    case REPLY_REMOTE: return "yes, remotely";
    case REPLY_NOT_BEFORE:
        return arena_printf(arena, "not before %s", format_hhmm(person->not_before_min, buf));
    case REPLY_NO: break;
    }
    return "no";
}

static const char *elsewhere_text(const struct quorum_person *person, struct arena *arena)
{
    if (person->needed_in[0] != '\0') {
        return arena_printf(arena, "needed elsewhere: %s", person->needed_in);
    }
    if (!person->is_registered) {
        return "–";
    }
    return person->is_free ? "free" : "not free";
}

/* "good", "bad" or "open": the mark beside the person; always said in words as well. */
static const char *mark_of(const struct quorum_person *person)
{
    bool is_no = person->has_answered && person->reply == REPLY_NO;
    if (person->person < 0 || !person->is_registered || !person->is_free || is_no) {
        return "bad";
    }
    return person->has_answered ? "good" : "open";
}

static const char *role_text(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return "lead";
    case ROLE_SPEAKER: return "speaker";
    case ROLE_KEY_ATTENDEE: break;
    }
    return "key attendee";
}

void board_add_person(const struct situation *situation, const struct quorum_person *person,
                      struct arena *arena, json_t *item)
{
    const struct conference *conf = &situation->conf;
    bool is_unclear = person->person < 0;
    const struct mention *mention =
        person->mention < 0 ? NULL : &conf->mentions.items[person->mention];
    page_text(item, "name",
              !is_unclear       ? conf->persons.items[person->person].name
              : mention != NULL ? mention->name
                                : "?");
    page_text(item, "role", role_text(person->role));
    page_text(item, "topic", mention == NULL ? "" : mention->topic);
    page_text(item, "strength", strength_name(person->strength));
    page_bool(item, "must", person->strength == STRENGTH_MUST);
    bool is_ambiguous = is_unclear && mention != NULL && mention->status == RESOLUTION_AMBIGUOUS;
    page_text(item, "registered", is_ambiguous ? "who is meant?" : registered_text(person));
    page_text(item, "mode", mode_text(person));
    page_text(item, "answered", answer_text(person, arena));
    page_bool(item, "free", person->is_free);
    page_text(item, "needed_in", person->needed_in);
    page_text(item, "elsewhere", elsewhere_text(person, arena));
    page_int(item, "chance_pct", (int64_t)(person->chance * 100 + 0.5));
    page_text(item, "state", person->state);
    page_text(item, "mark", mark_of(person));
}

void board_add(const struct situation *situation, int track, struct arena *arena, json_t *data)
{
    static const char *none[] = {"no key attendees are named"};
    static const struct quorum_track nobody = {.causes = "no key attendees are named",
                                               .reasons = {.items = none, .n = 1}};
    const struct quorum_track *row = board_find(situation, track);
    row = row == NULL ? &nobody : row;
    page_text(data, "track", situation->conf.tracks.items[track].title);
    page_int(data, "track_id", situation->conf.tracks.items[track].id);
    page_int(data, "n_must", row->n_must);
    page_int(data, "n_registered", row->n_registered);
    page_int(data, "n_in_person", row->n_in_person);
    page_int(data, "n_free", row->n_free);
    page_int(data, "n_yes", row->n_yes);
    page_int(data, "n_no", row->n_no);
    page_int(data, "needed", row->needed);
    page_int(data, "chance_pct", (int64_t)(row->chance * 100 + 0.5));
    page_bool(data, "quorate", row->is_quorate);
    page_text(data, "causes", row->causes == NULL ? "" : row->causes);
    json_t *reasons = page_list(data, "reasons");
    for (size_t i = 0; i < row->reasons.n; i++) {
        (void)json_array_append_new(reasons, json_string(row->reasons.items[i]));
    }
    json_t *persons = page_list(data, "persons");
    for (size_t i = 0; i < row->persons.n; i++) {
        board_add_person(situation, &row->persons.items[i], arena, page_item(persons));
    }
}
