/* What the organisers should be told: who is wanted twice, worst first. */
#include "matcher/plan.h"

#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"
#include "core/suggest.h"

#include <string.h>

#define MAX_LISTED      40
#define MAX_SUGGESTIONS 3
#define MAX_SESSIONS    500

/* The clashes of the list, counted while they are written. */
struct list {
    json_t *clashes;
    json_t *stopped;  /* addresses that died or complained since the last list */
    struct str facts; /* ids of the open ones, and how many addresses were stopped */
    int n_open;
    int n_critical;
    int n_new;
};

/* "required twice": as people read it. */
static json_t *kind_phrase(const char *kind)
{
    char phrase[64];
    size_t n = 0;
    for (; kind[n] != '\0' && n + 1 < sizeof phrase; n++) {
        phrase[n] = kind[n] == '_' ? ' ' : kind[n];
    }
    phrase[n] = '\0';
    return json_string(phrase);
}

static void add_row(struct list *list, const struct rows *rows, int i, bool is_first)
{
    bool is_critical = strcmp(rows_text(rows, i, 1), "critical") == 0;
    bool is_new = !is_first && rows_bool(rows, i, 4);
    if (strcmp(rows_text(rows, i, 5), "acknowledged") == 0) {
        return; /* somebody has looked at it */
    }
    list->n_open++;
    list->n_critical += is_critical;
    list->n_new += is_new;
    str_printf(&list->facts, "[%s]", rows_text(rows, i, 0));
    if (list->n_open <= MAX_LISTED) {
        (void)json_array_append_new(
            list->clashes, json_pack("{s:s, s:o, s:s, s:b}", "severity", rows_text(rows, i, 1),
                                     "kind", kind_phrase(rows_text(rows, i, 2)), "why",
                                     rows_text(rows, i, 3), "new", (int)is_new));
    }
}

static int load_list(struct plan *plan, int64_t since_us, struct list *list, int *ret_resolved)
{
    CLEANUP(rows_done) struct rows open = {0};
    CLEANUP(rows_done) struct rows resolved = {0};
    int64_t after_us = since_us == 0 ? 1 : since_us;
    int r =
        db_query(plan->db, "plan_open_clashes", &open, plan->err, "iu", plan->conf.id, after_us);
    if (r < 0 || (r = db_query(plan->db, "plan_resolved_since", &resolved, plan->err, "iu",
                               plan->conf.id, after_us)) < 0) {
        return r;
    }
    for (int i = 0; i < open.n; i++) {
        add_row(list, &open, i, since_us == 0);
    }
    *ret_resolved = since_us == 0 ? 0 : (int)rows_int(&resolved, 0, 0);
    return 0;
}

static int load_stopped(struct plan *plan, int64_t since_us, struct list *list)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t after_us = since_us == 0 ? 1 : since_us;
    int r = db_query(plan->db, "plan_stopped", &rows, plan->err, "iu", plan->conf.id, after_us);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        if (rows_bool(&rows, i, 2)) {
            (void)json_array_append_new(
                list->stopped, json_pack("{s:s, s:b}", "name", rows_text(&rows, i, 0), "complained",
                                         strcmp(rows_text(&rows, i, 1), "complained") == 0));
        }
    }
    if (r == 0 && rows.n > 0) {
        str_printf(&list->facts, "{%s}", rows_text(&rows, 0, 3));
    }
    return r;
}

/* The best moves and swaps; for large programmes `rollcall suggest` has the time that a stage has
 * not. */
static json_t *suggestions_json(struct plan *plan, struct err *err)
{
    json_t *list = json_array();
    struct conference conf;
    struct conference_scope scope = {.all_persons = true, .with_matches = true};
    if (plan->conf.sessions.n > MAX_SESSIONS ||
        conference_load_scope(plan->db, plan->conf.id, &scope, plan->arena, &conf, err) != 0) {
        return list;
    }
    struct suggestions found = {0};
    struct suggest_options options = {.clash = {.walk_between_buildings_us = setting_us(SET_WALK),
                                                .only_person = -1,
                                                .has_registrants = conf.has_registrants},
                                      .max_suggestions = MAX_SUGGESTIONS,
                                      .max_moves = 2};
    suggest_find(&conf, &options, plan->arena, &found);
    for (size_t i = 0; i < found.items.n; i++) {
        const struct suggestion *s = &found.items.items[i];
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:i, s:i}", "text", s->text, "n_cures",
                                              suggest_notable(s->cures, s->n_cures), "n_makes",
                                              suggest_notable(s->makes, s->n_makes)));
    }
    return list;
}

static int send_list(struct plan *plan, const char *address, const struct report *last,
                     struct list *list)
{
    int n_resolved = 0;
    int64_t since_us = last == NULL ? 0 : last->sent_at_us;
    int64_t due_us = last == NULL ? 0 : last->sent_at_us + setting_us(SET_DIGEST);
    if (due_us > plan->now_us) { /* whether there is something new is seen then: the list is long */
        plan_later(plan, STAGE_PLAN, "event", 0, due_us);
        return 0;
    }
    int r = load_list(plan, since_us, list, &n_resolved);
    r = r < 0 ? r : load_stopped(plan, since_us, list);
    const char *facts = str_text(&list->facts);
    if (r < 0 || (last == NULL ? facts[0] == '\0' : strcmp(last->facts, facts) == 0)) {
        return r;
    }
    int n_more = list->n_open > MAX_LISTED ? list->n_open - MAX_LISTED : 0;
    json_t *payload = payload_new(plan, "");
    json_t *numbers = json_pack("{s:i, s:i, s:i, s:i, s:i, s:b}", "n_open", list->n_open,
                                "n_critical", list->n_critical, "n_new", list->n_new, "n_resolved",
                                n_resolved, "n_more", n_more, "first", (int)(last == NULL));
    (void)json_object_update(payload, numbers);
    json_decref(numbers);
    (void)json_object_set(payload, "clashes", list->clashes);
    (void)json_object_set(payload, "stopped", list->stopped);
    (void)json_object_set_new(payload, "suggestions", suggestions_json(plan, plan->err));
    payload_link(plan, payload, "organiser", TOKEN_ORGANISER, 0, 0);
    int n_before = last == NULL ? 0 : last->times_sent;
    struct contact contact = {"mail", address};
    const char *key = arena_printf(plan->arena, "double_booked:%s:%d:%s", address, n_before,
                                   plan_hash(plan->arena, facts));
    r = plan_send(plan, NOTICE_DOUBLE_BOOKED, -1, &contact, key,
                  arena_printf(plan->arena, "double_booked:%s", address), payload);
    return r < 0 ? r
                 : plan_report_save(plan, NOTICE_DOUBLE_BOOKED, 0, address, facts, n_before + 1);
}

static int report_to(struct plan *plan, const char *address, const struct report *reports, size_t n)
{
    const struct report *last = NULL;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(reports[i].address, address) == 0) {
            last = &reports[i];
        }
    }
    struct list list = {.clashes = json_array(), .stopped = json_array()};
    int r = send_list(plan, address, last, &list);
    json_decref(list.clashes);
    json_decref(list.stopped);
    str_done(&list.facts);
    return r;
}

int plan_event(struct plan *plan)
{
    struct report *reports = NULL;
    size_t n = 0;
    int64_t subject = 0;
    int r = plan_report_load(plan, NOTICE_DOUBLE_BOOKED, &subject, 1, &reports, &n);
    char *rest = arena_strdup(plan->arena, setting_text(SET_ORGANISERS));
    for (char *address = NULL; r == 0 && (address = strsep(&rest, ",")) != NULL;) {
        address += strspn(address, " ");
        address[strcspn(address, " ")] = '\0';
        if (address[0] != '\0') {
            r = report_to(plan, address, reports, n);
        }
    }
    return r;
}
