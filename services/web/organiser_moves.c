/* What would help: the best moves and swaps of slots, and what one move of the reader's own would
 * do. */
#include "core/suggest.h"
#include "web/handlers.h"
#include "web/organiser.h"
#include "web/page.h"
#include "web/situation.h"

#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SESSIONS    500 /* a page has not the time for more; `rollcall suggest` has */
#define MAX_SUGGESTIONS 8
#define MAX_WHY         40 /* clashes listed for one suggestion */

static struct suggest_options suggest_options_now(const struct conference *conf)
{
    return (struct suggest_options){
        .clash = {.walk_between_buildings_us = setting_us(SET_WALK),
                  .only_person = -1,
                  .has_registrants = conf->has_registrants},
        .max_suggestions = MAX_SUGGESTIONS,
        .max_moves = 2,
    };
}

static void add_whys(const struct clash *clashes, int n, const char *key, json_t *item)
{
    json_t *list = page_list(item, key);
    for (int i = 0; i < n && json_array_size(list) < MAX_WHY; i++) {
        if (clashes[i].severity < SEVERITY_MEDIUM) {
            continue; /* counted, and not worth reading one by one */
        }
        json_t *why = page_item(list);
        page_text(why, "severity", severity_name(clashes[i].severity));
        page_text(why, "why", clashes[i].why);
    }
}

static void add_suggestion(const struct suggestion *suggestion, json_t *item)
{
    page_text(item, "text", suggestion->text);
    int cures = suggest_notable(suggestion->cures, suggestion->n_cures);
    int makes = suggest_notable(suggestion->makes, suggestion->n_makes);
    page_int(item, "n_cures", cures);
    page_int(item, "n_makes", makes);
    page_int(item, "n_minor_cures", suggestion->n_cures - cures);
    page_int(item, "n_minor_makes", suggestion->n_makes - makes);
    page_int(item, "n_people", suggestion->n_people);
    page_bool(item, "has_details", cures + makes > 0);
    add_whys(suggestion->cures, suggestion->n_cures, "cures", item);
    add_whys(suggestion->makes, suggestion->n_makes, "makes", item);
}

static void add_suggestions(const struct conference *conf, struct arena *arena, json_t *data)
{
    json_t *list = page_list(data, "suggestions");
    bool is_large = conf->sessions.n > MAX_SESSIONS;
    page_bool(data, "large", is_large);
    if (is_large) {
        return;
    }
    struct suggestions found = {0};
    struct suggest_options options = suggest_options_now(conf);
    suggest_find(conf, &options, arena, &found);
    for (size_t i = 0; i < found.items.n; i++) {
        add_suggestion(&found.items.items[i], page_item(list));
    }
}

/* --- the reader's own move --- */

/* Blocks move with what is in them, so contributions are not offered. */
static bool is_movable(const struct session *session)
{
    return session_is_live(session) && session->parent < 0 && !session->is_pinned &&
           session->kind != SESSION_OPEN_SLOT;
}

static int compare_titles(const void *a, const void *b)
{
    const struct session *x = *(const struct session *const *)a;
    const struct session *y = *(const struct session *const *)b;
    int order = strcmp(x->title, y->title);
    return order != 0 ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void add_sessions(const struct request *req, const struct conference *conf, int64_t chosen,
                         json_t *data)
{
    VEC(const struct session *) movable = {0};
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (is_movable(&conf->sessions.items[i])) {
            *vec_add(req->arena, &movable) = &conf->sessions.items[i];
        }
    }
    if (movable.n > 1) {
        qsort(movable.items, movable.n, sizeof *movable.items, compare_titles);
    }
    json_t *list = page_list(data, "sessions");
    for (size_t i = 0; i < movable.n; i++) {
        const struct session *session = movable.items[i];
        json_t *item = page_item(list);
        page_int(item, "value", session->id);
        page_text(
            item, "label",
            arena_printf(req->arena, "%s (%s)", session->title,
                         page_when(req->arena, conf->zone, session->start_us, session->end_us)));
        page_bool(item, "chosen", session->id == chosen);
    }
}

static void add_rooms(const struct conference *conf, int64_t chosen, json_t *data)
{
    json_t *list = page_list(data, "rooms");
    for (size_t i = 0; i < conf->rooms.n; i++) {
        json_t *item = page_item(list);
        page_int(item, "value", conf->rooms.items[i].id);
        page_text(item, "label", conf->rooms.items[i].name);
        page_bool(item, "chosen", conf->rooms.items[i].id == chosen);
    }
}

static int find_session(const struct conference *conf, int64_t id)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (conf->sessions.items[i].id == id && is_movable(&conf->sessions.items[i])) {
            return (int)i;
        }
    }
    return -1;
}

static int find_room(const struct conference *conf, int64_t id)
{
    for (size_t i = 0; i < conf->rooms.n; i++) {
        if (conf->rooms.items[i].id == id) {
            return (int)i;
        }
    }
    return -1;
}

/* Reads the form; a room or a time that is left out stays as it is. False: something in it does not
 * exist. */
static bool read_move(const struct request *req, const struct conference *conf,
                      struct suggest_move *ret)
{
    const char *room = form_text(&req->query, "room");
    const char *at = form_text(&req->query, "at");
    struct err ignored = {0};
    *ret = (struct suggest_move){.session = find_session(conf, form_id(&req->query, "session")),
                                 .room = find_room(conf, form_id(&req->query, "room"))};
    if (ret->session < 0 || (room[0] != '\0' && ret->room < 0)) {
        return false;
    }
    return at[0] == '\0' || (time_parse(at, conf->zone, &ret->start_us, &ignored) == 0);
}

static void add_what_if(const struct request *req, const struct conference *conf, json_t *data)
{
    bool is_asked = form_get(&req->query, "session") != NULL;
    struct suggest_move move;
    bool is_read = is_asked && read_move(req, conf, &move);
    json_t *list = page_list(data, "what_if");
    if (is_read) {
        struct suggest_options options = suggest_options_now(conf);
        struct suggestion suggestion = {0};
        suggest_what_if(conf, &move, 1, &options, req->arena, &suggestion);
        add_suggestion(&suggestion, page_item(list));
    }
    page_bool(data, "misread", is_asked && !is_read);
    page_text(data, "at", form_text(&req->query, "at"));
    add_sessions(req, conf, form_id(&req->query, "session"), data);
    add_rooms(conf, form_id(&req->query, "room"), data);
}

int organiser_moves_get(struct request *req, struct response *res, struct err *err)
{
    struct organiser organiser;
    struct situation situation;
    int r = organiser_load(req, res, &organiser, err);
    if (r == 0 && (r = situation_load_choices(req, &situation, err)) == SITUATION_NO_EVENT) {
        (void)organiser_gone(req, res);
    }
    if (r == 0) {
        json_t *data = organiser_page(req, &organiser, "What would help", "/moves");
        add_what_if(req, &situation.conf, data);
        add_suggestions(&situation.conf, req->arena, data);
        r = page_render(req, res, "moves.html", data, err);
    }
    organiser_done(&organiser);
    return r < 0 ? r : 0;
}
