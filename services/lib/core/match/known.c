#include "core/match_known.h"

#include <strings.h>

static void add_work(struct match_known *known, struct arena *arena, enum match_source source,
                     const char *title, const char *text)
{
    *vec_add(arena, &known->works) = (struct match_work){source, title, text};
}

/* The word BoF says nothing of what it is about, and is in the title of every other one. */
static const char *without_kind(const char *title)
{
    bool is_bof = strncasecmp(title, "BoF:", 4) == 0;
    title += is_bof ? 4 : 0;
    return title + (is_bof && *title == ' ');
}

static void add_own(const struct conference *conf, struct match_known *known, struct arena *arena,
                    int session)
{
    *vec_add(arena, &known->own) = session;
    int parent = conf->sessions.items[session].parent;
    if (parent >= 0 && (size_t)parent < conf->sessions.n) {
        *vec_add(arena, &known->own) = parent;
    }
}

/* The topic for which the text names the person tells more than the whole track. */
static void add_track(const struct conference *conf, struct match_known *known, struct arena *arena,
                      const struct mention *mention)
{
    const struct track *track = &conf->tracks.items[mention->track];
    add_work(known, arena, MATCH_WANTED, track->title,
             mention->topic[0] == '\0' ? track->description
                                       : arena_printf(arena, "%s\n%s\n%s", mention->topic,
                                                      mention->topic, track->description));
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (conf->sessions.items[i].track == mention->track &&
            conf->sessions.items[i].kind == SESSION_BLOCK) {
            *vec_add(arena, &known->own) = (int)i;
        }
    }
}

static void add_mention(const struct conference *conf, struct match_known *known,
                        struct arena *arena, const struct mention *mention)
{
    if (mention->session >= 0 && (size_t)mention->session < conf->sessions.n) {
        const struct session *session = &conf->sessions.items[mention->session];
        add_work(known, arena, MATCH_TALK, without_kind(session->title), session->abstract);
        add_own(conf, known, arena, mention->session);
    } else if (mention->track >= 0 && (size_t)mention->track < conf->tracks.n) {
        add_track(conf, known, arena, mention);
    }
}

void match_known_gather(const struct conference *conf, struct arena *arena, struct match_known *ret)
{
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->person >= 0 && (size_t)mention->person < conf->persons.n) {
            add_mention(conf, &ret[mention->person], arena, mention);
        }
    }
}

void match_known_of(const struct conference *conf, int person, struct arena *arena,
                    struct match_known *ret)
{
    for (size_t i = 0; i < conf->mentions.n; i++) {
        if (conf->mentions.items[i].person == person) {
            add_mention(conf, ret, arena, &conf->mentions.items[i]);
        }
    }
}
