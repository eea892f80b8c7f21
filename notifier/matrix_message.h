/*
 * matrix_message: one message on its way to a Matrix room, a request at a time.
 *
 * Which room: the one of our table, else the one that the account's m.direct names, else a new one.
 * An encrypted room is refused, for plaintext in it would be shown to its reader as a warning, or
 * not at all; so is a reader who has left. The event is an m.text with m.mentions, because a notice
 * does not ring. createRoom cannot be repeated safely: when its reply is lost, the reader may see a
 * second, empty invitation. The message itself is sent once: its transaction id is made of the
 * outbox row.
 */
#ifndef ROLLCALL_NOTIFIER_MATRIX_MESSAGE_H
#define ROLLCALL_NOTIFIER_MATRIX_MESSAGE_H

#include "notifier/channel.h"
#include "notifier/matrix_api.h"
#include "notifier/render.h"

struct matrix_state {
    struct matrix_api api;
    struct http_many *many; /* owned */
    char *user_id;          /* owned: who we are; NULL = not asked yet */
};

/* What a message asks the homeserver next. */
enum matrix_step {
    STEP_MEMBER,     /* is the reader in the room, or invited? */
    STEP_CREATE,     /* a room for two */
    STEP_ENCRYPTION, /* is it encrypted? */
    STEP_SEND,
    STEP_OVER, /* nothing; the verdict is filled */
};

struct matrix_job {
    struct matrix_state *state;           /* borrowed */
    const struct outbox_message *message; /* borrowed */
    struct arena *arena;                  /* borrowed */
    struct verdict *verdict;              /* borrowed */
    size_t id;                            /* the caller's name for it */
    int64_t begun_us;                     /* monotonic; 0 = it has not begun */
    enum matrix_step step;
    const char *room; /* in the arena; "" = none yet */
    bool is_new_room;
    struct rendered text; /* owned until it is over */
    struct http_request request;
};

/* Begins: asks the first question through state->many, with the job as its tag. False: the job is
 * over already. Who we are and m.direct, which is one object for all readers, are asked for here
 * and waited for. */
bool matrix_job_begin(struct matrix_job *job);

/* What http_many_next() gave for it. False: the job is over. */
bool matrix_job_hear(struct matrix_job *job, int r, const struct err *why,
                     const struct http_reply *http);

#endif
