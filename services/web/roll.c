/* Roll-call on the day: "are you there?" for whom a session needs, and the list that its lead ticks
 * on a phone. */
#include "core/names.h"
#include "store/conference_store.h"
#include "store/db.h"
#include "web/board.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/situation.h"

#include <string.h>

/* --- somebody who is wanted --- */

enum {
    COLUMN_EVENT,
    COLUMN_ZONE,
    COLUMN_NAME,
    COLUMN_TITLE,
    COLUMN_START,
    COLUMN_END,
    COLUMN_ROOM,
    COLUMN_IS_OPEN,
    COLUMN_IS_OVER,
    COLUMN_STATE,
};

int here_get(struct request *req, struct response *res, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(req->db, "roll_session", &rows, err, "iii", req->token.event_id,
                     req->token.subject, req->token.person_id);
    if (r < 0 || rows.n == 0) {
        return r < 0 ? r : page_over(req, res, "session");
    }
    const struct zone *zone = zone_find(rows_text(&rows, 0, COLUMN_ZONE));
    zone = zone == NULL ? zone_utc() : zone;
    const char *state = rows_text(&rows, 0, COLUMN_STATE);
    json_t *data =
        page_new(req, rows_text(&rows, 0, COLUMN_TITLE), rows_text(&rows, 0, COLUMN_EVENT));
    page_text(data, "person", name_spoken(rows_text(&rows, 0, COLUMN_NAME), req->arena));
    page_text(data, "when",
              page_when(req->arena, zone, rows_int(&rows, 0, COLUMN_START),
                        rows_int(&rows, 0, COLUMN_END)));
    page_text(data, "room", rows_text(&rows, 0, COLUMN_ROOM));
    page_text(data, "zone", zone_name(zone));
    page_bool(data, "is_open", rows_bool(&rows, 0, COLUMN_IS_OPEN));
    page_bool(data, "is_over", rows_bool(&rows, 0, COLUMN_IS_OVER));
    page_bool(data, "is_here", str_equal(state, "here"));
    page_bool(data, "is_coming", str_equal(state, "coming"));
    page_bool(data, "is_away", str_equal(state, "away"));
    return page_render(req, res, "here.html", data, err);
}

/* > 0: it is about somebody who is wanted there, now; 0: it is not. */
static int check_in(const struct request *req, int64_t session, int64_t person, const char *state,
                    const char *via, int64_t track, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(req->db, "check_in_add", &rows, err, "iiittn", req->token.event_id,
                         session, person, state, via, track);
    return r < 0 ? r : (int)rows_int(&rows, 0, 0);
}

static bool is_word(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

int here_post(struct request *req, struct response *res, struct err *err)
{
    static const char *const words[] = {"here", "coming", "away"};
    const char *state = form_text(&req->form, "state");
    if (!is_word(state, words, sizeof words / sizeof words[0])) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = check_in(req, req->token.subject, req->token.person_id, state, "self", 0, err);
    if (r >= 0) { /* too early or too late: the page says so */
        response_see_other(req, res, arena_printf(req->arena, "/here/%s", req->token_text));
    }
    return r < 0 ? r : 0;
}

/* --- the lead's list --- */

/* The latest word on somebody: of the session itself, else of the block that it is part of. */
struct word {
    const char *state; /* "" = none */
    const char *via;
    int64_t at_us;
};

static struct word word_on(const struct conference *conf, const struct rows *rows, int session,
                           int64_t person_id)
{
    struct word found = {"", "", 0};
    int parent = conf->sessions.items[session].parent;
    for (int i = 0; i < rows->n; i++) {
        int at = conference_index_session(conf, rows_int(rows, i, 0));
        if (rows_int(rows, i, 1) != person_id || (at != session && at != parent)) {
            continue;
        }
        if (at == session || found.state[0] == '\0') {
            found =
                (struct word){rows_text(rows, i, 2), rows_text(rows, i, 3), rows_int(rows, i, 4)};
        }
    }
    return found;
}

static const char *word_text(const struct request *req, const struct word *word)
{
    static const struct {
        const char *state;
        const char *text;
    } texts[] = {{"here", "here"},
                 {"coming", "on the way"},
                 {"away", "cannot come"},
                 {"missing", "not seen"}};
    const char *text = "";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        text = str_equal(texts[i].state, word->state) ? texts[i].text : text;
    }
    const char *who = str_equal(word->via, "self") ? "said so" : "ticked";
    return text[0] == '\0' ? ""
                           : arena_printf(req->arena, "%s, %s %s", text, who,
                                          page_ago(req->arena, req->now_us, word->at_us));
}

static void add_persons(const struct request *req, const struct situation *situation, int session,
                        const struct quorum_track *list, const struct rows *rows, json_t *data)
{
    const struct conference *conf = &situation->conf;
    json_t *persons = page_list(data, "persons");
    int64_t n_here = 0;
    int64_t n_missing = 0;
    for (size_t i = 0; i < list->persons.n; i++) {
        const struct quorum_person *p = &list->persons.items[i];
        json_t *item = page_item(persons);
        int64_t id = p->person < 0 ? 0 : conf->persons.items[p->person].id;
        struct word word = word_on(conf, rows, session, id);
        bool is_here = id != 0 && str_equal(word.state, "here");
        board_add_person(situation, p, req->arena, item);
        page_int(item, "person", id);
        page_bool(item, "known", id != 0);
        page_bool(item, "here", is_here);
        page_text(item, "said", id == 0 ? "" : word_text(req, &word));
        n_here += is_here && p->strength == STRENGTH_MUST;
        n_missing += !is_here && p->person >= 0;
    }
    page_int(data, "n_here", n_here);
    page_int(data, "n_must", list->n_must);
    page_int(data, "needed", list->needed);
    page_int(data, "n_missing", n_missing);
    page_bool(data, "has_must", list->n_must > 0);
    page_bool(data, "quorate", n_here >= list->needed);
}

/* Live sessions of the track for which somebody is named, with the one that is shown. */
static void add_sessions(const struct request *req, const struct situation *situation, int track,
                         int shown, json_t *data)
{
    const struct conference *conf = &situation->conf;
    json_t *list = page_list(data, "sessions");
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (s->track == track && session_is_live(s) &&
            quorum_find(&situation->quorum, conf, (int)i) != NULL) {
            char start[TIME_TEXT_SIZE];
            json_t *item = page_item(list);
            page_int(item, "session", s->id);
            page_text(item, "label",
                      arena_printf(req->arena, "%s %s", time_short(conf->zone, s->start_us, start),
                                   s->title));
            page_bool(item, "current", (int)i == shown);
        }
    }
    page_bool(data, "many_sessions", json_array_size(list) > 1);
}

/* The session that was asked for, else what is on or comes next, else the first; -1 = none. */
static int choose_session(const struct request *req, const struct situation *situation, int track)
{
    const struct conference *conf = &situation->conf;
    int64_t wanted = form_id(&req->query, "session");
    int best = -1;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (s->track != track || !session_is_live(s) ||
            quorum_find(&situation->quorum, conf, (int)i) == NULL) {
            continue;
        }
        if (s->id == wanted) {
            return (int)i;
        }
        const struct session *b = best < 0 ? NULL : &conf->sessions.items[best];
        bool is_over = s->end_us <= req->now_us;
        bool best_is_over = b != NULL && b->end_us <= req->now_us;
        bool is_sooner = b == NULL || s->start_us < b->start_us ||
                         (s->start_us == b->start_us && s->kind == SESSION_BLOCK);
        if (b == NULL || (best_is_over && !is_over) || (best_is_over == is_over && is_sooner)) {
            best = (int)i;
        }
    }
    return wanted >= 0 ? -1 : best;
}

static int add_words(const struct request *req, const struct conference *conf, int64_t session_id,
                     json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    char begun[TIME_TEXT_SIZE];
    int r = db_query_one(req->db, "roll_words", &rows, err, "ii", req->token.event_id, session_id);
    if (r < 0) {
        return r;
    }
    int64_t called_us = rows_int(&rows, 0, 1);
    int64_t begun_us = rows_int(&rows, 0, 2);
    page_text(data, "called", called_us == 0 ? "" : page_ago(req->arena, req->now_us, called_us));
    page_text(data, "begun", begun_us == 0 ? "" : time_hhmm(conf->zone, begun_us, begun));
    page_bool(data, "is_open", rows_bool(&rows, 0, 3));
    return 0;
}

static const struct page_option saved[] = {
    {"call", "They are being called. Who has said that they cannot come is left alone."},
    {"begin", "Noted: you begin without them. Nobody is called any more."},
    {"closed", "The roll is open from three hours before the session until an hour after it."},
};

static int add_roll(const struct request *req, const struct situation *situation, int session,
                    json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array ids = {0};
    const struct conference *conf = &situation->conf;
    const struct session *s = &conf->sessions.items[session];
    db_array_int(&ids, s->id);
    int r = db_query(req->db, "roll_load", &rows, err, "ia", req->token.event_id, &ids);
    if (r < 0) {
        return r;
    }
    page_int(data, "session", s->id);
    page_text(data, "name", s->title);
    page_text(data, "when", page_when(req->arena, conf->zone, s->start_us, s->end_us));
    page_text(data, "room", situation_room(conf, s));
    add_persons(req, situation, session, quorum_find(&situation->quorum, conf, session), &rows,
                data);
    return add_words(req, conf, s->id, data, err);
}

int roll_get(struct request *req, struct response *res, struct err *err)
{
    struct situation situation;
    int r = situation_load(req, &situation, err);
    int track = r == 0 ? conference_index_track(&situation.conf, req->token.subject) : -1;
    if (r < 0 || track < 0) {
        return r < 0 ? r : page_over(req, res, "track");
    }
    situation_judge(req, &situation);
    const struct conference *conf = &situation.conf;
    int session = choose_session(req, &situation, track);
    if (session < 0 && form_get(&req->query, "session") != NULL) {
        site_refuse(req, res, 400);
        return 0;
    }
    json_t *data = page_new(req, "Who is there?", conf->title);
    page_text(data, "track", conf->tracks.items[track].title);
    page_text(data, "zone", zone_name(conf->zone));
    page_text(data, "saved", page_saved(req, saved, sizeof saved / sizeof saved[0]));
    page_bool(data, "has_session", session >= 0);
    add_sessions(req, &situation, track, session, data);
    r = session < 0 ? 0 : add_roll(req, &situation, session, data, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    return page_render(req, res, "roll.html", data, err);
}

static void back_to_roll(const struct request *req, struct response *res, const char *word,
                         int64_t person)
{
    const char *anchor = person > 0 ? arena_printf(req->arena, "#p%lld", (long long)person) : "";
    response_see_other(req, res,
                       arena_printf(req->arena, "/lead/%s/roll?session=%lld%s%s%s", req->token_text,
                                    (long long)form_id(&req->form, "session"),
                                    word[0] == '\0' ? "" : "&saved=", word, anchor));
}

/* The statement checks that the session is of the lead's track and the person wanted there. */
int tick_post(struct request *req, struct response *res, struct err *err)
{
    static const char *const words[] = {"here", "missing"};
    int64_t session = form_id(&req->form, "session");
    int64_t person = form_id(&req->form, "person");
    const char *state = form_text(&req->form, "state");
    if (session < 1 || person < 1 || !is_word(state, words, sizeof words / sizeof words[0])) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = check_in(req, session, person, state, "lead", req->token.subject, err);
    if (r >= 0) {
        back_to_roll(req, res, r == 0 ? "closed" : "", r == 0 ? 0 : person);
    }
    return r < 0 ? r : 0;
}

static int decide(struct request *req, struct response *res, const char *what, struct err *err)
{
    int64_t session = form_id(&req->form, "session");
    if (session < 1) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = db_query(req->db, "roll_word_add", NULL, err, "iittn", req->token.event_id, session,
                     what, "", req->token.subject);
    if (r == 0) {
        back_to_roll(req, res, what, 0);
    }
    return r;
}

int call_post(struct request *req, struct response *res, struct err *err)
{
    return decide(req, res, "call", err);
}

int begin_post(struct request *req, struct response *res, struct err *err)
{
    return decide(req, res, "begin", err);
}
