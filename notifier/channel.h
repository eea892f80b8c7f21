/*
 * channel: a way to reach people. One row in channels[] and one file each; see
 * docs/how-to-add-a-channel.md.
 *
 * A channel composes and hands over messages and says what became of each. It neither waits,
 * retries nor touches the database: what follows from a verdict is consequence.c's business.
 */
#ifndef ROLLCALL_NOTIFIER_CHANNEL_H
#define ROLLCALL_NOTIFIER_CHANNEL_H

#include "base/arena.h"
#include "base/err.h"
#include "net/verdict.h"

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* A claimed row of the outbox. Texts live in the arena of whoever loaded it. */
struct outbox_message {
    int64_t event_id;
    int64_t outbox_id;
    const char *event_slug;
    const char *dedupe_key;
    const char *kind;    /* which template */
    const char *channel; /* "mail" or "matrix" */
    const char *address;
    int64_t person_id;   /* 0 = not a person of the event */
    const char *payload; /* JSON text: the facts, see core/notice.h */
    const char *thread;
    int64_t created_us;
    int64_t expires_us; /* 0 = never */
    int64_t due_us;
    int attempt; /* 1 = the first; rises with every claim, never falls */
    int n_tried; /* attempts that came to a verdict: what is claimed in a crash was not tried */
    const char *room_id; /* Matrix: the direct room known for the address; "" = none */
};

/* One of several that are handed over together. */
struct outbound {
    const struct outbox_message *message;
    struct verdict *verdict; /* filled when it is done */
    size_t id;               /* the caller's name for it */
};

/* Told after each moment in which some were done: their ids. False: begin no further ones. */
typedef bool outbound_done_fn(void *arg, const size_t *ids, size_t n);

struct channel {
    const char *name; /* in logs and in `rollcall send` */
    /* Reads the settings and checks them; connects to nothing. ERR_USAGE names the setting. */
    int (*open)(void **state, struct err *err);
    /* Hands one message over. Always fills *verdict; the arena is reset afterwards. */
    void (*deliver)(void *state, const struct outbox_message *message, struct arena *arena,
                    struct verdict *verdict);
    /* Hands several over, as many at a time as it has connections, and tells of each that was
     * begun. NULL = one after the other. */
    void (*deliver_many)(void *state, const struct outbound *items, size_t n, struct arena *arena,
                         outbound_done_fn *done, void *arg);
    void (*close)(void *state); /* accepts NULL */
};

enum channel_id { CHANNEL_SMTP, CHANNEL_MATRIX, CHANNEL_MAILDIR, N_CHANNELS };

extern const struct channel *const channels[N_CHANNELS];
extern const struct channel smtp_channel;
extern const struct channel matrix_channel;
extern const struct channel maildir_channel;

/* What the outbox calls a channel, and which of ours serves it under the present settings: without
 * a server's address everything goes into the Maildir, so that nothing leaves the machine. */
struct route {
    const char *name;     /* outbox.channel */
    enum channel_id with; /* when its address is set */
    int address_setting;  /* enum setting_id */
    int rate_setting;     /* messages per second */
};

enum { N_ROUTES = 2 };
extern const struct route delivery_routes[N_ROUTES];

const struct route *delivery_route_find(const char *name); /* NULL = unknown */
const struct channel *route_channel(const struct route *route);

/* "1-42-5f2ac09bd1e4a37c": event, row, and a hash of what the row is about, so that ids stay unique
 * when a database is made anew. Stable for the life of the row: Message-ID, Matrix transaction id
 * and Maildir name are made of it. */
const char *outbox_stable_id(const struct outbox_message *message, struct arena *arena);

#endif
