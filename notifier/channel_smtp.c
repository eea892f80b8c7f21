/* Mail to a server. */
#include "base/secret.h"
#include "base/settings.h"
#include "net/smtp.h"
#include "notifier/channel.h"
#include "notifier/compose.h"
#include "notifier/return_path.h"

#include <stdlib.h>
#include <string.h>

#define TELL_MAX 64

struct smtp_state {
    struct sender sender;
    struct smtp_pool *pool; /* owned */
};

static void smtp_close(void *state)
{
    struct smtp_state *s = state;
    if (s != NULL) {
        smtp_pool_free(s->pool);
        free(s);
    }
}

static int read_tls(bool *ret, struct err *err)
{
    const char *tls = setting_text(SET_SMTP_TLS);
    if (strcmp(tls, "required") != 0 && strcmp(tls, "none") != 0) {
        return err_set(err, ERR_USAGE, "ROLLCALL_SMTP_TLS is required or none, not %.40s", tls);
    }
    *ret = strcmp(tls, "required") == 0;
    return 0;
}

static int connect_client(struct smtp_state *s, struct err *err)
{
    struct smtp_options options = {
        .url = setting_text(SET_SMTP_URL),
        .helo =
            setting_text(SET_SMTP_HELO)[0] != '\0' ? setting_text(SET_SMTP_HELO) : s->sender.domain,
        .ca_file = setting_text(SET_SMTP_CA),
        .user = setting_text(SET_SMTP_USER),
        .password = setting_text(SET_SMTP_PASSWORD),
        .timeout_us = setting_us(SET_NET_TIMEOUT),
    };
    struct err why = {0};
    int r = read_tls(&options.requires_tls, err);
    if (r < 0) {
        return r;
    }
    r = smtp_pool_new(&options, (int)setting_int(SET_SMTP_CONNECTIONS), &s->pool, &why);
    return r < 0 ? err_set(err, ERR_USAGE, "ROLLCALL_SMTP_URL: %s", why.message) : 0;
}

static int smtp_open(void **state, struct err *err)
{
    struct smtp_state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    int r = sender_load(&s->sender, err);
    if (r == 0 && strchr(s->sender.envelope, '*') != NULL) {
        r = secret_load(err); /* return paths are signed */
    }
    r = r < 0 ? r : connect_client(s, err);
    if (r < 0) {
        smtp_close(s);
        return r;
    }
    *state = s;
    return 0;
}

/* The messages that are handed over together: each is composed when its turn comes. */
struct handover {
    const struct smtp_state *state;
    const struct outbound *items;
    struct smtp_job *jobs; /* one each */
    struct arena *arena;
    outbound_done_fn *done;
    void *arg;
};

/* Composes message i; false when there is nothing to send, the verdict says why. */
static bool prepare(void *arg, size_t i)
{
    struct handover *h = arg;
    CLEANUP(str_done) struct str mail = {0};
    struct err err = {0};
    char checked[MAILBOX_SIZE + 64];
    const struct outbox_message *message = h->items[i].message;
    struct verdict *verdict = h->items[i].verdict;
    if (!smtp_address(message->address, checked, sizeof checked)) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, "address",
                    "this cannot be a mail address");
        verdict->suppress = "refused";
        return false;
    }
    if (compose_mail(message, &h->state->sender, h->arena, &mail, &err) < 0) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose", "%s", err.message);
        return false;
    }
    h->jobs[i] = (struct smtp_job){
        .from = return_path_of(h->state->sender.envelope, message->event_id, message->outbox_id,
                               h->arena),
        .to = message->address,
        .message = arena_strndup(h->arena, str_text(&mail), mail.len),
        .len = mail.len,
        .verdict = verdict,
    };
    return true;
}

/* From places among the jobs to the caller's ids. */
static bool tell(void *arg, const size_t *which, size_t n)
{
    const struct handover *h = arg;
    bool goes_on = true;
    for (size_t i = 0; i < n; i += TELL_MAX) {
        size_t ids[TELL_MAX];
        size_t m = n - i < TELL_MAX ? n - i : TELL_MAX;
        for (size_t j = 0; j < m; j++) {
            ids[j] = h->items[which[i + j]].id;
        }
        goes_on &= h->done(h->arg, ids, m);
    }
    return goes_on;
}

static void smtp_deliver_many(void *state, const struct outbound *items, size_t n,
                              struct arena *arena, outbound_done_fn *done, void *arg)
{
    struct smtp_state *s = state;
    struct smtp_job *jobs = arena_array(arena, n, sizeof *jobs);
    struct handover h = {s, items, jobs, arena, done, arg};
    for (size_t i = 0; i < n; i++) {
        jobs[i].verdict = items[i].verdict;
    }
    const struct smtp_batch batch = {jobs, n, prepare, tell, &h};
    smtp_pool_send(s->pool, &batch);
}

static bool ignore(void *arg, const size_t *ids, size_t n)
{
    (void)arg;
    (void)ids;
    (void)n;
    return true;
}

static void smtp_deliver(void *state, const struct outbox_message *message, struct arena *arena,
                         struct verdict *verdict)
{
    const struct outbound item = {message, verdict, 0};
    smtp_deliver_many(state, &item, 1, arena, ignore, NULL);
}

const struct channel smtp_channel = {"smtp", smtp_open, smtp_deliver, smtp_deliver_many,
                                     smtp_close};
