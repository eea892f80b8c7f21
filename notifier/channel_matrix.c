/*
 * Direct messages by Matrix. Which room: the one of our table, else the one that the account's
 * m.direct names, else a new one. An encrypted room is refused, for plaintext in it would be shown
 * to its reader as a warning, or not at all; so is a reader who has left. The event is an m.text
 * with m.mentions, because a notice does not ring.
 *
 * createRoom cannot be repeated safely: when its reply is lost, the reader may see a second, empty
 * invitation. The message itself is sent once: its transaction id is made of the outbox row.
 */
#include "base/settings.h"
#include "base/str.h"
#include "notifier/channel.h"
#include "notifier/matrix_api.h"
#include "notifier/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An event has 64 KiB at most with all that the server adds. */
#define CONTENT_MAX 60000
#define BODY_MAX    20000

struct matrix_state {
    struct matrix_api api;
    char *user_id; /* owned: who we are; NULL = not asked yet */
};

struct job {
    struct matrix_state *state;
    const struct outbox_message *message;
    struct arena *arena;
    struct verdict *verdict;
    const char *room; /* in the arena; "" = none yet */
};

static void matrix_close(void *state)
{
    struct matrix_state *s = state;
    if (s != NULL) {
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
    if (http_client_new(&options, &s->api.http, &why) < 0) {
        free(s);
        return err_set(err, ERR_USAGE, "ROLLCALL_MATRIX_URL: %s", why.message);
    }
    s->api.base_url = url;
    s->api.token = setting_text(SET_MATRIX_TOKEN);
    *state = s;
    return 0;
}

static enum matrix_result call(const struct job *job, const char *method, const char *path,
                               const json_t *body, struct matrix_reply *ret)
{
    return matrix_call(&job->state->api, method, path, body, job->arena, ret, job->verdict);
}

static const char *text_of(const struct matrix_reply *reply, const char *key)
{
    const char *text = json_string_value(json_object_get(reply->json, key));
    return text != NULL ? text : "";
}

static void refuse(const struct job *job, const char *suppress, const char *code,
                   const char *detail)
{
    verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, code, "%s", detail);
    job->verdict->suppress = suppress;
}

static bool who_are_we(const struct job *job)
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

static const char *direct_path(const struct job *job)
{
    return matrix_path(job->arena, "/user/%s/account_data/m.direct", job->state->user_id);
}

/* The account's m.direct: user id -> [room ids]. *ret is owned; an account may have none yet. */
static bool load_direct(const struct job *job, json_t **ret)
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
static bool store_direct(const struct job *job)
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

static bool find_direct(struct job *job)
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

/* A room for two, not encrypted; with trusted_private_chat both have the same rights in it. */
static bool create_room(struct job *job)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    json_t *body =
        json_pack("{s:b, s:[s], s:s, s:s}", "is_direct", 1, "invite", job->message->address,
                  "preset", "trusted_private_chat", "visibility", "private");
    enum matrix_result r = call(job, "POST", matrix_path(job->arena, "/createRoom"), body, &reply);
    json_decref(body);
    if (r == MATRIX_SAID_NO) {
        /* 403 federation denied, 400 not a user id, 404: this address cannot be reached. */
        job->verdict->scope = VERDICT_RECIPIENT;
        job->verdict->suppress = "refused";
        return false;
    }
    if (r != MATRIX_OK) {
        return false;
    }
    job->room = arena_strdup(job->arena, text_of(&reply, "room_id"));
    if (job->room[0] == '\0') {
        verdict_set(job->verdict, VERDICT_LATER, VERDICT_MESSAGE, "createRoom",
                    "the homeserver made a room and did not say which");
        return false;
    }
    return store_direct(job);
}

enum room_state {
    ROOM_FITS,   /* both are in it, or the other is invited */
    ROOM_STALE,  /* we are not in it any more, or the other was never invited: make a new one */
    ROOM_TROUBLE /* verdict is filled */
};

static enum room_state check_member(const struct job *job)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    const char *path = matrix_path(job->arena, "/rooms/%s/state/m.room.member/%s", job->room,
                                   job->message->address);
    enum matrix_result r = call(job, "GET", path, NULL, &reply);
    if (r != MATRIX_OK) {
        return r == MATRIX_SAID_NO ? ROOM_STALE : ROOM_TROUBLE;
    }
    const char *membership = text_of(&reply, "membership");
    if (str_equal(membership, "join") || str_equal(membership, "invite")) {
        return ROOM_FITS;
    }
    /* Who leaves has answered; another invitation would not be polite. */
    refuse(job, "refused", "left", "the reader has left the direct room");
    return ROOM_TROUBLE;
}

static enum room_state check_encryption(const struct job *job)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    const char *path = matrix_path(job->arena, "/rooms/%s/state/m.room.encryption", job->room);
    switch (call(job, "GET", path, NULL, &reply)) {
    case MATRIX_OK:
        refuse(job, "encrypted", "encrypted",
               "the direct room is encrypted, which rollcall is not");
        return ROOM_TROUBLE;
    case MATRIX_SAID_NO: return reply.status == 404 ? ROOM_FITS : ROOM_STALE;
    case MATRIX_TROUBLE: break;
    }
    return ROOM_TROUBLE;
}

static enum room_state check_room(const struct job *job)
{
    enum room_state state = check_member(job);
    return state == ROOM_FITS ? check_encryption(job) : state;
}

/* False: verdict is filled. */
static bool resolve_room(struct job *job)
{
    job->room = job->message->room_id;
    if (job->room[0] == '\0' && !find_direct(job)) {
        return false;
    }
    enum room_state state = job->room[0] != '\0' ? check_room(job) : ROOM_STALE;
    if (state == ROOM_STALE) {
        if (!create_room(job)) {
            return false;
        }
        state = check_encryption(job); /* some servers encrypt every new private room */
        if (state == ROOM_STALE) {
            verdict_set(job->verdict, VERDICT_LATER, VERDICT_MESSAGE, "room",
                        "the room just made cannot be read");
        }
    }
    return state == ROOM_FITS;
}

static json_t *make_content(const struct job *job, const struct rendered *text)
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

static void send_event(const struct job *job, const struct rendered *text)
{
    CLEANUP(matrix_reply_done) struct matrix_reply reply = {0};
    json_t *content = make_content(job, text);
    if (content == NULL) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose",
                    "the message is not UTF-8");
        return;
    }
    const char *txn =
        arena_printf(job->arena, "rollcall-%s", outbox_stable_id(job->message, job->arena));
    const char *path = matrix_path(job->arena, "/rooms/%s/send/m.room.message/%s", job->room, txn);
    enum matrix_result r = call(job, "PUT", path, content, &reply);
    json_decref(content);
    if (r == MATRIX_OK) {
        verdict_set(job->verdict, VERDICT_SENT, VERDICT_MESSAGE, "200", "%s", "");
        (void)snprintf(job->verdict->remote_id, sizeof job->verdict->remote_id, "%s",
                       text_of(&reply, "event_id"));
    } else if (r == MATRIX_SAID_NO && reply.status == 403) {
        job->verdict->scope = VERDICT_RECIPIENT;
        job->verdict->suppress = "refused";
    }
}

static bool is_user_id(const char *address)
{
    const char *colon = strchr(address, ':');
    return address[0] == '@' && colon != NULL && colon > address + 1 && colon[1] != '\0' &&
           strlen(address) <= 255 && strpbrk(address, " \t\r\n") == NULL &&
           utf8_is_valid(address, strlen(address), NULL);
}

static void matrix_deliver(void *state, const struct outbox_message *message, struct arena *arena,
                           struct verdict *verdict)
{
    CLEANUP(rendered_done) struct rendered text = {0};
    struct job job = {state, message, arena, verdict, ""};
    struct err err = {0};
    if (!is_user_id(message->address)) {
        refuse(&job, "refused", "address", "this cannot be a Matrix id");
        return;
    }
    if (render_message(message, RENDER_MATRIX, arena, &text, &err) < 0) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose", "%s", err.message);
        return;
    }
    if (who_are_we(&job) && resolve_room(&job)) {
        send_event(&job, &text);
    }
    /* Also after a failure: the room exists, and the next attempt shall find it. */
    if (job.room[0] != '\0' && strcmp(job.room, message->room_id) != 0) {
        (void)snprintf(verdict->room_id, sizeof verdict->room_id, "%s", job.room);
    }
}

const struct channel matrix_channel = {"matrix", matrix_open, matrix_deliver, NULL, matrix_close};
