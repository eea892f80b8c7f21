#include "net/smtp_connect.h"
#include "net/smtp_dialogue.h"

#include "base/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CONNECTIONS 64
#define RECEIVE_SIZE    4096
#define WAIT_MAX_US     (60 * SECOND_US)
/* How long the pool does without a connection that was refused while others work. */
#define DO_WITHOUT_US (30 * SECOND_US)

struct slot {
    struct smtp_conn conn;
    struct smtp_dialogue dialogue; /* while conn is open */
    int64_t opened_us;             /* monotonic: when it was begun to be opened */
    int64_t moved_us;              /* monotonic: when bytes last went over it */
    int64_t rests_until_us;        /* monotonic: not opened before; 0 = at any time */
    bool is_blocked; /* a write waits; TLS wants it repeated from the same place in memory */
};

struct smtp_pool {
    struct smtp_account account;
    int n;
    struct slot slots[MAX_CONNECTIONS];
};

/* One call of smtp_pool_send(). */
struct round {
    struct smtp_pool *pool;
    const struct smtp_batch *batch;
    size_t next;        /* the first that was not begun */
    size_t *again;      /* owned: those that begin again, before the others */
    size_t n_again;     /* of them */
    size_t *done;       /* owned */
    size_t n_done;      /* not told yet */
    size_t n_under_way; /* given to a connection */
    int64_t now_us;     /* monotonic */
    bool has_trouble;   /* not told yet that the channel is in trouble */
    bool is_stopping;
};

int smtp_pool_new(const struct smtp_options *options, int n_connections, struct smtp_pool **ret,
                  struct err *err)
{
    struct smtp_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        abort();
    }
    int r = smtp_account_init(&pool->account, options, err);
    if (r < 0) {
        free(pool);
        return r;
    }
    pool->n = n_connections < 1                 ? 1
              : n_connections < MAX_CONNECTIONS ? n_connections
                                                : MAX_CONNECTIONS;
    *ret = pool;
    return 0;
}

static void close_slot(struct slot *slot)
{
    const struct smtp_dialogue *d = &slot->dialogue;
    smtp_conn_close(&slot->conn, d->n == 0 && d->out.len == 0 && !d->is_broken);
    smtp_dialogue_done(&slot->dialogue);
    slot->dialogue = (struct smtp_dialogue){0};
}

void smtp_pool_free(struct smtp_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    for (int i = 0; i < pool->n; i++) {
        close_slot(&pool->slots[i]);
    }
    smtp_account_done(&pool->account);
    free(pool);
}

/* --- jobs --- */

static bool has_job(const struct round *round)
{
    return !round->is_stopping && (round->n_again > 0 || round->next < round->batch->n);
}

static size_t n_waiting(const struct round *round)
{
    return round->is_stopping ? 0 : round->n_again + round->batch->n - round->next;
}

static void is_done(struct round *round, size_t i)
{
    const struct verdict *verdict = round->batch->jobs[i].verdict;
    round->done[round->n_done++] = i;
    round->has_trouble |= verdict->what != VERDICT_SENT && verdict->scope == VERDICT_CHANNEL;
}

static void tell(struct round *round)
{
    if (round->n_done > 0) {
        round->is_stopping |= !round->batch->done(round->batch->arg, round->done, round->n_done);
        round->n_done = 0;
        round->has_trouble = false;
    }
}

/* The next job, prepared. False: there is none. */
static bool take_job(struct round *round, size_t *ret)
{
    if (round->n_again > 0 && !round->is_stopping) {
        *ret = round->again[--round->n_again];
        return true;
    }
    while (has_job(round)) {
        size_t i = round->next++;
        if (round->batch->prepare == NULL || round->batch->prepare(round->batch->arg, i)) {
            *ret = i;
            return true;
        }
        is_done(round, i);
    }
    return false;
}

/* What the dialogue has ended is done, or waits again. */
static void collect(struct round *round, struct slot *slot)
{
    struct smtp_dialogue *d = &slot->dialogue;
    for (int i = 0; i < d->n_over; i++) {
        size_t id = d->over[i].id;
        round->n_under_way--;
        if (d->over[i].has_verdict) {
            round->batch->jobs[id].verdict->took_us = round->now_us - d->over[i].begun_us;
            is_done(round, id);
        } else {
            round->again[round->n_again++] = id;
        }
    }
    d->n_over = 0;
    if (d->is_broken) {
        close_slot(slot);
    }
}

/* --- one connection --- */

static void lose(struct round *round, struct slot *slot, const char *code, const char *trouble)
{
    smtp_dialogue_lose(&slot->dialogue, code, trouble);
    collect(round, slot);
}

/* False: the connection is lost. */
static bool write_out(const struct round *round, struct slot *slot)
{
    struct smtp_dialogue *d = &slot->dialogue;
    slot->is_blocked = false;
    while (d->out_offset < d->out.len) {
        ssize_t n =
            smtp_conn_send(&slot->conn, d->out.data + d->out_offset, d->out.len - d->out_offset);
        if (n < 0) {
            return false;
        }
        if (n == 0) {
            slot->is_blocked = true;
            break;
        }
        smtp_dialogue_sent(d, (size_t)n);
        slot->moved_us = round->now_us;
    }
    return true;
}

/* Hears all there is; what the server said before it closed counts. */
static void read_in(struct round *round, struct slot *slot)
{
    char buf[RECEIVE_SIZE];
    while (slot->conn.state == CONN_OPEN) {
        ssize_t n = smtp_conn_receive(&slot->conn, buf, sizeof buf);
        if (n < 0) {
            lose(round, slot, "lost", "the connection was lost");
            return;
        }
        if (n == 0) {
            return;
        }
        slot->moved_us = round->now_us;
        smtp_dialogue_hear(&slot->dialogue, buf, (size_t)n);
        collect(round, slot);
    }
}

/* Gives it as many jobs as it has room for. */
static void fill(struct round *round, struct slot *slot)
{
    size_t id = 0;
    struct smtp_dialogue *d = &slot->dialogue;
    while (!slot->is_blocked && smtp_dialogue_has_room(d) && take_job(round, &id)) {
        if (d->n == 0) {
            slot->moved_us = round->now_us; /* it was idle: its silence begins now */
        }
        if (smtp_dialogue_begin(d, &round->batch->jobs[id], id, round->now_us)) {
            round->n_under_way++;
        } else {
            is_done(round, id);
        }
    }
}

/* When it has been silent for too long, or too long at one message. */
static int64_t deadline_us(const struct smtp_pool *pool, const struct slot *slot)
{
    int64_t silent_us = slot->moved_us + pool->account.timeout_us;
    int64_t whole_us = slot->dialogue.exchanges[0].begun_us + 10 * pool->account.timeout_us;
    return silent_us < whole_us ? silent_us : whole_us;
}

/* --- opening --- */

static int count(const struct smtp_pool *pool, enum smtp_conn_state state)
{
    int n = 0;
    for (int i = 0; i < pool->n; i++) {
        n += pool->slots[i].conn.state == state;
    }
    return n;
}

static void open_slot(struct round *round, struct slot *slot)
{
    slot->opened_us = round->now_us;
    slot->is_blocked = false;
    slot->rests_until_us = 0;
    smtp_conn_open(&slot->conn, &round->pool->account);
}

/* One alone first; then one for each job that waits. */
static void open_more(struct round *round)
{
    struct smtp_pool *pool = round->pool;
    int n_opening = count(pool, CONN_OPENING);
    bool is_first = count(pool, CONN_OPEN) == 0;
    for (int i = 0; i < pool->n && (size_t)n_opening < n_waiting(round); i++) {
        struct slot *slot = &pool->slots[i];
        if (is_first && n_opening > 0) {
            return;
        }
        if (slot->conn.state == CONN_CLOSED &&
            (is_first || round->now_us >= slot->rests_until_us)) {
            open_slot(round, slot);
            n_opening++;
        }
    }
}

/* Its opening has gone on, and maybe failed. That is a job's business only when no other connection
 * works; an address that cannot be written does not need one. */
static void turn(struct round *round, struct slot *slot)
{
    struct verdict why;
    size_t id = 0;
    smtp_conn_turn(&slot->conn, &why);
    if (slot->conn.state == CONN_OPEN) {
        smtp_dialogue_init(&slot->dialogue, &slot->conn.offers);
        slot->moved_us = round->now_us;
    }
    if (slot->conn.state != CONN_CLOSED) {
        return;
    }
    slot->rests_until_us = round->now_us + DO_WITHOUT_US;
    if (count(round->pool, CONN_OPEN) + count(round->pool, CONN_OPENING) == 0 &&
        take_job(round, &id)) {
        struct smtp_job *job = &round->batch->jobs[id];
        if (!smtp_is_hopeless(job, job->verdict)) {
            *job->verdict = why;
            job->verdict->took_us = round->now_us - slot->opened_us;
        }
        is_done(round, id);
    }
}

/* Between rounds nobody listened: what the server has closed is opened anew, and what was left in
 * the middle of opening for too long. */
static void look_after_idle(struct round *round)
{
    struct smtp_pool *pool = round->pool;
    for (int i = 0; i < pool->n; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->conn.state == CONN_OPEN) {
            read_in(round, slot);
        } else if (slot->conn.state == CONN_OPENING &&
                   round->now_us - slot->opened_us > pool->account.timeout_us / 2) {
            close_slot(slot);
        }
    }
}

/* --- waiting --- */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Fills fds with what the slot waits for; returns how many. *until_us may become sooner. */
static nfds_t add_waits(const struct round *round, struct slot *slot, struct pollfd *fds,
                        int64_t *until_us)
{
    struct smtp_conn *conn = &slot->conn;
    nfds_t n = 0;
    if (conn->state == CONN_OPENING) {
        for (size_t i = 0; i < SMTP_SOCKETS; i++) {
            conn->sockets[i].revents = 0;
            fds[n++] = conn->sockets[i]; /* poll() passes over -1 */
        }
        if (conn->timer_at_us != 0) {
            *until_us = sooner(*until_us, conn->timer_at_us);
        }
    } else if (conn->state == CONN_OPEN && slot->dialogue.n > 0) {
        fds[n++] = (struct pollfd){.fd = conn->fd,
                                   .events = (short)(POLLIN | (slot->is_blocked ? POLLOUT : 0))};
        *until_us = sooner(*until_us, deadline_us(round->pool, slot));
    }
    return n;
}

/* What happened to the slot while we waited. */
static void go_on(struct round *round, struct slot *slot, const struct pollfd *fds, nfds_t n)
{
    if (slot->conn.state == CONN_OPENING) {
        for (nfds_t i = 0; i < n; i++) {
            slot->conn.sockets[i].revents = fds[i].revents;
        }
        turn(round, slot);
    } else if (n > 0) {
        if ((fds[0].revents & ~POLLOUT) != 0) {
            read_in(round, slot);
        }
        if (slot->conn.state == CONN_OPEN && slot->dialogue.n > 0 &&
            round->now_us >= deadline_us(round->pool, slot)) {
            lose(round, slot, "timeout", "the server was silent for too long");
        }
    }
}

static void wait_for_any(struct round *round)
{
    struct smtp_pool *pool = round->pool;
    struct pollfd fds[MAX_CONNECTIONS * SMTP_SOCKETS];
    nfds_t first[MAX_CONNECTIONS + 1];
    int64_t until_us = round->now_us + WAIT_MAX_US;
    nfds_t n = 0;
    for (int i = 0; i < pool->n; i++) {
        first[i] = n;
        n += add_waits(round, &pool->slots[i], fds + n, &until_us);
    }
    first[pool->n] = n;
    int64_t wait_us = until_us > round->now_us ? until_us - round->now_us : 0;
    (void)poll(fds, n, (int)((wait_us + 999) / 1000)); /* a signal is a reason to look, too */
    round->now_us = clock_monotonic_us();
    for (int i = 0; i < pool->n; i++) {
        go_on(round, &pool->slots[i], fds + first[i], first[i + 1] - first[i]);
    }
}

static void send_all(struct round *round)
{
    struct smtp_pool *pool = round->pool;
    for (int i = 0; i < pool->n; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->conn.state == CONN_OPEN &&
            (slot->dialogue.offers.pipelining || round->n_done == 0)) {
            fill(round, slot); /* pipelined, the next commands leave with the text before them */
        }
        if (slot->conn.state == CONN_OPEN && !write_out(round, slot)) {
            read_in(round, slot); /* the server may have said why it closed */
        }
        if (slot->conn.state == CONN_OPEN && !write_out(round, slot)) {
            lose(round, slot, "lost", "the connection was lost");
        }
    }
}

static size_t *new_list(size_t n)
{
    size_t *list = calloc(n + 1, sizeof *list);
    if (list == NULL) {
        abort();
    }
    return list;
}

void smtp_pool_send(struct smtp_pool *pool, const struct smtp_batch *batch)
{
    struct round round = {.pool = pool, .batch = batch, .now_us = clock_monotonic_us()};
    round.again = new_list(batch->n);
    round.done = new_list(batch->n);
    look_after_idle(&round);
    for (;;) {
        if (round.has_trouble) {
            tell(&round); /* it may say that no others should begin */
        }
        send_all(&round);
        while (round.n_done > 0) {
            tell(&round); /* while the servers work */
            send_all(&round);
        }
        if (round.n_under_way == 0 && !has_job(&round)) {
            break;
        }
        open_more(&round);
        wait_for_any(&round);
    }
    free(round.again);
    free(round.done);
}

static bool is_content(void *arg, const size_t *which, size_t n)
{
    (void)arg;
    (void)which;
    (void)n;
    return true;
}

void smtp_send(struct smtp_pool *pool, const struct smtp_job *job)
{
    struct smtp_job copy = *job;
    const struct smtp_batch batch = {.jobs = &copy, .n = 1, .done = is_content};
    smtp_pool_send(pool, &batch);
}
