/* The organiser's page of who did what: imports, words on who is who, acknowledgements, rolls. What
 * people say about themselves is theirs, and not here. */
#include "web/handlers.h"
#include "web/organiser.h"
#include "web/page.h"

#include <string.h>

#define N_ENTRIES 200

static const struct page_option kinds[] = {
    {"", "everything"},
    {"import", "imports"},
    {"name", "who is meant by a name"},
    {"person", "who is one person"},
    {"clash", "acknowledgements"},
    {"answer", "answers written down for somebody"},
    {"roll", "rolls"},
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

/* NULL = there is no such kind. */
static const struct page_option *find_kind(const char *value)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        if (strcmp(kinds[i].value, value) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

static int add_entries(const struct request *req, const struct organiser *organiser,
                       const char *kind, json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(req->db, "web_log", &rows, err, "iti", req->token.event_id, kind,
                     (int64_t)N_ENTRIES);
    json_t *list = page_list(data, "entries");
    for (int i = 0; r == 0 && i < rows.n; i++) {
        char at[TIME_TEXT_SIZE];
        json_t *item = page_item(list);
        page_text(item, "at", time_short(organiser->zone, rows_int(&rows, i, 0), at));
        page_text(item, "who", rows_text(&rows, i, 1));
        const struct page_option *known = find_kind(rows_text(&rows, i, 2));
        page_text(item, "kind", known == NULL ? rows_text(&rows, i, 2) : known->label);
        page_text(item, "what", rows_text(&rows, i, 3));
    }
    page_bool(data, "full", rows.n == N_ENTRIES);
    page_int(data, "most", N_ENTRIES);
    return r;
}

int organiser_log_get(struct request *req, struct response *res, struct err *err)
{
    const char *kind = form_text(&req->query, "kind");
    struct organiser organiser;
    if (find_kind(kind) == NULL) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = organiser_load(req, res, &organiser, err);
    if (r == 0) {
        json_t *data = organiser_page(req, &organiser, "Who did what", "/log");
        page_options(data, "kinds", kinds, (int)N_KINDS, kind);
        r = add_entries(req, &organiser, kind, data, err);
        if (r == 0) {
            r = page_render(req, res, "log.html", data, err);
        } else {
            json_decref(data);
        }
    }
    organiser_done(&organiser);
    return r < 0 ? r : 0;
}
