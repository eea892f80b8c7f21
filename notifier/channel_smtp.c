/* Mail to a server. */
#include "base/secret.h"
#include "base/settings.h"
#include "net/smtp.h"
#include "notifier/channel.h"
#include "notifier/compose.h"
#include "notifier/return_path.h"

#include <stdlib.h>
#include <string.h>

struct smtp_state {
    struct sender sender;
    struct smtp_client *client; /* owned */
};

static void smtp_close(void *state)
{
    struct smtp_state *s = state;
    if (s != NULL) {
        smtp_client_free(s->client);
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
    r = smtp_client_new(&options, &s->client, &why);
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

static void smtp_deliver(void *state, const struct outbox_message *message, struct arena *arena,
                         struct verdict *verdict)
{
    struct smtp_state *s = state;
    CLEANUP(str_done) struct str mail = {0};
    struct err err = {0};
    char checked[MAILBOX_SIZE + 64];
    if (!smtp_address(message->address, checked, sizeof checked)) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, "address",
                    "this cannot be a mail address");
        verdict->suppress = "refused";
        return;
    }
    if (compose_mail(message, &s->sender, arena, &mail, &err) < 0) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "compose", "%s", err.message);
        return;
    }
    smtp_send(s->client,
              return_path_of(s->sender.envelope, message->event_id, message->outbox_id, arena),
              message->address, str_text(&mail), mail.len, verdict);
}

const struct channel smtp_channel = {"smtp", smtp_open, smtp_deliver, smtp_close};
