/* The channel that goes nowhere: mail into a Maildir, Matrix messages into its sub-folder .Matrix.
 */
#include "base/clock.h"
#include "base/settings.h"
#include "notifier/channel.h"
#include "notifier/compose.h"
#include "notifier/maildir.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct maildir_state {
    struct sender sender;
    struct arena *arena; /* owned */
    const char *inbox;   /* in the arena */
    const char *matrix;  /* in the arena */
};

static void maildir_close(void *state)
{
    struct maildir_state *s = state;
    if (s != NULL) {
        arena_free(s->arena);
        free(s);
    }
}

static int maildir_open(void **state, struct err *err)
{
    struct maildir_state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    s->arena = arena_new();
    const char *path = setting_text(SET_MAILDIR);
    s->inbox = path[0] != '\0' ? arena_strdup(s->arena, path)
                               : arena_printf(s->arena, "%s/maildir", setting_text(SET_VAR));
    s->matrix = arena_printf(s->arena, "%s/.Matrix", s->inbox);
    int r = sender_load(&s->sender, err);
    r = r < 0 ? r : maildir_make(s->inbox, false, err);
    r = r < 0 ? r : maildir_make(s->matrix, true, err);
    if (r < 0) {
        maildir_close(s);
        return r;
    }
    *state = s;
    return 0;
}

static void maildir_deliver(void *state, const struct outbox_message *message, struct arena *arena,
                            struct verdict *verdict)
{
    struct maildir_state *s = state;
    CLEANUP(str_done) struct str mail = {0};
    struct err err = {0};
    bool is_matrix = strcmp(message->channel, "matrix") == 0;
    int r = is_matrix ? compose_matrix_as_mail(message, &s->sender, arena, &mail, &err)
                      : compose_mail(message, &s->sender, arena, &mail, &err);
    if (r < 0) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose", "%s", err.message);
        return;
    }
    const char *name =
        arena_printf(arena, "%" PRId64 ".%s.rollcall", message->created_us / SECOND_US,
                     outbox_stable_id(message, arena));
    r = maildir_put(is_matrix ? s->matrix : s->inbox, name, str_text(&mail), mail.len,
                    message->attempt > 1, &err);
    if (r < 0) {
        verdict_set(verdict, VERDICT_LATER, VERDICT_CHANNEL, "maildir", "%s", err.message);
        return;
    }
    verdict_set(verdict, VERDICT_SENT, VERDICT_MESSAGE, r == MAILDIR_KNOWN ? "known" : "new", "%s",
                is_matrix ? ".Matrix" : "inbox");
    (void)snprintf(verdict->remote_id, sizeof verdict->remote_id, "%s", name);
}

const struct channel maildir_channel = {"maildir", maildir_open, maildir_deliver, NULL,
                                        maildir_close};
