/*
 * Direct messages by Matrix. Several are on their way at once (matrix_message.h), never two to the
 * same reader, who would get two rooms.
 */
#include "base/settings.h"
#include "base/str.h"
#include "notifier/channel.h"
#include "notifier/matrix_message.h"

#include <stdlib.h>
#include <string.h>

static void matrix_close(void *state)
{
    struct matrix_state *s = state;
    if (s != NULL) {
        http_many_free(s->many);
        http_client_free(s->api.http);
        free(s->user_id);
        free(s);
    }
}

static int matrix_open(void **state, struct err *err)
{
    struct err why = {0};
    const char *url = setting_text(SET_MATRIX_URL);
    if (!str_starts_nocase(url, "https://") && !http_is_loopback(url)) {
        return err_set(err, ERR_USAGE,
                       "ROLLCALL_MATRIX_URL must be https://, or http:// on this machine");
    }
    if (setting_text(SET_MATRIX_TOKEN)[0] == '\0') {
        return err_set(err, ERR_USAGE, "ROLLCALL_MATRIX_URL is set, ROLLCALL_MATRIX_TOKEN is not");
    }
    struct matrix_state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    struct http_options options = {
        .ca_file = setting_text(SET_MATRIX_CA),
        .timeout_us = setting_us(SET_NET_TIMEOUT),
    };
    if (http_client_new(&options, &s->api.http, &why) < 0 ||
        http_many_new(&options, (int)setting_int(SET_MATRIX_CONNECTIONS), &s->many, &why) < 0) {
        matrix_close(s);
        return err_set(err, ERR_USAGE, "ROLLCALL_MATRIX_URL: %s", why.message);
    }
    s->api.base_url = url;
    s->api.token = setting_text(SET_MATRIX_TOKEN);
    *state = s;
    return 0;
}

struct handover {
    struct matrix_job *jobs;
    size_t n;
    size_t *over; /* n of them: ids that are done and not told yet */
    size_t n_over;
    outbound_done_fn *done;
    void *arg;
    bool is_stopping;
};

static bool is_written_to(const struct handover *h, const char *address)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct matrix_job *job = &h->jobs[i];
        if (job->begun_us != 0 && job->step != STEP_OVER &&
            strcmp(job->message->address, address) == 0) {
            return true;
        }
    }
    return false;
}

/* The first that has not begun and whose reader is not being written to. */
static struct matrix_job *next_job(const struct handover *h)
{
    for (size_t i = 0; i < h->n && !h->is_stopping; i++) {
        struct matrix_job *job = &h->jobs[i];
        if (job->begun_us == 0 && !is_written_to(h, job->message->address)) {
            return job;
        }
    }
    return NULL;
}

static void is_over(struct handover *h, struct matrix_job *job)
{
    job->step = STEP_OVER;
    h->over[h->n_over++] = job->id;
}

static void tell(struct handover *h)
{
    if (h->n_over > 0) {
        h->is_stopping |= !h->done(h->arg, h->over, h->n_over);
        h->n_over = 0;
    }
}

static void begin_more(struct handover *h, const struct http_many *many)
{
    struct matrix_job *job = NULL;
    while (http_many_has_room(many) && (job = next_job(h)) != NULL) {
        if (!matrix_job_begin(job)) {
            is_over(h, job);
            tell(h); /* it may say that no others should begin */
        }
    }
}

/* Goes on with one message that was answered. False: there is none. */
static bool go_on(struct handover *h, struct http_many *many, bool waits)
{
    struct http_reply reply = {0};
    struct err why = {0};
    int r = 0;
    struct matrix_job *job = http_many_next(many, waits, &reply, &r, &why);
    if (job != NULL && !matrix_job_hear(job, r, &why, &reply)) {
        is_over(h, job);
    }
    return job != NULL;
}

static void matrix_deliver_many(void *state, const struct outbound *items, size_t n,
                                struct arena *arena, outbound_done_fn *done, void *arg)
{
    struct matrix_state *s = state;
    struct handover h = {.jobs = arena_array(arena, n, sizeof *h.jobs),
                         .n = n,
                         .over = arena_array(arena, n, sizeof *h.over),
                         .done = done,
                         .arg = arg};
    for (size_t i = 0; i < n; i++) {
        h.jobs[i] = (struct matrix_job){.state = s,
                                        .message = items[i].message,
                                        .arena = arena,
                                        .verdict = items[i].verdict,
                                        .id = items[i].id,
                                        .room = ""};
    }
    do {
        while (go_on(&h, s->many, false)) {
            /* all that were answered by now */
        }
        tell(&h);
        begin_more(&h, s->many);
    } while (go_on(&h, s->many, true));
    tell(&h);
}

static bool ignore(void *arg, const size_t *ids, size_t n)
{
    (void)arg;
    (void)ids;
    (void)n;
    return true;
}

static void matrix_deliver(void *state, const struct outbox_message *message, struct arena *arena,
                           struct verdict *verdict)
{
    const struct outbound item = {message, verdict, 0};
    matrix_deliver_many(state, &item, 1, arena, ignore, NULL);
}

const struct channel matrix_channel = {"matrix", matrix_open, matrix_deliver, matrix_deliver_many,
                                       matrix_close};
