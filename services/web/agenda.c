/* The agenda page: a person's day plan with reasons, stars, preferences and the feed's address. */
#include "core/agenda.h"
#include "core/match_stored.h"
#include "core/names.h"

#include "base/link.h"
#include "base/settings.h"
#include "store/db.h"
#include "web/handlers.h"
#include "web/meet.h"
#include "web/page.h"
#include "web/programme_filter.h"
#include "web/situation.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MISSED 12

static int page_gone(const struct request *req, struct response *res)
{
    page_message(req, res, 404, "This agenda is over",
                 "The event or the person that this link belongs to is no longer known here.");
    return 0;
}

/* "star", "dislike" or "none" */
static const char *verdict_on(const struct conference *conf, int person, int session)
{
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        if (star->person == person && star->session == session) {
            return star->is_dislike ? "dislike" : "star";
        }
    }
    return "none";
}

static void add_session(const struct request *req, const struct situation *situation, int person,
                        json_t *item, int i)
{
    const struct conference *conf = &situation->conf;
    const struct session *session = &conf->sessions.items[i];
    const char *verdict = verdict_on(conf, person, i);
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    page_int(item, "session", session->id);
    page_text(item, "name", session->title);
    page_text(item, "start", time_hhmm(conf->zone, session->start_us, start));
    page_text(item, "end", time_hhmm(conf->zone, session->end_us, end));
    page_text(item, "when", page_when(req->arena, conf->zone, session->start_us, session->end_us));
    const struct zone *own = situation_own_zone(conf, person);
    page_text(item, "own_when",
              own == NULL ? "" : page_when(req->arena, own, session->start_us, session->end_us));
    page_text(item, "room", situation_room(conf, session));
    const char *track = situation_track_title(conf, session);
    page_text(item, "track", str_equal(track, session->title) ? "" : track);
    page_bool(item, "cancelled", session->is_cancelled);
    page_bool(item, "starred", strcmp(verdict, "star") == 0);
    page_bool(item, "disliked", strcmp(verdict, "dislike") == 0);
}

/* The array of the day that holds at_us; days come in order. */
static json_t *day_entries(const struct request *req, const struct conference *conf, json_t *days,
                           int64_t at_us)
{
    const char *day = page_day(req->arena, conf->zone, at_us);
    size_t n = json_array_size(days);
    json_t *last = n == 0 ? NULL : json_array_get(days, n - 1);
    if (last == NULL || !str_equal(json_string_value(json_object_get(last, "day")), day)) {
        last = page_item(days);
        page_text(last, "day", day);
        page_int(last, "number", (int64_t)n + 1);
        (void)page_list(last, "entries");
    }
    return json_object_get(last, "entries");
}

/* A missed session in which the person is wanted needs an answer, not a star. */
static bool is_duty(const struct situation *situation, int person, int session)
{
    for (size_t i = 0; i < situation->requirements.items.n; i++) {
        const struct requirement *requirement = &situation->requirements.items.items[i];
        if (requirement->person == person && requirement->session == session) {
            return requirement->mention >= 0;
        }
    }
    return false;
}

static void add_entries(const struct request *req, const struct situation *situation, int person,
                        const struct agenda *agenda, json_t *data)
{
    const struct conference *conf = &situation->conf;
    json_t *days = page_list(data, "days");
    page_text(data, "note", agenda->note);
    for (size_t i = 0; i < agenda->entries.n; i++) {
        const struct agenda_entry *entry = &agenda->entries.items[i];
        int64_t start_us = conf->sessions.items[entry->session].start_us;
        json_t *item = page_item(day_entries(req, conf, days, start_us));
        add_session(req, situation, person, item, entry->session);
        page_text(item, "reason", entry->reason);
        page_bool(item, "duty", entry->is_duty);
    }
    json_t *missed = page_list(data, "missed");
    for (size_t i = 0; i < agenda->missed.n; i++) {
        json_t *item = page_item(missed);
        add_session(req, situation, person, item, agenda->missed.items[i].session);
        page_text(item, "why", agenda->missed.items[i].why);
        page_bool(item, "duty", is_duty(situation, person, agenda->missed.items[i].session));
    }
}

static void plan(const struct request *req, const struct situation *situation, int person,
                 struct agenda *ret)
{
    const struct conference *conf = &situation->conf;
    struct match_result *matches = NULL;
    int n = match_stored(conf, person, req->arena, &matches);
    const struct agenda_options options = {.walk_between_buildings_us = setting_us(SET_WALK),
                                           .max_missed = MAX_MISSED};
    agenda_plan(conf, person, &situation->requirements, matches, n, &options, req->arena, ret);
}

static int add_preferences(const struct request *req, json_t *data, struct err *err)
{
    static const struct page_option channels[] = {
        {"any", "Whatever reaches me: Matrix where it is known, else mail"},
        {"mail", "Mail only"},
        {"matrix", "Matrix only"},
        {"none", "No messages at all"},
    };
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_preference", &rows, err, "ii", req->token.event_id,
                         req->token.subject);
    if (r < 0) {
        return r;
    }
    bool has_row = r == 0;
    char buf[8];
    page_options(data, "channels", channels, 4, has_row ? rows_text(&rows, 0, 0) : "any");
    page_bool(data, "wants_agenda", !has_row || rows_bool(&rows, 0, 1));
    page_bool(data, "wants_introductions", has_row && rows_bool(&rows, 0, 2));
    page_bool(data, "shares_contact", has_row && rows_bool(&rows, 0, 5));
    bool is_quiet = has_row && !rows_is_null(&rows, 0, 3);
    page_text(data, "quiet_from", is_quiet ? format_hhmm((int)rows_int(&rows, 0, 3), buf) : "");
    page_text(data, "quiet_until", is_quiet ? format_hhmm((int)rows_int(&rows, 0, 4), buf) : "");
    rows_done(&rows);
    return 0;
}

/* The feed has its own token: whoever sees a calendar's address cannot change the agenda. */
static const char *feed_url(const struct request *req)
{
    const struct token token = {.purpose = TOKEN_FEED,
                                .event_id = req->token.event_id,
                                .subject = req->token.subject,
                                .person_id = req->token.person_id,
                                .expires_s = req->token.expires_s};
    return link_url(req->arena, &token);
}

/* What the last POST did, said once at the top of the page. */
static const char *saved_text(const struct request *req)
{
    static const struct {
        const char *word;
        const char *text;
    } texts[] = {
        {"star", "Starred. Your agenda takes it into account."},
        {"dislike", "Noted: less like this."},
        {"none", "Taken back."},
        {"preferences", "Your preferences are saved."},
        {"wants", "From now on we propose people worth meeting, and you to them."},
        {"wants-none",
         "No more introductions. Everything about those before is gone from our pages."},
        {"reply-yes", "Noted. When the other says yes as well, you both learn who it is."},
        {"reply-no", "Noted. You will not be asked about this person again, and nobody is told."},
        {"reply-over", "That question is over. Nothing was changed."},
        {"quiet", "Quiet hours need both times, or neither. Nothing was changed."},
    };
    const char *word = form_text(&req->query, "saved");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(word, texts[i].word) == 0) {
            return texts[i].text;
        }
    }
    return "";
}

static json_t *agenda_facts(const struct request *req, const struct situation *situation,
                            int person, const char *title)
{
    const struct conference *conf = &situation->conf;
    json_t *data = page_new(req, title, conf->title);
    page_text(data, "person", name_spoken(conf->persons.items[person].name, req->arena));
    page_text(data, "zone", zone_name(conf->zone));
    const struct zone *own = situation_own_zone(conf, person);
    page_text(data, "own_zone", own == NULL ? "" : zone_name(own));
    page_text(data, "saved", saved_text(req));
    return data;
}

int agenda_get(struct request *req, struct response *res, struct err *err)
{
    struct situation situation;
    int person = -1;
    int r = situation_load_person(req, &situation, &person, err);
    if (r != 0) {
        return r < 0 ? r : page_gone(req, res);
    }
    json_t *data = agenda_facts(req, &situation, person, "Your agenda");
    struct agenda agenda = {0};
    plan(req, &situation, person, &agenda);
    add_entries(req, &situation, person, &agenda, data);
    page_bool(data, "empty", agenda.entries.n == 0);
    page_text(data, "feed", feed_url(req));
    r = add_preferences(req, data, err);
    r = r < 0 ? r : meet_facts(req, situation.conf.zone, 0, data, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    return page_render(req, res, "agenda.html", data, err);
}

static int compare_start(const void *a, const void *b)
{
    const struct session *x = *(const struct session *const *)a;
    const struct session *y = *(const struct session *const *)b;
    if (x->start_us != y->start_us) {
        return x->start_us < y->start_us ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

/* What is cancelled stays in its place, and says so: who looks for it must not think it was lost.
 */
static bool is_listed(const struct session *session)
{
    bool is_gone = session->is_cancelled && session_is_scheduled(session);
    return (session_is_live(session) || is_gone) && session->kind != SESSION_OPEN_SLOT &&
           session->kind != SESSION_BREAK;
}

/* What is in the programme, and fits, in order; returns how many there are that do not fit. */
static int64_t add_days(const struct request *req, const struct situation *situation, int person,
                        const struct programme_filter *filter, json_t *data)
{
    const struct conference *conf = &situation->conf;
    VEC(const struct session *) live = {0};
    int64_t n_others = 0;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        bool fits = filter->fits == NULL || filter->fits[i];
        n_others += is_listed(session) && !fits;
        if (is_listed(session) && fits) {
            *vec_add(req->arena, &live) = session;
        }
    }
    if (live.n > 1) {
        qsort(live.items, live.n, sizeof *live.items, compare_start);
    }
    json_t *days = page_list(data, "days");
    for (size_t i = 0; i < live.n; i++) {
        json_t *item = page_item(day_entries(req, conf, days, live.items[i]->start_us));
        add_session(req, situation, person, item, (int)(live.items[i] - conf->sessions.items));
    }
    page_int(data, "n_found", (int64_t)live.n);
    page_bool(data, "one_found", live.n == 1);
    return n_others;
}

int programme_get(struct request *req, struct response *res, struct err *err)
{
    struct situation situation;
    struct programme_filter filter;
    int person = -1;
    if (!programme_filter_read(&req->query, req->arena, &filter)) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = situation_load_person(req, &situation, &person, err);
    if (r != 0) {
        return r < 0 ? r : page_gone(req, res);
    }
    if ((r = programme_filter_apply(req, &situation.conf, &filter, err)) < 0) {
        return r;
    }
    json_t *data = agenda_facts(req, &situation, person, "The whole programme");
    programme_filter_facts(req, &situation.conf, &filter, data);
    int64_t n_others = add_days(req, &situation, person, &filter, data);
    page_bool(data, "published",
              n_others > 0 || json_array_size(json_object_get(data, "days")) > 0);
    return page_render(req, res, "programme.html", data, err);
}

int star_post(struct request *req, struct response *res, struct err *err)
{
    int64_t session_id = form_id(&req->form, "session");
    const char *verdict = form_text(&req->form, "verdict");
    bool is_dislike = strcmp(verdict, "dislike") == 0;
    bool is_none = strcmp(verdict, "none") == 0;
    if (session_id < 1 || (!is_dislike && !is_none && strcmp(verdict, "star") != 0)) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = is_none ? db_query(req->db, "web_star_clear", NULL, err, "iii", req->token.event_id,
                               req->token.subject, session_id)
                    : db_query(req->db, "web_star_set", NULL, err, "iiib", req->token.event_id,
                               req->token.subject, session_id, (int)is_dislike);
    if (r < 0) {
        return r;
    }
    bool is_programme = str_equal(form_text(&req->form, "from"), "programme");
    struct programme_filter filter = {.words = ""};
    if (is_programme) { /* back to the list in which the button stood */
        (void)programme_filter_read(&req->form, req->arena, &filter);
        filter.track_id = filter.track_id < 0 ? 0 : filter.track_id;
    }
    const char *query = programme_filter_query(&filter, req->arena);
    response_see_other(req, res,
                       arena_printf(req->arena, "/agenda/%s%s?saved=%s%s%s#s%lld", req->token_text,
                                    is_programme ? "/programme" : "", verdict,
                                    query[0] == '\0' ? "" : "&", query, (long long)session_id));
    return 0;
}

int preferences_post(struct request *req, struct response *res, struct err *err)
{
    static const char *const channels[] = {"any", "mail", "matrix", "none"};
    const char *channel = form_text(&req->form, "channel");
    bool is_known = false;
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++) {
        is_known |= strcmp(channel, channels[i]) == 0;
    }
    const char *from = form_text(&req->form, "quiet_from");
    const char *until = form_text(&req->form, "quiet_until");
    int from_min = parse_hhmm(from);
    int until_min = parse_hhmm(until);
    if (!is_known || (from[0] != '\0' && from_min < 0) || (until[0] != '\0' && until_min < 0)) {
        site_refuse(req, res, 400);
        return 0;
    }
    const char *saved = "preferences";
    if ((from_min < 0) != (until_min < 0)) {
        saved = "quiet";
    } else {
        int r = db_query(req->db, "web_preference_set", NULL, err, "iitbbii", req->token.event_id,
                         req->token.subject, channel,
                         (int)str_equal(form_text(&req->form, "agenda"), "yes"),
                         (int)(from_min >= 0), (int64_t)from_min, (int64_t)until_min);
        if (r < 0) {
            return r;
        }
    }
    response_see_other(req, res,
                       arena_printf(req->arena, "/agenda/%s?saved=%s", req->token_text, saved));
    return 0;
}
