/* The lead's board: who is wanted, who will be there, what stands in the way, and who is meant. */
#include "store/conference_store.h"
#include "store/db.h"
#include "web/board.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/situation.h"

static const struct page_option saved[] = {
    {"who", "Thank you. The board follows within a moment."},
    {"undo", "Taken back. The board follows within a moment."},
};

static void add_sessions(const struct request *req, const struct conference *conf, int track,
                         json_t *data)
{
    json_t *list = page_list(data, "blocks");
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session->track != track || session->parent >= 0 || session->is_cancelled) {
            continue;
        }
        json_t *item = page_item(list);
        page_text(item, "name", session->title);
        page_text(item, "when",
                  page_when(req->arena, conf->zone, session->start_us, session->end_us));
        page_text(item, "room", situation_room(conf, session));
    }
    bool is_one_block = json_array_size(list) == 1 && conf->tracks.items[track].kind == TRACK_MC;
    page_bool(data, "one_block", is_one_block);
}

static int add_clashes(const struct request *req, const struct conference *conf, json_t *data,
                       struct err *err)
{
    struct rows rows = {0};
    int r = db_query(req->db, "web_track_clashes", &rows, err, "ii", req->token.event_id,
                     req->token.subject);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "clashes");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        page_text(item, "severity", rows_text(&rows, i, 0));
        page_text(item, "why", rows_text(&rows, i, 1));
        page_text(item, "when",
                  page_when(req->arena, conf->zone, rows_int(&rows, i, 2), rows_int(&rows, i, 3)));
        page_bool(item, "acknowledged", str_equal(rows_text(&rows, i, 4), "acknowledged"));
        page_text(item, "acknowledged_why", rows_text(&rows, i, 5));
    }
    rows_done(&rows);
    return 0;
}

/* The registrant's affiliation tells two people of one name apart; addresses stay unseen. */
static void add_candidates(const struct conference *conf, const char *json, json_t *item)
{
    json_t *list = page_list(item, "candidates");
    json_auto_t *candidates = json_loads(json, 0, NULL);
    for (size_t i = 0; i < json_array_size(candidates); i++) {
        const json_t *candidate = json_array_get(candidates, i);
        int64_t person_id = json_integer_value(json_object_get(candidate, "person"));
        int person = conference_index_person(conf, person_id);
        if (person < 0) {
            continue;
        }
        const struct registrant *registrant = situation_registrant(conf, person);
        json_t *choice = page_item(list);
        page_int(choice, "person", person_id);
        page_text(choice, "name", conf->persons.items[person].name);
        page_text(choice, "affiliation", registrant == NULL ? "" : registrant->affiliation);
        page_int(
            choice, "pct",
            (int64_t)(json_number_value(json_object_get(candidate, "confidence")) * 100 + 0.5));
    }
}

static int add_questions(const struct request *req, const struct conference *conf, json_t *data,
                         struct err *err)
{
    struct rows rows = {0};
    int r = db_query(req->db, "web_track_ambiguous", &rows, err, "ii", req->token.event_id,
                     req->token.subject);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "questions");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        page_int(item, "mention", rows_int(&rows, i, 0));
        page_text(item, "written", rows_text(&rows, i, 1));
        page_text(item, "affiliation", rows_text(&rows, i, 2));
        page_text(item, "topic", rows_text(&rows, i, 3));
        add_candidates(conf, rows_text(&rows, i, 4), item);
    }
    rows_done(&rows);
    return 0;
}

/* Whom those who said no name in their place, beside them in the list. */
static int add_stand_ins(const struct request *req, const struct situation *situation, int track,
                         json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    const struct quorum_track *list = board_find(situation, track);
    int r = db_query(req->db, "web_stand_ins", &rows, err, "ii", req->token.event_id,
                     req->token.subject);
    for (size_t i = 0; r == 0 && list != NULL && i < list->persons.n; i++) {
        const struct quorum_person *p = &list->persons.items[i];
        json_t *item = json_array_get(json_object_get(data, "persons"), i);
        page_text(item, "instead", "");
        for (int j = 0; j < rows.n && p->person >= 0; j++) {
            bool is_theirs = rows_int(&rows, j, 0) == situation->conf.persons.items[p->person].id;
            if (is_theirs && p->has_answered && p->reply == REPLY_NO) {
                page_text(item, "instead", rows_text(&rows, j, 1));
            }
        }
    }
    return r;
}

static int add_decisions(const struct request *req, json_t *data, struct err *err)
{
    struct rows rows = {0};
    int r = db_query(req->db, "web_decisions", &rows, err, "ii", req->token.event_id,
                     req->token.subject);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "decisions");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        page_int(item, "decision", rows_int(&rows, i, 0));
        page_text(item, "written", rows_text(&rows, i, 1));
        page_text(item, "person", rows_text(&rows, i, 2));
        page_bool(item, "is_same", str_equal(rows_text(&rows, i, 3), "same"));
        page_text(item, "by", rows_text(&rows, i, 4));
    }
    rows_done(&rows);
    return 0;
}

int lead_get(struct request *req, struct response *res, struct err *err)
{
    struct situation situation;
    int r = situation_load(req, &situation, err);
    int track = r == 0 ? conference_index_track(&situation.conf, req->token.subject) : -1;
    if (r < 0 || track < 0) {
        return r < 0 ? r : page_over(req, res, "track");
    }
    situation_judge(req, &situation);
    const struct conference *conf = &situation.conf;
    json_t *data = page_new(req, conf->tracks.items[track].title, conf->title);
    page_bool(data, "wide", true);
    page_text(data, "zone", zone_name(conf->zone));
    page_text(data, "saved", page_saved(req, saved, sizeof saved / sizeof saved[0]));
    add_sessions(req, conf, track, data);
    board_add(&situation, track, req->arena, data);
    r = add_stand_ins(req, &situation, track, data, err);
    r = r < 0 ? r : add_clashes(req, conf, data, err);
    r = r < 0 ? r : add_questions(req, conf, data, err);
    r = r < 0 ? r : add_decisions(req, data, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    return page_render(req, res, "lead.html", data, err);
}

static void back_to_board(const struct request *req, struct response *res, const char *word)
{
    response_see_other(req, res,
                       arena_printf(req->arena, "/lead/%s?saved=%s", req->token_text, word));
}

/* "Is this one meant?" The statement checks that the mention is of this track and the person among
 * its candidates; 0 stands for none of them. */
int who_post(struct request *req, struct response *res, struct err *err)
{
    int64_t mention_id = form_id(&req->form, "mention");
    int64_t person_id = form_id(&req->form, "person");
    if (mention_id < 1 || person_id < 0) {
        site_refuse(req, res, 400);
        return 0;
    }
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_decide", &rows, err, "iiiin", req->token.event_id,
                         req->token.subject, mention_id, person_id, req->token.person_id);
    if (r < 0) {
        return r;
    }
    bool is_offered = r == 0 && rows_int(&rows, 0, 0) > 0;
    rows_done(&rows);
    if (is_offered) {
        back_to_board(req, res, "who");
    } else {
        site_refuse(req, res, 400);
    }
    return 0;
}

int undo_post(struct request *req, struct response *res, struct err *err)
{
    int64_t decision_id = form_id(&req->form, "decision");
    if (decision_id < 1) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = db_query(req->db, "web_decision_undo", NULL, err, "iii", req->token.event_id,
                     req->token.subject, decision_id);
    if (r == 0) {
        back_to_board(req, res, "undo");
    }
    return r;
}
