#include "web/clash_filter.h"

#include "core/clash.h"
#include "web/page.h"

#include <string.h>

#define MAX_PAGE 10000

static const struct page_option severities[] = {
    {CLASH_NOTABLE, "medium and worse"},
    {"", "any severity"},
    {"critical", "critical"},
    {"high", "high"},
    {"medium", "medium"},
    {"low", "low"},
    {"info", "info"},
};
static const struct page_option states[] = {
    {"open", "open"},
    {"acknowledged", "acknowledged"},
    {"resolved", "resolved"},
    {"all", "all"},
};
static const struct page_option sorts[] = {
    {"severity", "worst first"}, {"when", "earliest first"}, {"new", "newest first"},
    {"person", "by person"},     {"kind", "by kind"},
};
#define N(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* The value among the options, `otherwise` when nothing was sent, NULL when it is none. */
static const char *pick(const struct form *query, const char *name, const char *otherwise,
                        const struct page_option *options, int n)
{
    const char *sent = form_get(query, name);
    if (sent == NULL) {
        return otherwise;
    }
    for (int i = 0; i < n; i++) {
        if (strcmp(sent, options[i].value) == 0) {
            return options[i].value;
        }
    }
    return NULL;
}

/* A number or nothing; -1 = something else. */
static int64_t pick_id(const struct form *query, const char *name)
{
    return form_text(query, name)[0] == '\0' ? 0 : form_id(query, name);
}

bool clash_filter_read(const struct form *query, const char *severity, struct clash_filter *ret)
{
    const char *kind = form_text(query, "kind");
    int kind_id = kind[0] == '\0' ? -1 : clash_kind_parse(kind);
    *ret = (struct clash_filter){
        .kind = kind_id < 0 ? "" : clash_kinds[kind_id].name,
        .severity = pick(query, "severity", severity, severities, N(severities)),
        .state = pick(query, "state", states[0].value, states, N(states)),
        .sort = pick(query, "sort", sorts[0].value, sorts, N(sorts)),
        .track_id = pick_id(query, "track"),
        .page = pick_id(query, "page"),
    };
    return (kind[0] == '\0' || kind_id >= 0) && ret->severity != NULL && ret->state != NULL &&
           ret->sort != NULL && ret->track_id >= 0 && ret->page >= 0 && ret->page <= MAX_PAGE;
}

int clash_filter_run(struct db *db, int64_t event_id, const struct clash_filter *filter,
                     struct rows *ret, struct err *err)
{
    return db_query(db, "web_clashes", ret, err, "ittnttii", event_id, filter->kind,
                    filter->severity, filter->track_id, filter->state, filter->sort,
                    (int64_t)CLASH_PAGE + 1, filter->page * CLASH_PAGE);
}

int clash_filter_count_minor(struct db *db, int64_t event_id, const struct clash_filter *filter,
                             int64_t *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    *ret = 0;
    if (strcmp(filter->severity, CLASH_NOTABLE) != 0) {
        return 0;
    }
    int r = db_query_one(db, "web_clashes_minor", &rows, err, "itnt", event_id, filter->kind,
                         filter->track_id, filter->state);
    *ret = r == 0 ? rows_int(&rows, 0, 0) : 0;
    return r;
}

const char *clash_filter_link(const struct request *req, const struct clash_filter *filter,
                              int64_t page)
{
    return arena_printf(req->arena, "?kind=%s&severity=%s&state=%s&sort=%s&track=%lld&page=%lld",
                        filter->kind, filter->severity, filter->state, filter->sort,
                        (long long)filter->track_id, (long long)page);
}

const char *clash_kind_label(struct arena *arena, const char *name)
{
    char *label = arena_strdup(arena, name);
    for (char *p = label; *p != '\0'; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return label;
}

void clash_filter_facts(const struct request *req, const struct clash_filter *filter, bool has_more,
                        json_t *data)
{
    page_text(data, "filter", clash_filter_link(req, filter, filter->page));
    page_options(data, "severities", severities, N(severities), filter->severity);
    page_options(data, "states", states, N(states), filter->state);
    page_options(data, "sorts", sorts, N(sorts), filter->sort);
    struct page_option kinds[N_CLASH_KINDS + 1] = {{"", "any kind"}};
    for (int i = 0; i < N_CLASH_KINDS; i++) {
        kinds[i + 1] = (struct page_option){clash_kinds[i].name,
                                            clash_kind_label(req->arena, clash_kinds[i].name)};
    }
    page_options(data, "kinds", kinds, N_CLASH_KINDS + 1, filter->kind);
    page_text(data, "next", has_more ? clash_filter_link(req, filter, filter->page + 1) : "");
    page_text(data, "previous",
              filter->page > 0 ? clash_filter_link(req, filter, filter->page - 1) : "");
}
