#include "net/smtp_dialogue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_MAX 65536 /* bytes of one reply, all lines */

void smtp_dialogue_init(struct smtp_dialogue *d, const struct smtp_offers *offers)
{
    *d = (struct smtp_dialogue){.offers = *offers};
}

void smtp_dialogue_done(struct smtp_dialogue *d)
{
    str_done(&d->out);
}

/* --- what is said --- */

static void say_mail(struct smtp_dialogue *d, const struct smtp_job *job)
{
    char from[SMTP_ADDRESS_SIZE] = "";
    if (job->from[0] != '\0' && !smtp_address(job->from, from, sizeof from)) {
        abort(); /* smtp_is_hopeless() said no */
    }
    str_add(&d->out, "MAIL FROM:<");
    str_add(&d->out, from);
    str_add(&d->out, ">");
    if (d->offers.size) {
        str_printf(&d->out, " SIZE=%zu", job->len);
    }
    if (d->offers.utf8 && (smtp_needs_utf8(job->from) || smtp_needs_utf8(job->to))) {
        str_add(&d->out, " SMTPUTF8");
    }
    str_add(&d->out, "\r\n");
}

static void say_rcpt(struct smtp_dialogue *d, const struct smtp_job *job)
{
    char to[SMTP_ADDRESS_SIZE];
    if (!smtp_address(job->to, to, sizeof to)) {
        abort();
    }
    str_add(&d->out, "RCPT TO:<");
    str_add(&d->out, to);
    str_add(&d->out, ">\r\n");
}

/* RFC 5321 section 4.5.2: a line that begins with a dot gets another one. */
static void say_stuffed(struct smtp_dialogue *d, const char *text, size_t n)
{
    const char *end = text + n;
    if (n > 0 && text[0] == '.') {
        str_add_char(&d->out, '.');
    }
    for (;;) {
        const char *dot = memmem(text, (size_t)(end - text), "\n.", 2);
        if (dot == NULL) {
            str_add_n(&d->out, text, (size_t)(end - text));
            return;
        }
        str_add_n(&d->out, text, (size_t)(dot + 2 - text));
        str_add_char(&d->out, '.');
        text = dot + 2;
    }
}

/* The text, or of a message that failed nothing, and the final dot. */
static void say_body(struct smtp_dialogue *d, struct smtp_exchange *x)
{
    const struct smtp_job *job = x->job;
    if (!x->has_failed) {
        say_stuffed(d, job->message, job->len);
        if (job->len < 2 || memcmp(job->message + job->len - 2, "\r\n", 2) != 0) {
            str_add(&d->out, "\r\n");
        }
    }
    str_add(&d->out, ".\r\n");
    x->end_at = d->n_left + d->out.len;
}

static void say_next(struct smtp_dialogue *d, struct smtp_exchange *x)
{
    x->said++;
    switch (x->said) {
    case PHASE_CONNECT:
    case PHASE_AUTH: break;
    case PHASE_RESET: str_add(&d->out, "RSET\r\n"); break;
    case PHASE_MAIL: say_mail(d, x->job); break;
    case PHASE_RCPT: say_rcpt(d, x->job); break;
    case PHASE_DATA: str_add(&d->out, "DATA\r\n"); break;
    case PHASE_BODY: say_body(d, x); break;
    }
}

/* As much as may leave before the next reply: all up to DATA, or one command. */
static void say_more(struct smtp_dialogue *d, struct smtp_exchange *x)
{
    enum smtp_phase last = d->offers.pipelining && x->awaits < PHASE_BODY ? PHASE_DATA : x->awaits;
    while (x->said < last) {
        say_next(d, x);
    }
}

bool smtp_dialogue_has_room(const struct smtp_dialogue *d)
{
    if (d->is_broken || d->n == SMTP_UNDER_WAY) {
        return false;
    }
    return d->n == 0 || (d->offers.pipelining && d->exchanges[0].awaits == PHASE_BODY);
}

/* True and the verdict: an address is not ASCII, and the server takes no such (RFC 6531). */
static bool lacks_utf8(const struct smtp_dialogue *d, const struct smtp_job *job)
{
    if (d->offers.utf8) {
        return false;
    }
    if (smtp_needs_utf8(job->from)) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_CHANNEL, "smtputf8",
                    "the envelope sender is not ASCII and the server does not offer SMTPUTF8: see "
                    "ROLLCALL_MAIL_FROM");
        return true;
    }
    if (smtp_needs_utf8(job->to)) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, "smtputf8",
                    "the address is not ASCII and the server does not offer SMTPUTF8");
        job->verdict->suppress = "refused";
        return true;
    }
    return false;
}

bool smtp_dialogue_begin(struct smtp_dialogue *d, const struct smtp_job *job, size_t id,
                         int64_t now_us)
{
    assert(smtp_dialogue_has_room(d));
    if (smtp_is_hopeless(job, job->verdict) || lacks_utf8(d, job)) {
        return false;
    }
    struct smtp_exchange *x = &d->exchanges[d->n++];
    *x = (struct smtp_exchange){.job = job, .id = id, .begun_us = now_us};
    x->awaits = d->needs_reset ? PHASE_RESET : PHASE_MAIL;
    x->said = x->awaits - 1;
    d->needs_reset = false;
    say_more(d, x);
    return true;
}

void smtp_dialogue_sent(struct smtp_dialogue *d, size_t n)
{
    d->out_offset += n;
    if (d->out_offset == d->out.len) {
        d->n_left += d->out.len;
        d->out_offset = 0;
        str_clear(&d->out);
    }
}

/* --- what is heard --- */

static void end_first(struct smtp_dialogue *d, bool has_verdict)
{
    const struct smtp_exchange *x = &d->exchanges[0];
    assert(d->n_over < SMTP_UNDER_WAY);
    d->over[d->n_over].id = x->id;
    d->over[d->n_over].begun_us = x->begun_us;
    d->over[d->n_over++].has_verdict = has_verdict;
    d->exchanges[0] = d->exchanges[1];
    d->n--;
    d->n_ended += has_verdict;
}

/* A connection that has served may be closed at any time, which shows at the next message: nothing
 * of that one was handed over, and it may begin again elsewhere. */
static bool is_stale(const struct smtp_dialogue *d, const struct smtp_exchange *x)
{
    return d->n_ended > 0 && x->awaits <= PHASE_MAIL && !x->has_failed;
}

/* Nothing can be said any more. The first message has its verdict unless it may begin again; the
 * second always may, for its text has not left. */
static void break_off(struct smtp_dialogue *d, bool may_repeat)
{
    d->is_broken = true;
    if (d->n > 0) {
        end_first(d, !may_repeat);
    }
    while (d->n > 0) {
        end_first(d, false);
    }
}

void smtp_dialogue_lose(struct smtp_dialogue *d, const char *code, const char *trouble)
{
    const struct smtp_exchange *x = &d->exchanges[0];
    bool may_repeat = d->n > 0 && is_stale(d, x);
    if (d->n > 0 && !may_repeat && !x->has_failed) {
        smtp_judge_silence(x->awaits, code, trouble, x->job->verdict);
    }
    break_off(d, may_repeat);
}

static void fail(const struct smtp_dialogue *d, struct smtp_exchange *x)
{
    if (!x->has_failed) {
        smtp_judge_reply(x->awaits, &d->reply, x->job->verdict);
    }
    x->has_failed = true;
}

static void hear_garbage(struct smtp_dialogue *d)
{
    smtp_dialogue_lose(d, "garbage", "the server said something that is no reply to that");
}

/* The whole text and its dot have left; a reply before that is to something else. */
static bool has_left(const struct smtp_dialogue *d, const struct smtp_exchange *x)
{
    return d->n_left + d->out_offset >= x->end_at;
}

static void hear_end(struct smtp_dialogue *d, struct smtp_exchange *x)
{
    int kind = d->reply.code / 100;
    bool is_early = !has_left(d, x);
    if (kind == 3 || (kind == 2 && is_early)) {
        hear_garbage(d);
        return;
    }
    if (!x->has_failed) {
        smtp_judge_reply(PHASE_BODY, &d->reply, x->job->verdict);
    }
    if (is_early) {
        x->has_failed = true;
        break_off(d, false); /* the rest of the text would be read as commands */
    } else {
        end_first(d, true);
    }
}

static void hear_data(struct smtp_dialogue *d, struct smtp_exchange *x)
{
    if (d->reply.code == 354 && x->has_failed && x->has_recipient) {
        break_off(d, false); /* a dot alone would send an empty message */
        return;
    }
    if (d->reply.code == 354) {
        x->awaits = PHASE_BODY;
        say_more(d, x);
    } else if (d->reply.code >= 400) {
        fail(d, x);
        d->needs_reset = true;
        end_first(d, true);
    } else {
        hear_garbage(d);
    }
}

/* RSET, MAIL, RCPT: 2yz, or the message has failed. */
static void hear_step(struct smtp_dialogue *d, struct smtp_exchange *x)
{
    if (d->reply.code / 100 == 3) {
        hear_garbage(d);
        return;
    }
    bool is_good = d->reply.code / 100 == 2;
    if (!is_good && x->awaits == PHASE_RESET) {
        smtp_dialogue_lose(d, "reset", "the server does not let a message go");
        return;
    }
    if (!is_good) {
        fail(d, x);
    }
    x->has_recipient |= x->awaits == PHASE_RCPT && is_good;
    if (x->has_failed && x->said == x->awaits) {
        d->needs_reset = true;
        end_first(d, true);
        return;
    }
    x->awaits++;
    say_more(d, x);
}

static void hear_reply(struct smtp_dialogue *d)
{
    struct smtp_exchange *x = &d->exchanges[0];
    if (d->n == 0) {
        d->is_broken = true; /* nobody asked: 421, or nothing that makes sense */
    } else if (d->reply.code == 421) {
        bool may_repeat = is_stale(d, x);
        if (!may_repeat) {
            fail(d, x);
        }
        break_off(d, may_repeat);
    } else if (x->awaits == PHASE_BODY) {
        hear_end(d, x);
    } else if (x->awaits == PHASE_DATA) {
        hear_data(d, x);
    } else {
        hear_step(d, x);
    }
}

/* One line without its end: "250-text", "250 text" or "250". */
static void hear_line(struct smtp_dialogue *d, const char *line, size_t n)
{
    if (n < 3 || line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '9' ||
        line[2] < '0' || line[2] > '9' || (n > 3 && line[3] != ' ' && line[3] != '-')) {
        hear_garbage(d);
        return;
    }
    struct smtp_reply *reply = &d->reply;
    reply->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    size_t used = strlen(reply->text);
    size_t text = n > 4 ? n - 4 : 0;
    if (used > 0 && used + 1 < sizeof reply->text) {
        reply->text[used++] = ' ';
    }
    text = text < sizeof reply->text - 1 - used ? text : sizeof reply->text - 1 - used;
    if (text > 0) {
        memcpy(reply->text + used, line + 4, text);
    }
    reply->text[used + text] = '\0';
    if (n > 3 && line[3] == '-') {
        return;
    }
    d->reply_bytes = 0;
    hear_reply(d);
    d->reply = (struct smtp_reply){0};
}

void smtp_dialogue_hear(struct smtp_dialogue *d, const char *data, size_t n)
{
    const char *end = data + n;
    while (data < end && !d->is_broken) {
        const char *stop = memchr(data, '\n', (size_t)(end - data));
        size_t len = (size_t)((stop != NULL ? stop : end) - data);
        d->reply_bytes += len + 1;
        if (d->reply_bytes > REPLY_MAX) {
            hear_garbage(d);
            return;
        }
        /* what is longer than a line should be is of no interest */
        size_t keep = len < sizeof d->line - d->line_len ? len : sizeof d->line - d->line_len;
        memcpy(d->line + d->line_len, data, keep);
        d->line_len += keep;
        data += len;
        if (stop == NULL) {
            return;
        }
        data++;
        if (d->line_len > 0 && d->line[d->line_len - 1] == '\r') {
            d->line_len--;
        }
        len = d->line_len;
        d->line_len = 0;
        hear_line(d, d->line, len);
    }
}
