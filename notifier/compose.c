#include "notifier/compose.h"

#include "base/clock.h"
#include "base/settings.h"
#include "base/strmap.h"
#include "net/smtp.h"
#include "notifier/invite.h"
#include "notifier/mime.h"
#include "notifier/render.h"
#include "notifier/return_path.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEADERS_SIZE 4096 /* what most fit in, with what encoding the parts adds */

/* --- the sender --- */

static int load_mailbox(enum setting_id id, char *name, char *address, struct err *err)
{
    struct err why = {0};
    if (mime_parse_mailbox(setting_text(id), name, address, MAILBOX_SIZE, &why) < 0) {
        return err_set(err, ERR_USAGE, "%s: %s", setting_rows[id].name, why.message);
    }
    return 0;
}

int sender_load(struct sender *ret, struct err *err)
{
    char unused[MAILBOX_SIZE];
    char ascii[MAILBOX_SIZE];
    struct sender sender = {0};
    int r = load_mailbox(SET_MAIL_FROM, sender.name, sender.address, err);
    if (r == 0 && setting_text(SET_MAIL_REPLY_TO)[0] != '\0') {
        r = load_mailbox(SET_MAIL_REPLY_TO, sender.reply_to_name, sender.reply_to, err);
    }
    if (r == 0 && setting_text(SET_MAIL_BOUNCE)[0] != '\0') {
        r = load_mailbox(SET_MAIL_BOUNCE, unused, sender.envelope, err);
    } else {
        memcpy(sender.envelope, sender.address, sizeof sender.envelope);
    }
    if (r < 0) {
        return r;
    }
    r = return_path_check(sender.envelope, err);
    if (r < 0) {
        return r;
    }
    if (!smtp_address(sender.address, ascii, sizeof ascii)) {
        return err_set(err, ERR_USAGE, "ROLLCALL_MAIL_FROM is not a mail address");
    }
    (void)snprintf(sender.domain, sizeof sender.domain, "%s", strrchr(ascii, '@') + 1);
    *ret = sender;
    return 0;
}

/* --- headers --- */

/* RFC 5322 section 3.3, in UTC. */
static void add_date(struct str *out, int64_t at_us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = zone_civil(zone_utc(), at_us);
    str_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[c.weekday], c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

/* Every message of a thread refers to the same root, which need not exist (RFC 5322 section 3.6.4);
 * mail readers then show them as one conversation. */
static void add_ids(struct str *out, const struct outbox_message *message,
                    const struct sender *sender, struct arena *arena)
{
    uint64_t thread =
        hash_bytes(message->thread, strlen(message->thread), hash_string(message->event_slug));
    const char *root = arena_printf(arena, "<thread-%" PRId64 "-%016" PRIx64 "@%s>",
                                    message->event_id, thread, sender->domain);
    mime_header_tokens(
        out, "Message-ID",
        arena_printf(arena, "<rollcall-%s@%s>", outbox_stable_id(message, arena), sender->domain));
    mime_header_tokens(out, "In-Reply-To", root);
    mime_header_tokens(out, "References", root);
}

static bool is_header_safe_url(const char *url)
{
    size_t n = strlen(url);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)url[i];
        if (c <= 0x20 || c >= 0x7F || c == '<' || c == '>' || c == ',') {
            return false;
        }
    }
    return n > 0 && n < 900; /* a line has 998 bytes at most */
}

/* RFC 2369, RFC 2919; one click needs https (RFC 8058 section 3.1). */
static void add_list_headers(struct str *out, const struct outbox_message *message,
                             const struct sender *sender, const json_t *payload,
                             struct arena *arena)
{
    const char *url = payload_text(payload, "links", "unsubscribe");
    const char *id = arena_printf(arena, "%s.%s", message->event_slug, sender->domain);
    mime_header_list_id(out, payload_text(payload, "event", "title"), id);
    if (!is_header_safe_url(url)) {
        return;
    }
    mime_header_tokens(out, "List-Unsubscribe", arena_printf(arena, "<%s>", url));
    if (str_starts(url, "https://")) {
        mime_header_tokens(out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
}

static void add_headers(struct str *out, const struct outbox_message *message,
                        const struct sender *sender, const struct rendered *text,
                        struct arena *arena)
{
    add_date(out, message->created_us);
    mime_header_mailbox(out, "From", sender->name, sender->address);
    if (sender->reply_to[0] != '\0') {
        mime_header_mailbox(out, "Reply-To", sender->reply_to_name, sender->reply_to);
    }
    mime_header(out, "Subject", text->subject);
    add_ids(out, message, sender, arena);
    add_list_headers(out, message, sender, text->payload, arena);
    str_add(out, "Auto-Submitted: auto-generated\r\n"); /* RFC 3834 section 5 */
    str_add(out, "MIME-Version: 1.0\r\n");
}

/* --- parts --- */

/* "=_" occurs in neither quoted-printable nor base64 text (RFC 2045 section 6.7). */
static const char *boundary(const char *name, const struct outbox_message *message,
                            struct arena *arena)
{
    return arena_printf(arena, "=_%s_%s", name, outbox_stable_id(message, arena));
}

static void begin_multipart(struct str *out, const char *subtype, const char *bound)
{
    str_printf(out, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n", subtype, bound);
}

static void begin_part(struct str *out, const char *bound)
{
    str_printf(out, "--%s\r\n", bound);
}

static void end_multipart(struct str *out, const char *bound)
{
    str_printf(out, "--%s--\r\n", bound);
}

static void add_text_part(struct str *out, const char *subtype, const char *text)
{
    str_printf(out, "Content-Type: text/%s; charset=utf-8\r\n", subtype);
    str_add(out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    mime_quoted_printable(out, text, strlen(text));
}

/* RFC 6047 section 2.4: the parameter says what METHOD says. */
static void add_calendar_part(struct str *out, const struct str *calendar)
{
    str_add(out, "Content-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n");
    str_add(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    str_add_n(out, str_text(calendar), calendar->len);
}

static void add_attachment(struct str *out, const struct str *calendar)
{
    str_add(out, "Content-Type: application/ics; name=\"invite.ics\"\r\n");
    str_add(out, "Content-Disposition: attachment; filename=\"invite.ics\"\r\n");
    str_add(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    str_add_n(out, str_text(calendar), calendar->len);
}

static void add_alternative(struct str *out, const struct outbox_message *message,
                            const struct rendered *text, const struct str *calendar,
                            struct arena *arena)
{
    const char *bound = boundary("alt", message, arena);
    begin_multipart(out, "alternative", bound);
    begin_part(out, bound);
    add_text_part(out, "plain", text->text);
    begin_part(out, bound);
    add_text_part(out, "html", text->html);
    if (calendar->len > 0) {
        begin_part(out, bound);
        add_calendar_part(out, calendar);
    }
    end_multipart(out, bound);
}

static void add_body(struct str *out, const struct outbox_message *message,
                     const struct rendered *text, const struct str *calendar, struct arena *arena)
{
    if (calendar->len == 0) {
        add_alternative(out, message, text, calendar, arena);
        return;
    }
    const char *bound = boundary("mix", message, arena);
    begin_multipart(out, "mixed", bound);
    begin_part(out, bound);
    add_alternative(out, message, text, calendar, arena);
    begin_part(out, bound);
    add_attachment(out, calendar);
    end_multipart(out, bound);
}

static int encode_invite(const json_t *payload, const struct sender *sender, struct arena *arena,
                         struct str *out, struct err *err)
{
    CLEANUP(str_done) struct str calendar = {0};
    int r = invite_write(payload, sender, arena, &calendar, err);
    if (r == 0) {
        mime_base64(out, str_text(&calendar), calendar.len);
    }
    return r;
}

static int compose(const struct outbox_message *message, const struct sender *sender,
                   enum render_for target, struct arena *arena, struct str *out, struct err *err)
{
    CLEANUP(rendered_done) struct rendered text = {0};
    CLEANUP(str_done) struct str calendar = {0}; /* in base64: it stands there twice */
    int r = render_message(message, target, arena, &text, err);
    r = r < 0 ? r : encode_invite(text.payload, sender, arena, &calendar, err);
    if (r < 0) {
        return r;
    }
    str_reserve(out, strlen(text.text) + strlen(text.html) + 2 * calendar.len + HEADERS_SIZE);
    add_headers(out, message, sender, &text, arena);
    const char *name = payload_text(text.payload, "to", "name");
    if (target == RENDER_MAIL) {
        mime_header_mailbox(out, "To", name, message->address);
    } else {
        mime_header_group(out, "To", arena_printf(arena, "%s (%s)", name, message->address));
        str_clear(&calendar);
    }
    add_body(out, message, &text, &calendar, arena);
    return 0;
}

int compose_mail(const struct outbox_message *message, const struct sender *sender,
                 struct arena *arena, struct str *out, struct err *err)
{
    char checked[MAILBOX_SIZE + 64];
    if (!smtp_address(message->address, checked, sizeof checked)) {
        return err_set(err, ERR_INPUT, "the address of this message is no mail address");
    }
    return compose(message, sender, RENDER_MAIL, arena, out, err);
}

int compose_matrix_as_mail(const struct outbox_message *message, const struct sender *sender,
                           struct arena *arena, struct str *out, struct err *err)
{
    return compose(message, sender, RENDER_MATRIX, arena, out, err);
}
