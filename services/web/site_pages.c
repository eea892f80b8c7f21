/* Pages that need no link: the front page, files, health and metrics. */
#include "base/embedded.h"
#include "store/db.h"
#include "web/handlers.h"
#include "web/page.h"

#include <stdlib.h>

int front_get(struct request *req, struct response *res, struct err *err)
{
    return page_render(req, res, "front.html", page_new(req, "Rollcall", ""), err);
}

static int send_file(const struct request *req, struct response *res, const char *name,
                     const char *content_type)
{
    const struct embedded_file *file = embedded_find(assets_embedded, name);
    if (file == NULL) {
        abort(); /* it is part of the program */
    }
    str_add_n(&res->body, file->data, file->size);
    res->content_type = content_type;
    res->cache_control = "public, max-age=3600";
    response_etag(req, res);
    return 0;
}

int style_get(struct request *req, struct response *res, struct err *err)
{
    (void)err;
    return send_file(req, res, "style.css", "text/css; charset=utf-8");
}

int icon_get(struct request *req, struct response *res, struct err *err)
{
    (void)err;
    return send_file(req, res, "icon.svg", "image/svg+xml");
}

/* Nothing here is for search engines; the links themselves are never named. */
int robots_get(struct request *req, struct response *res, struct err *err)
{
    (void)req;
    (void)err;
    str_add(&res->body, "User-agent: *\nDisallow: /\n");
    res->content_type = "text/plain; charset=utf-8";
    res->cache_control = "public, max-age=86400";
    return 0;
}

int health_get(struct request *req, struct response *res, struct err *err)
{
    int r = db_query(req->db, "web_ping", NULL, err, "");
    if (r < 0) {
        return r;
    }
    json_t *data = json_object();
    page_text(data, "status", "ok");
    page_text(data, "version", ROLLCALL_VERSION);
    page_json(res, data);
    return 0;
}

/* One metric: its statement gives label and value, or the value alone. */
static const struct metric {
    const char *name;
    const char *type;
    const char *label; /* "" = none */
    const char *statement;
    const char *help;
} metrics[] = {
    {"rollcall_jobs", "gauge", "stage", "web_metric_jobs", "Jobs that wait for a stage."},
    {"rollcall_jobs_scheduled", "gauge", "stage", "web_metric_jobs_scheduled",
     "Jobs whose time has not come, such as reminders."},
    {"rollcall_jobs_failed", "gauge", "stage", "web_metric_jobs_failed",
     "Jobs that failed, or were in hand when a worker died, and will be tried again."},
    {"rollcall_job_age_seconds", "gauge", "", "web_metric_job_age",
     "Age of the oldest job that is due."},
    {"rollcall_outbox_messages", "gauge", "state", "web_metric_outbox", "Messages by state."},
    {"rollcall_outbox_age_seconds", "gauge", "", "web_metric_outbox_age",
     "Age of the oldest message that is due and not yet delivered."},
    {"rollcall_deliveries_total", "counter", "verdict", "web_metric_deliveries",
     "Attempts to deliver, by verdict."},
    {"rollcall_clashes", "gauge", "severity", "web_metric_clashes", "Open clashes by severity."},
};

static int add_metric(struct db *db, const struct metric *metric, struct str *out, struct err *err)
{
    struct rows rows = {0};
    int r = db_query(db, metric->statement, &rows, err, "");
    if (r < 0) {
        return r;
    }
    str_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
               metric->type);
    for (int i = 0; i < rows.n; i++) {
        if (metric->label[0] == '\0') {
            str_printf(out, "%s %s\n", metric->name, rows_text(&rows, i, 0));
        } else {
            str_printf(out, "%s{%s=\"%s\"} %s\n", metric->name, metric->label,
                       rows_text(&rows, i, 0), rows_text(&rows, i, 1));
        }
    }
    rows_done(&rows);
    return 0;
}

int metrics_get(struct request *req, struct response *res, struct err *err)
{
    str_clear(&res->body);
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        int r = add_metric(req->db, &metrics[i], &res->body, err);
        if (r < 0) {
            return r;
        }
    }
    res->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return 0;
}
