/* cfp-text: leads and key attendees out of calls for proposals, mails and wiki pages. */
#include "base/str.h"
#include "core/extract.h"
#include "formats/build.h"
#include "formats/readers.h"

#include <string.h>

/* "Key attendees", "key people", "MC leads": what heads such a list, in lower case. */
static const char *const headings[] = {"key attendee",      "key participant", "key people",
                                       "key person",        "key stakeholder", "lead",
                                       "who should attend", "attendees"};

bool cfp_text_recognises(const char *text, size_t len)
{
    if (memchr(text, '\0', len) != NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        if (strcasestr(text, headings[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* A track that earlier files gave, else a new one. */
static int find_track(struct build *b, const struct extract_track *track)
{
    const char *title = track->title;
    if (title[0] == '\0') {
        title = arena_printf(b->arena, "%s, line %d", b->in->name, track->line);
    }
    int index = build_track(b, "", title);
    if (b->conf->tracks.items[index].kind == TRACK_OTHER) {
        b->conf->tracks.items[index].kind = track->kind;
    }
    return index;
}

static bool is_there(const struct conference *conf, size_t n, const struct mention *mention)
{
    for (size_t i = 0; i < n; i++) {
        const struct mention *m = &conf->mentions.items[i];
        if (m->track == mention->track && m->role == mention->role &&
            str_equal(m->name, mention->name) && str_equal(m->email, mention->email)) {
            return true;
        }
    }
    return false;
}

static void add_people(struct build *b, int track, enum role role,
                       const struct extract_mention *people, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct mention mention = {.role = role,
                                  .strength = people[i].strength,
                                  .track = track,
                                  .session = -1,
                                  .name = people[i].name,
                                  .email = people[i].email,
                                  .email_md5 = "",
                                  .affiliation = people[i].affiliation,
                                  .topic = people[i].topic,
                                  .source_key = "",
                                  .source = b->in->name,
                                  .line = people[i].line,
                                  .is_given_name_only = people[i].is_given_name_only,
                                  .person = -1};
        if (mention.name[0] != '\0' && !is_there(b->conf, b->conf->mentions.n, &mention)) {
            *conference_add_mention(b->conf, b->arena) = mention;
        }
    }
}

int cfp_text_read(const struct format_input *in, struct conference *conf, struct arena *arena,
                  struct err *err)
{
    struct extract extract = {0};
    struct build b;
    int r = extract_text(in->name, in->text, in->len, arena, &extract, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    size_t n_people = 0;
    for (size_t i = 0; i < extract.tracks.n; i++) {
        const struct extract_track *track = &extract.tracks.items[i];
        n_people += track->leads.n + track->key_attendees.n;
        if (n_people > FORMAT_MAX_SESSIONS) {
            return build_limit(&b, build_line(&b, track->line), "people in one text",
                               FORMAT_MAX_SESSIONS);
        }
        int index = find_track(&b, track);
        add_people(&b, index, ROLE_LEAD, track->leads.items, track->leads.n);
        add_people(&b, index, ROLE_KEY_ATTENDEE, track->key_attendees.items,
                   track->key_attendees.n);
    }
    return n_people > 0 ? 0 : build_fail(&b, ":1", "a text that names no leads or key attendees");
}
