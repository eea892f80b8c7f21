#include "notifier/matrix_message.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An event has 64 KiB at most with all that the server adds. */
#define CONTENT_MAX 60000
#define BODY_MAX    20000

static enum matrix_result call(const struct matrix_job *job, const char *method, const char *path,
                               const json_t *body, struct matrix_reply *ret)
{
    return matrix_call(&job->state->api, method, path, body, job->arena, ret, job->verdict);
}

static const char *text_of(const struct matrix_reply *reply, const char *key)
{
    const char *text = json_string_value(json_object_get(reply->json, key));
    return text != NULL ? text : "";
}

static void refuse(const struct matrix_job *job, const char *suppress, const char *code,
                   const char *detail)
{
    verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, code, "%s", detail);
    job->verdict->suppress = suppress;
}

static bool who_are_we(const struct matrix_job *job)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    if (job->state->user_id != NULL) {
        return true;
    }
    enum matrix_result r =
        call(job, "GET", matrix_path(job->arena, "/account/whoami"), NULL, &reply);
    if (r == MATRIX_SAID_NO || (r == MATRIX_OK && text_of(&reply, "user_id")[0] == '\0')) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_CHANNEL, reply.errcode,
                    "the homeserver does not say whose ROLLCALL_MATRIX_TOKEN this is");
        return false;
    }
    if (r == MATRIX_OK) {
        job->state->user_id = strdup(text_of(&reply, "user_id"));
    }
    return job->state->user_id != NULL;
}

static const char *direct_path(const struct matrix_job *job)
{
    return matrix_path(job->arena, "/user/%s/account_data/m.direct", job->state->user_id);
}

/* The account's m.direct: user id -> [room ids]. *ret is owned; an account may have none yet. */
static bool load_direct(const struct matrix_job *job, json_t **ret)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    switch (call(job, "GET", direct_path(job), NULL, &reply)) {
    case MATRIX_OK: *ret = json_incref(reply.json); return true;
    case MATRIX_SAID_NO:
        if (reply.status == 404) {
            *ret = json_object();
            return true;
        }
        return false;
    case MATRIX_TROUBLE: break;
    }
    return false;
}

/* Read, modify, write: it is one object for everybody we talk to. */
static bool store_direct(const struct matrix_job *job)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    json_t *direct = NULL;
    if (!load_direct(job, &direct)) {
        return false;
    }
    json_t *rooms = json_array();
    (void)json_array_append_new(rooms, json_string(job->room));
    const json_t *known = json_object_get(direct, job->message->address);
    for (size_t i = 0; i < json_array_size(known); i++) {
        if (!str_equal(json_string_value(json_array_get(known, i)), job->room)) {
            (void)json_array_append(rooms, json_array_get(known, i));
        }
    }
    (void)json_object_set_new(direct, job->message->address, rooms);
    enum matrix_result r = call(job, "PUT", direct_path(job), direct, &reply);
    json_decref(direct);
    return r == MATRIX_OK;
}

static bool find_direct(struct matrix_job *job)
{
    json_t *direct = NULL;
    if (!load_direct(job, &direct)) {
        return false;
    }
    const json_t *rooms = json_object_get(direct, job->message->address);
    const char *room = json_string_value(json_array_get(rooms, 0));
    job->room = arena_strdup(job->arena, room != NULL ? room : "");
    json_decref(direct);
    return true;
}

/* --- the steps: what is asked, and what follows from the answer --- */

static enum matrix_step is_over_with(const struct matrix_job *job, const char *suppress,
                                     const char *code, const char *detail)
{
    refuse(job, suppress, code, detail);
    return STEP_OVER;
}

static void ask_member(struct matrix_job *job)
{
    const char *path = matrix_path(job->arena, "/rooms/%s/state/m.room.member/%s", job->room,
                                   job->message->address);
    matrix_request(&job->state->api, "GET", path, NULL, job->arena, &job->request);
}

/* A room that we are not in any more, or that the reader was never invited to, is replaced. */
static enum matrix_step hear_member(struct matrix_job *job, enum matrix_result r,
                                    const struct matrix_reply *reply)
{
    if (r != MATRIX_OK) {
        return r == MATRIX_SAID_NO ? STEP_CREATE : STEP_OVER;
    }
    const char *membership = text_of(reply, "membership");
    if (str_equal(membership, "join") || str_equal(membership, "invite")) {
        return STEP_ENCRYPTION;
    }
    /* Who leaves has answered; another invitation would not be polite. */
    return is_over_with(job, "refused", "left", "the reader has left the direct room");
}

/* A room for two, not encrypted; with trusted_private_chat both have the same rights in it. */
static void ask_create(struct matrix_job *job)
{
    json_t *body =
        json_pack("{s:b, s:[s], s:s, s:s}", "is_direct", 1, "invite", job->message->address,
                  "preset", "trusted_private_chat", "visibility", "private");
    matrix_request(&job->state->api, "POST", matrix_path(job->arena, "/createRoom"), body,
                   job->arena, &job->request);
    json_decref(body);
}

static enum matrix_step hear_create(struct matrix_job *job, enum matrix_result r,
                                    const struct matrix_reply *reply)
{
    if (r == MATRIX_SAID_NO) {
        /* 403 federation denied, 400 not a user id, 404: this address cannot be reached. */
        job->verdict->scope = VERDICT_RECIPIENT;
        job->verdict->suppress = "refused";
    }
    if (r != MATRIX_OK) {
        return STEP_OVER;
    }
    job->room = arena_strdup(job->arena, text_of(reply, "room_id"));
    job->is_new_room = true;
    if (job->room[0] == '\0') {
        verdict_set(job->verdict, VERDICT_LATER, VERDICT_MESSAGE, "createRoom",
                    "the homeserver made a room and did not say which");
        return STEP_OVER;
    }
    return store_direct(job) ? STEP_ENCRYPTION : STEP_OVER;
}

static void ask_encryption(struct matrix_job *job)
{
    const char *path = matrix_path(job->arena, "/rooms/%s/state/m.room.encryption", job->room);
    matrix_request(&job->state->api, "GET", path, NULL, job->arena, &job->request);
}

/* Some servers encrypt every new private room. */
static enum matrix_step hear_encryption(struct matrix_job *job, enum matrix_result r,
                                        const struct matrix_reply *reply)
{
    if (r == MATRIX_OK) {
        return is_over_with(job, "encrypted", "encrypted",
                            "the direct room is encrypted, which rollcall is not");
    }
    if (r == MATRIX_TROUBLE || reply->status == 404) {
        return r == MATRIX_TROUBLE ? STEP_OVER : STEP_SEND;
    }
    if (!job->is_new_room) {
        return STEP_CREATE;
    }
    verdict_set(job->verdict, VERDICT_LATER, VERDICT_MESSAGE, "room",
                "the room just made cannot be read");
    return STEP_OVER;
}

static json_t *make_content(const struct matrix_job *job, const struct rendered *text)
{
    size_t n = utf8_cut(text->text, strlen(text->text), BODY_MAX);
    const char *body = n == strlen(text->text)
                           ? text->text
                           : arena_printf(job->arena, "%.*s\n[...]", (int)n, text->text);
    json_t *content = json_pack("{s:s, s:s, s:s, s:s, s:{s:[s]}}", "msgtype", "m.text", "body",
                                body, "format", "org.matrix.custom.html", "formatted_body",
                                text->html, "m.mentions", "user_ids", job->message->address);
    char *dump = content != NULL ? json_dumps(content, JSON_COMPACT) : NULL;
    if (dump != NULL && strlen(dump) > CONTENT_MAX) {
        (void)json_object_del(content, "formatted_body");
        (void)json_object_del(content, "format");
    }
    free(dump);
    return content;
}

static void ask_send(struct matrix_job *job)
{
    json_t *content = make_content(job, &job->text); /* not NULL: it was tried before */
    const char *txn =
        arena_printf(job->arena, "rollcall-%s", outbox_stable_id(job->message, job->arena));
    const char *path = matrix_path(job->arena, "/rooms/%s/send/m.room.message/%s", job->room, txn);
    matrix_request(&job->state->api, "PUT", path, content, job->arena, &job->request);
    json_decref(content);
}

static enum matrix_step hear_send(struct matrix_job *job, enum matrix_result r,
                                  const struct matrix_reply *reply)
{
    if (r == MATRIX_OK) {
        verdict_set(job->verdict, VERDICT_SENT, VERDICT_MESSAGE, "200", "%s", "");
        (void)snprintf(job->verdict->remote_id, sizeof job->verdict->remote_id, "%s",
                       text_of(reply, "event_id"));
    } else if (r == MATRIX_SAID_NO && reply->status == 403) {
        job->verdict->scope = VERDICT_RECIPIENT;
        job->verdict->suppress = "refused";
    }
    return STEP_OVER;
}

static const struct {
    void (*ask)(struct matrix_job *job);
    enum matrix_step (*hear)(struct matrix_job *job, enum matrix_result r,
                             const struct matrix_reply *reply);
} steps[] = {
    [STEP_MEMBER] = {ask_member, hear_member},
    [STEP_CREATE] = {ask_create, hear_create},
    [STEP_ENCRYPTION] = {ask_encryption, hear_encryption},
    [STEP_SEND] = {ask_send, hear_send},
};

/* --- one message --- */

static bool is_user_id(const char *address)
{
    const char *colon = strchr(address, ':');
    return address[0] == '@' && colon != NULL && colon > address + 1 && colon[1] != '\0' &&
           strlen(address) <= 255 && strpbrk(address, " \t\r\n") == NULL &&
           utf8_is_valid(address, strlen(address), NULL);
}

/* Before the first request: the words, who we are, which room. */
static enum matrix_step first_step(struct matrix_job *job)
{
    struct err err = {0};
    if (!is_user_id(job->message->address)) {
        return is_over_with(job, "refused", "address", "this cannot be a Matrix id");
    }
    if (render_message(job->message, RENDER_MATRIX, job->arena, &job->text, &err) < 0) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose", "%s", err.message);
        return STEP_OVER;
    }
    if (!utf8_is_valid(job->text.text, strlen(job->text.text), NULL) ||
        !utf8_is_valid(job->text.html, strlen(job->text.html), NULL)) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose",
                    "the message is not UTF-8");
        return STEP_OVER;
    }
    job->room = job->message->room_id;
    if (!who_are_we(job) || (job->room[0] == '\0' && !find_direct(job))) {
        return STEP_OVER;
    }
    return job->room[0] != '\0' ? STEP_MEMBER : STEP_CREATE;
}

static void end(struct matrix_job *job)
{
    struct verdict *verdict = job->verdict;
    /* Also after a failure: the room exists, and the next attempt shall find it. */
    if (job->room[0] != '\0' && strcmp(job->room, job->message->room_id) != 0) {
        (void)snprintf(verdict->room_id, sizeof verdict->room_id, "%s", job->room);
    }
    verdict->took_us = clock_monotonic_us() - job->begun_us;
    rendered_done(&job->text);
}

/* Asks what the job's step asks. False: the job is over. */
static bool ask(struct matrix_job *job)
{
    struct err why = {0};
    struct matrix_reply none = {0};
    if (job->step != STEP_OVER) {
        steps[job->step].ask(job);
        int r = http_many_start(job->state->many, &job->request, job, job->arena, &why);
        if (r == 0) {
            return true;
        }
        (void)matrix_result_of(r, &why, NULL, &none, job->verdict);
    }
    end(job);
    return false;
}

bool matrix_job_begin(struct matrix_job *job)
{
    job->begun_us = clock_monotonic_us();
    job->step = first_step(job);
    return ask(job);
}

bool matrix_job_hear(struct matrix_job *job, int r, const struct err *why,
                     const struct http_reply *http)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    enum matrix_result result = matrix_result_of(r, why, http, &reply, job->verdict);
    job->step = steps[job->step].hear(job, result, &reply);
    return ask(job);
}
