#include "core/conference.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

void conference_init(struct conference *conf)
{
    *conf =
        (struct conference){.slug = "", .title = "", .version = "", .url = "", .zone = zone_utc()};
}

struct room *conference_add_room(struct conference *conf, struct arena *arena)
{
    struct room *room = vec_add(arena, &conf->rooms);
    *room = (struct room){.key = "", .name = "", .building = ""};
    return room;
}

struct track *conference_add_track(struct conference *conf, struct arena *arena)
{
    struct track *track = vec_add(arena, &conf->tracks);
    *track = (struct track){.key = "", .title = "", .description = ""};
    return track;
}

struct session *conference_add_session(struct conference *conf, struct arena *arena)
{
    struct session *session = vec_add(arena, &conf->sessions);
    *session = (struct session){.key = "",
                                .title = "",
                                .abstract = "",
                                .language = "",
                                .url = "",
                                .tags = "",
                                .track = -1,
                                .room = -1,
                                .parent = -1};
    return session;
}

struct mention *conference_add_mention(struct conference *conf, struct arena *arena)
{
    struct mention *mention = vec_add(arena, &conf->mentions);
    *mention = (struct mention){.track = -1,
                                .session = -1,
                                .name = "",
                                .email = "",
                                .email_md5 = "",
                                .affiliation = "",
                                .topic = "",
                                .source_key = "",
                                .source = "",
                                .person = -1};
    return mention;
}

struct registrant *conference_add_registrant(struct conference *conf, struct arena *arena)
{
    struct registrant *registrant = vec_add(arena, &conf->registrants);
    *registrant = (struct registrant){.key = "",
                                      .name = "",
                                      .email = "",
                                      .email_md5 = "",
                                      .affiliation = "",
                                      .country = "",
                                      .matrix_id = "",
                                      .interests = "",
                                      .timezone = "",
                                      .person = -1};
    return registrant;
}

struct person *conference_add_person(struct conference *conf, struct arena *arena)
{
    struct person *person = vec_add(arena, &conf->persons);
    *person = (struct person){.name = ""};
    return person;
}

bool session_is_scheduled(const struct session *session)
{
    return session->start_us != 0 && session->end_us > session->start_us;
}

bool session_is_live(const struct session *session)
{
    return session_is_scheduled(session) && !session->is_cancelled &&
           session->kind != SESSION_BREAK;
}

bool session_overlaps(const struct session *a, const struct session *b)
{
    return session_is_scheduled(a) && session_is_scheduled(b) && a->start_us < b->end_us &&
           b->start_us < a->end_us;
}

static int block_around(const struct conference *conf, const struct session *session)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *block = &conf->sessions.items[i];
        if (block != session && block->kind == SESSION_BLOCK && session_is_live(block) &&
            block->room == session->room && block->track == session->track &&
            block->start_us <= session->start_us && session->end_us <= block->end_us) {
            return (int)i;
        }
    }
    return -1;
}

void conference_nest(struct conference *conf)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        struct session *session = &conf->sessions.items[i];
        if (session->kind == SESSION_BLOCK || session->parent >= 0 || !session_is_live(session) ||
            session->track < 0) {
            continue;
        }
        session->parent = block_around(conf, session);
        if (session->parent >= 0) {
            session->kind = SESSION_CONTRIBUTION;
        }
    }
}

/* --- track titles --- */

static bool is_filler(const char *word)
{
    static const char *const fillers[] = {
        "mc",  "track", "microconference", "microconferences", "miniconf", "miniconference", "the",
        "and", "of",    "micro",           "conference"};
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
        if (strcmp(word, fillers[i]) == 0) {
            return true;
        }
    }
    return false;
}

#define MAX_WORDS 24
#define WORD_SIZE 48

/* The distinctive words of a title, lower case; non-ASCII bytes belong to words. */
static int title_words(const char *title, char words[MAX_WORDS][WORD_SIZE])
{
    int n = 0;
    const unsigned char *p = (const unsigned char *)title;
    while (*p != '\0' && n < MAX_WORDS) {
        while (*p != '\0' && !isalnum(*p) && *p < 0x80) {
            p++;
        }
        size_t len = 0;
        for (; *p != '\0' && (isalnum(*p) || *p >= 0x80); p++) {
            if (len + 1 < WORD_SIZE) {
                words[n][len++] = (char)tolower(*p);
            }
        }
        words[n][len] = '\0';
        if (len > 0 && !is_filler(words[n])) {
            n++;
        }
    }
    return n;
}

static bool has_words(char all[MAX_WORDS][WORD_SIZE], int n_all, char some[MAX_WORDS][WORD_SIZE],
                      int n_some)
{
    for (int i = 0; i < n_some; i++) {
        bool is_there = false;
        for (int j = 0; j < n_all && !is_there; j++) {
            is_there = strcmp(some[i], all[j]) == 0;
        }
        if (!is_there) {
            return false;
        }
    }
    return n_some > 0;
}

static bool is_small(const char *word)
{
    static const char *const small[] = {"a",    "an", "at", "by", "for",
                                        "from", "in", "on", "to", "with"};
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        if (strcmp(word, small[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Without small words and those of the others; returns how many are left. */
static int drop_words(char words[MAX_WORDS][WORD_SIZE], int n, char others[MAX_WORDS][WORD_SIZE],
                      int n_others)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        if (!is_small(words[i]) && !has_words(others, n_others, &words[i], 1)) {
            memmove(words[kept++], words[i], WORD_SIZE);
        }
    }
    return kept;
}

bool conference_concerns(const struct conference *conf, int session, const char *topic)
{
    const struct session *s = &conf->sessions.items[session];
    char of_topic[MAX_WORDS][WORD_SIZE];
    char of_title[MAX_WORDS][WORD_SIZE];
    char of_track[MAX_WORDS][WORD_SIZE];
    int n_track = s->track < 0 ? 0 : title_words(conf->tracks.items[s->track].title, of_track);
    int n_topic = title_words(topic, of_topic);
    int n_title = title_words(s->title, of_title);
    n_topic = drop_words(of_topic, n_topic, of_track, n_track);
    n_title = drop_words(of_title, n_title, of_track, n_track);
    return has_words(of_title, n_title, of_topic, n_topic) ||
           has_words(of_topic, n_topic, of_title, n_title);
}

int conference_find_track(const struct conference *conf, const char *title)
{
    char wanted[MAX_WORDS][WORD_SIZE];
    char words[MAX_WORDS][WORD_SIZE];
    int n_wanted = title_words(title, wanted);
    int contained = -1;
    int n_contained = 0;
    for (size_t i = 0; i < conf->tracks.n; i++) {
        int n = title_words(conf->tracks.items[i].title, words);
        bool is_inside = has_words(words, n, wanted, n_wanted);
        bool is_around = has_words(wanted, n_wanted, words, n);
        if (is_inside && is_around) {
            return (int)i;
        }
        if (is_inside || is_around) {
            contained = (int)i;
            n_contained++;
        }
    }
    return n_contained == 1 ? contained : -1;
}

/* --- wishes --- */

void conference_find_stated(const struct conference *conf, bool *ret)
{
    memset(ret, 0, conf->persons.n * sizeof *ret);
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person >= 0 && registrant->status != REGISTRATION_CANCELLED &&
            registrant->interests[0] != '\0') {
            ret[registrant->person] = true;
        }
    }
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        if (star->person >= 0 && !star->is_dislike) {
            ret[star->person] = true;
        }
    }
}

void conference_mark_guesses(struct conference *conf)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    bool *has_stated = arena_array(arena, conf->persons.n + 1, sizeof *has_stated);
    conference_find_stated(conf, has_stated);
    for (size_t i = 0; i < conf->matches.n; i++) {
        struct match *match = &conf->matches.items[i];
        match->is_guess = match->person >= 0 && !has_stated[match->person];
    }
}

/* --- words --- */

static const char *const track_kind_names[] = {"other", "mc", "refereed", "kernel_summit", "bof"};
static const char *const session_kind_names[] = {"talk", "block",     "contribution",
                                                 "bof",  "open_slot", "break"};
static const char *const role_names[] = {"lead", "speaker", "key_attendee"};
static const char *const strength_names[] = {"must", "should", "would_like"};
static const char *const registration_status_names[] = {"confirmed", "waiting", "cancelled"};
static const char *const attendance_names[] = {"unknown", "in_person", "remote"};
static const char *const reply_names[] = {"yes", "remote", "not_before", "no"};
static const char *const resolution_status_names[] = {"unknown", "ambiguous", "linked"};

static int parse_name(const char *const *names, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], text) == 0) {
            return (int)i;
        }
    }
    return -1;
}

#define DEFINE_NAMES(type)                                                                         \
    const char *type##_name(enum type value)                                                       \
    {                                                                                              \
        return type##_names[value];                                                                \
    }                                                                                              \
    int type##_parse(const char *text)                                                             \
    {                                                                                              \
        return parse_name(type##_names, sizeof type##_names / sizeof type##_names[0], text);       \
    }

DEFINE_NAMES(track_kind)
DEFINE_NAMES(session_kind)
DEFINE_NAMES(role)
DEFINE_NAMES(strength)
DEFINE_NAMES(registration_status)
DEFINE_NAMES(attendance)
DEFINE_NAMES(reply)
DEFINE_NAMES(resolution_status)
