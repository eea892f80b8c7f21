/* `rollcall send --test ADDRESS`: does the way out work? No database is needed. */
#include "base/clock.h"
#include "base/link.h"
#include "base/settings.h"
#include "notifier/channel.h"
#include "notifier/notifier.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char send_help[] =
    "usage: rollcall send --test ADDRESS\n"
    "\n"
    "Sends one test message to a mail address or a Matrix id (@name:server), the way all messages\n"
    "go: without ROLLCALL_SMTP_URL or ROLLCALL_MATRIX_URL that is the Maildir.\n"
    "Exit status: 0 sent, 1 not sent (what the other side said is printed), 2 bad usage or "
    "settings.\n";

/* What an outbox row would hold. */
static struct outbox_message make_message(const char *address, struct arena *arena)
{
    int64_t now_us = clock_now_us();
    json_t *payload = json_pack("{s:{s:s,s:s,s:s}, s:{s:s}, s:{s:s}, s:[]}", "event", "slug",
                                "test", "title", "Rollcall", "timezone", "UTC", "to", "name",
                                "tester", "links", "organiser", link_base(arena), "calendar");
    char *text = json_dumps(payload, JSON_COMPACT);
    struct outbox_message message = {
        .event_slug = "test",
        .dedupe_key = arena_printf(arena, "test %" PRId64 " %d", now_us, (int)getpid()),
        .kind = "test",
        .channel = address[0] == '@' ? "matrix" : "mail",
        .address = address,
        .payload = arena_strdup(arena, text != NULL ? text : "{}"),
        .thread = "test",
        .created_us = now_us,
        .attempt = 1,
        .room_id = "",
    };
    free(text);
    json_decref(payload);
    return message;
}

static int send_test(const char *address, struct arena *arena)
{
    struct outbox_message message = make_message(address, arena);
    const struct channel *channel = route_channel(delivery_route_find(message.channel));
    struct verdict verdict = {0};
    struct err err = {0};
    void *state = NULL;
    if (channel->open(&state, &err) < 0) {
        (void)fprintf(stderr, "rollcall send: %s\n", err.message);
        return 2;
    }
    channel->deliver(state, &message, arena, &verdict);
    channel->close(state);
    (void)printf("%s: %s (%s) %s %s%s%s\n", channel->name, verdict_what_name(verdict.what),
                 verdict_scope_name(verdict.scope), verdict.code, verdict.detail,
                 verdict.remote_id[0] != '\0' ? " as " : "", verdict.remote_id);
    return verdict.what == VERDICT_SENT ? 0 : 1;
}

int send_command(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        (void)fputs(send_help, stdout);
        return 0;
    }
    if (argc != 3 || strcmp(argv[1], "--test") != 0 ||
        strchr(argv[2], argv[2][0] == '@' ? ':' : '@') == NULL) {
        (void)fputs(send_help, stderr);
        return 2;
    }
    struct arena *arena = arena_new();
    int status = send_test(argv[2], arena);
    arena_free(arena);
    return status;
}
