#include "net/smtp_internal.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_CONNECTIONS 64
#define WAIT_MS         1000

struct slot {
    struct smtp_client *client; /* owned */
    size_t job;                 /* the one it is at */
    bool is_busy;
    bool is_fresh; /* its connection was closed once: it has a new one */
};

struct smtp_pool {
    CURLM *multi; /* owned */
    int n;
    struct slot slots[MAX_CONNECTIONS];
};

/* One call of smtp_pool_send(). */
struct round {
    struct smtp_pool *pool;
    const struct smtp_job *jobs;
    size_t n;
    size_t next; /* the first that was not begun */
    size_t done[2 * MAX_CONNECTIONS];
    size_t n_done; /* not told yet */
    int n_busy;
    bool is_stopping;
};

int smtp_pool_new(const struct smtp_options *options, int n_connections, struct smtp_pool **ret,
                  struct err *err)
{
    struct smtp_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        abort();
    }
    int n = n_connections < MAX_CONNECTIONS ? n_connections : MAX_CONNECTIONS;
    for (; pool->n < n; pool->n++) {
        int r = smtp_client_new(options, &pool->slots[pool->n].client, err);
        if (r < 0) {
            smtp_pool_free(pool);
            return r;
        }
    }
    pool->multi = curl_multi_init();
    if (pool->multi == NULL) {
        abort();
    }
    (void)curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, (long)n);
    *ret = pool;
    return 0;
}

void smtp_pool_free(struct smtp_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    for (int i = 0; i < pool->n; i++) {
        smtp_silence(pool->slots[i].client); /* before the multi handle says QUIT to all */
    }
    if (pool->multi != NULL) {
        (void)curl_multi_cleanup(pool->multi);
    }
    for (int i = 0; i < pool->n; i++) {
        smtp_client_free(pool->slots[i].client);
    }
    free(pool);
}

static void tell(struct round *round, smtp_done_fn *done, void *arg)
{
    if (round->n_done > 0) {
        round->is_stopping |= !done(arg, round->done, round->n_done);
        round->n_done = 0;
    }
}

static void is_done(struct round *round, size_t job)
{
    round->done[round->n_done++] = job;
}

/* Sets the slot's job going; a job that cannot be is done at once. */
static void begin(struct round *round, struct slot *slot)
{
    if (!smtp_begin(slot->client, &round->jobs[slot->job], slot->is_fresh)) {
        is_done(round, slot->job);
        return;
    }
    if (curl_multi_add_handle(round->pool->multi, slot->client->curl) != CURLM_OK) {
        abort();
    }
    slot->is_busy = true;
    round->n_busy++;
}

static void begin_all(struct round *round)
{
    for (int i = 0; i < round->pool->n; i++) {
        struct slot *slot = &round->pool->slots[i];
        while (!slot->is_busy && !round->is_stopping && round->next < round->n &&
               round->n_done < MAX_CONNECTIONS) {
            slot->job = round->next++;
            slot->is_fresh = false;
            begin(round, slot);
        }
    }
}

static struct slot *slot_of(struct smtp_pool *pool, const CURL *curl)
{
    for (int i = 0; i < pool->n; i++) {
        if (pool->slots[i].client->curl == curl) {
            return &pool->slots[i];
        }
    }
    abort(); /* no other handle was added */
}

static void end_all(struct round *round)
{
    int n_left = 0;
    const CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(round->pool->multi, &n_left)) != NULL) {
        struct slot *slot = slot_of(round->pool, message->easy_handle);
        CURLcode code = message->data.result;
        (void)curl_multi_remove_handle(round->pool->multi, slot->client->curl);
        slot->is_busy = false;
        round->n_busy--;
        if (smtp_end(slot->client, code, &round->jobs[slot->job])) {
            is_done(round, slot->job);
        } else {
            slot->is_fresh = true;
            begin(round, slot);
        }
    }
}

void smtp_pool_send(struct smtp_pool *pool, const struct smtp_job *jobs, size_t n,
                    smtp_done_fn *done, void *arg)
{
    struct round round = {.pool = pool, .jobs = jobs, .n = n};
    for (;;) {
        tell(&round, done, arg); /* before others begin: it may say that none should */
        begin_all(&round);
        if (round.n_busy == 0 && round.n_done == 0) {
            return;
        }
        int n_running = 0;
        (void)curl_multi_perform(pool->multi, &n_running);
        end_all(&round);
        if (round.n_done == 0 && round.n_busy > 0) {
            (void)curl_multi_poll(pool->multi, NULL, 0, WAIT_MS, NULL);
        }
    }
}
