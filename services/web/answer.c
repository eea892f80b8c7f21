/* The answer page: will you be there, and which one when wanted in two rooms at once? */
#include "core/conference.h"
#include "core/names.h"
#include "store/db.h"
#include "web/ask.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/situation.h"

#include <string.h>

static const struct page_option reply_options[] = {
    {"yes", "Yes, I will be in the room"},
    {"remote", "Yes, remotely"},
    {"not_before", "Yes, but not before a certain time"},
    {"no", "No, I cannot be there"},
};
#define N_REPLY_OPTIONS ((int)(sizeof reply_options / sizeof reply_options[0]))

struct answer_page {
    const struct request *req;
    struct situation situation;
    struct ask ask;
    const char *wrong_field; /* "" = the form is fine so far */
    const char *stand_in;    /* whom the person names in their place; "" = nobody */
};

#define STAND_IN_MAX 200 /* bytes */

static int load_stand_in(struct answer_page *page, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(page->req->db, "web_stand_in", &rows, err, "ii", page->req->token.event_id,
                     page->req->token.subject);
    page->stand_in = r == 0 && rows.n > 0 ? rows_dup(&rows, 0, 0, page->req->arena) : "";
    return r;
}

/* 1 when there is nobody to ask; the reply is then filled. */
static int load_page(struct request *req, struct response *res, struct answer_page *page,
                     struct err *err)
{
    *page = (struct answer_page){.req = req, .wrong_field = ""};
    int person = -1;
    int r = situation_load_person(req, &page->situation, &person, err);
    if (r < 0) {
        return r;
    }
    if (r == SITUATION_NO_EVENT) {
        page_message(req, res, 404, "This question is over",
                     "The event or the person that this link belongs to is no longer known here.");
        return 1;
    }
    ask_build(&page->situation.conf, &page->situation.requirements, person, req->arena, &page->ask);
    return load_stand_in(page, err);
}

static void add_session(const struct answer_page *page, json_t *list, int i, const char *subject)
{
    const struct conference *conf = &page->situation.conf;
    const struct session *session = &conf->sessions.items[i];
    const struct zone *own = situation_own_zone(conf, page->ask.person);
    json_t *item = page_item(list);
    page_text(item, "what", str_equal(session->title, subject) ? "" : session->title);
    page_text(item, "when",
              page_when(page->req->arena, conf->zone, session->start_us, session->end_us));
    page_text(item, "room", situation_room(conf, session));
    page_text(item, "own_when",
              own == NULL ? ""
                          : page_when(page->req->arena, own, session->start_us, session->end_us));
}

/* What the radio group shows: what was just sent, else what is known, else the link's proposal. */
static void add_choices(const struct answer_page *page, json_t *item, const char *field,
                        const char *time_field, const struct ask_reply *known,
                        const char *otherwise)
{
    const struct request *req = page->req;
    const char *sent = form_get(&req->form, field);
    const char *proposed = form_text(&req->query, "reply");
    const char *chosen = sent != NULL      ? sent
                         : known->is_given ? reply_name(known->reply)
                         : otherwise[0] == '\0' && reply_parse(proposed) >= 0 ? proposed
                                                                              : otherwise;
    const char *time = form_get(&req->form, time_field);
    char buf[8];
    if (time == NULL) {
        time = known->is_given && known->reply == REPLY_NOT_BEFORE
                   ? format_hhmm(known->not_before_min, buf)
                   : "";
    }
    page_text(item, "field", field);
    page_text(item, "time_field", time_field);
    page_text(item, "time", time);
    page_bool(item, "wrong", str_equal(page->wrong_field, field));
    page_bool(item, "wrong_time", str_equal(page->wrong_field, time_field));
    page_options(item, "options", reply_options, N_REPLY_OPTIONS, chosen);
    page_bool(item, "same", str_equal(chosen, "same"));
    json_t *options = json_object_get(item, "options");
    for (size_t i = 0; i < json_array_size(options); i++) {
        json_t *option = json_array_get(options, i);
        bool needs_time =
            str_equal(json_string_value(json_object_get(option, "value")), "not_before");
        page_bool(option, "needs_time", needs_time);
    }
}

static void add_subjects(const struct answer_page *page, json_t *data)
{
    json_t *list = page_list(data, "subjects");
    bool is_single = page->ask.subjects.n == 1;
    for (size_t i = 0; i < page->ask.subjects.n; i++) {
        const struct ask_subject *subject = &page->ask.subjects.items[i];
        json_t *item = page_item(list);
        page_text(item, "subject", subject->title);
        page_text(item, "role", subject->role);
        page_text(item, "topics", subject->topics);
        struct ask_reply effective = ask_effective(&page->ask, subject);
        page_text(item, "answered", ask_reply_text(page->req->arena, &effective));
        json_t *sessions = page_list(item, "sessions");
        for (size_t j = 0; j < subject->sessions.n; j++) {
            add_session(page, sessions, subject->sessions.items[j], subject->title);
        }
        add_choices(page, item, subject->field, subject->time_field,
                    is_single ? &effective : &subject->own, is_single ? "" : "same");
    }
}

static void add_pairs(const struct answer_page *page, json_t *data)
{
    const struct conference *conf = &page->situation.conf;
    json_t *list = page_list(data, "pairs");
    for (size_t i = 0; i < page->ask.pairs.n; i++) {
        const struct ask_pair *pair = &page->ask.pairs.items[i];
        const int both[2] = {pair->session_a, pair->session_b};
        const struct session *a = &conf->sessions.items[both[0]];
        const struct session *b = &conf->sessions.items[both[1]];
        json_t *item = page_item(list);
        page_text(item, "pair", pair->field);
        page_int(item, "number", (int64_t)i + 1);
        page_text(item, "when",
                  page_when(page->req->arena, conf->zone,
                            a->start_us > b->start_us ? a->start_us : b->start_us,
                            a->end_us < b->end_us ? a->end_us : b->end_us));
        const char *sent = form_get(&page->req->form, pair->field);
        json_t *options = page_list(item, "choices");
        for (int j = 0; j < 2; j++) {
            const struct session *session = &conf->sessions.items[both[j]];
            const char *id = arena_printf(page->req->arena, "%lld", (long long)session->id);
            json_t *option = page_item(options);
            page_text(option, "value", id);
            page_text(option, "label", session->title);
            page_text(option, "room", situation_room(conf, session));
            page_bool(option, "chosen",
                      sent != NULL ? str_equal(sent, id) : pair->chosen == both[j]);
        }
        page_text(item, "chosen_title",
                  pair->chosen < 0 ? "" : conf->sessions.items[pair->chosen].title);
    }
}

static json_t *page_facts(const struct answer_page *page, const char *title)
{
    const struct conference *conf = &page->situation.conf;
    json_t *data = page_new(page->req, title, conf->title);
    page_text(data, "name",
              name_spoken(conf->persons.items[page->ask.person].name, page->req->arena));
    page_text(data, "zone", zone_name(conf->zone));
    const struct zone *own = situation_own_zone(conf, page->ask.person);
    page_text(data, "own_zone", own == NULL ? "" : zone_name(own));
    page_bool(data, "single", page->ask.subjects.n == 1);
    page_bool(data, "several", page->ask.subjects.n > 1);
    page_bool(data, "nothing", page->ask.subjects.n == 0);
    page_int(data, "n_subjects", (int64_t)page->ask.subjects.n);
    const char *sent = form_get(&page->req->form, "stand_in");
    page_text(data, "stand_in", sent != NULL ? sent : page->stand_in);
    page_bool(data, "problem", page->wrong_field[0] != '\0');
    page_bool(data, "problem_time", str_starts(page->wrong_field, "not_before"));
    json_t *general = json_object();
    add_choices(page, general, "reply", "not_before", &page->ask.general, "");
    (void)json_object_set_new(data, "general", general);
    add_subjects(page, data);
    add_pairs(page, data);
    return data;
}

int answer_get(struct request *req, struct response *res, struct err *err)
{
    struct answer_page page;
    int r = load_page(req, res, &page, err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    return page_render(req, res, "answer.html", page_facts(&page, "Will you be there?"), err);
}

static int save(const struct answer_page *page, const struct ask_changes *changes, struct err *err)
{
    struct db *db = page->req->db;
    const struct conference *conf = &page->situation.conf;
    int64_t event_id = page->req->token.event_id;
    int64_t person_id = page->req->token.subject;
    for (size_t i = 0; i < changes->answers.n; i++) {
        const struct answer *answer = &changes->answers.items[i];
        int64_t track_id = answer->track < 0 ? 0 : conf->tracks.items[answer->track].id;
        int64_t session_id = answer->session < 0 ? 0 : conf->sessions.items[answer->session].id;
        int r = db_query(db, "web_answer_add", NULL, err, "iinnti", event_id, person_id, track_id,
                         session_id, reply_name(answer->reply), (int64_t)answer->not_before_min);
        if (r < 0) {
            return r;
        }
    }
    for (size_t i = 0; i < changes->choices.n; i++) {
        const struct choice *choice = &changes->choices.items[i];
        int r = db_query(db, "web_choice_add", NULL, err, "iiii", event_id, person_id,
                         conf->sessions.items[choice->session].id,
                         conf->sessions.items[choice->against].id);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int save_all(const struct answer_page *page, const struct ask_changes *changes,
                    struct err *err)
{
    const char *stand_in = form_get(&page->req->form, "stand_in");
    bool has_named = stand_in != NULL && strcmp(stand_in, page->stand_in) != 0;
    if (changes->answers.n + changes->choices.n == 0 && !has_named) {
        return 0; /* the same was said before */
    }
    int r = db_begin(page->req->db, err);
    if (r < 0) {
        return r;
    }
    r = save(page, changes, err);
    if (r == 0 && has_named) {
        r = db_query(page->req->db, "stand_in_add", NULL, err, "iit", page->req->token.event_id,
                     page->req->token.subject, stand_in);
    }
    if (r < 0) {
        db_rollback(page->req->db);
        return r;
    }
    return db_commit(page->req->db, err);
}

/* Makes the page show what was just saved without asking the database again. */
static void apply(struct answer_page *page, const struct ask_changes *changes)
{
    struct conference *conf = &page->situation.conf;
    struct arena *arena = page->req->arena;
    for (size_t i = 0; i < changes->answers.n; i++) {
        struct answer *answer = vec_add(arena, &conf->answers);
        *answer = changes->answers.items[i];
        answer->at_us = INT64_MAX;
    }
    for (size_t i = 0; i < changes->choices.n; i++) {
        struct choice *choice = vec_add(arena, &conf->choices);
        *choice = changes->choices.items[i];
        choice->at_us = INT64_MAX;
    }
    ask_build(conf, &page->situation.requirements, page->ask.person, arena, &page->ask);
}

int answer_post(struct request *req, struct response *res, struct err *err)
{
    struct answer_page page;
    int r = load_page(req, res, &page, err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct ask_changes changes = {0};
    r = ask_read(&page.ask, &req->form, req->arena, &changes, &page.wrong_field);
    if (r == ASK_UNKNOWN || strlen(form_text(&req->form, "stand_in")) > STAND_IN_MAX) {
        site_refuse(req, res, 400);
        return 0;
    }
    if (r == ASK_INCOMPLETE) {
        res->status = 400;
        return page_render(req, res, "answer.html",
                           page_facts(&page, "Please look again: will you be there?"), err);
    }
    r = save_all(&page, &changes, err);
    if (r < 0) {
        return r;
    }
    apply(&page, &changes);
    return page_render(req, res, "thanks.html", page_facts(&page, "Thank you"), err);
}
