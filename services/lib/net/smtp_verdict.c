#include "base/str.h"
#include "net/smtp_internal.h"

#include <stdio.h>
#include <string.h>

/* The enhanced status code at the head of the reply (RFC 2034); "" when there is none. */
static void enhanced_code(const char *reply, char *buf, size_t size)
{
    size_t n = strspn(reply, "0123456789.");
    int dots = 0;
    for (size_t i = 0; i < n; i++) {
        dots += reply[i] == '.';
    }
    bool is_code = n >= 5 && dots == 2 && strchr("245", reply[0]) != NULL && reply[1] == '.';
    (void)snprintf(buf, size, "%.*s", is_code ? (int)n : 0, reply);
}

/* A 5yz to RCPT says that the address is dead, unless its own words say that it is about something
 * else: 5.7 policy, 5.3 and 5.4 systems and routing, 5.5 protocol, 5.6 content, 5.2.2 and 5.2.3 a
 * mailbox that is full or a message that is too long for it (RFC 3463). */
static bool is_about_address(const char *enhanced)
{
    return enhanced[0] == '\0' ||
           (str_starts(enhanced, "5.1.") && !str_equal(enhanced, "5.1.7") &&
            !str_equal(enhanced, "5.1.8")) ||
           (str_starts(enhanced, "5.2.") && !str_equal(enhanced, "5.2.2") &&
            !str_equal(enhanced, "5.2.3")) ||
           str_starts(enhanced, "5.0.");
}

static enum verdict_scope scope_of(enum smtp_phase phase, int code, const char *enhanced)
{
    if (code == 421) {
        return VERDICT_CHANNEL; /* RFC 5321 section 3.8: the server is closing, for everybody */
    }
    switch (phase) {
    case PHASE_CONNECT:
    case PHASE_AUTH:
    case PHASE_RESET: return VERDICT_CHANNEL;
    case PHASE_MAIL: /* our sender is the same for all; only the declared size is this message's */
        return code == 552 || str_equal(enhanced, "5.3.4") ? VERDICT_MESSAGE : VERDICT_CHANNEL;
    case PHASE_RCPT:
        return code / 100 == 4 || is_about_address(enhanced) ? VERDICT_RECIPIENT : VERDICT_MESSAGE;
    case PHASE_DATA:
    case PHASE_BODY: break;
    }
    return VERDICT_MESSAGE;
}

void smtp_judge_reply(enum smtp_phase phase, const struct smtp_reply *reply, struct verdict *ret)
{
    char enhanced[16];
    char code[48];
    enhanced_code(reply->text, enhanced, sizeof enhanced);
    const char *said = reply->text + strlen(enhanced);
    said += strspn(said, " ");
    (void)snprintf(code, sizeof code, "%d%s%s", reply->code, enhanced[0] != '\0' ? " " : "",
                   enhanced);
    if (reply->code < 400) {
        verdict_set(ret, VERDICT_SENT, VERDICT_MESSAGE, code, "%s", said);
        return;
    }
    bool is_final = reply->code / 100 == 5;
    enum verdict_scope scope = scope_of(phase, reply->code, enhanced);
    verdict_set(ret, is_final ? VERDICT_REFUSED : VERDICT_LATER, scope, code, "%s", said);
    if (is_final && scope == VERDICT_RECIPIENT) {
        ret->suppress = "bounced";
    }
}

void smtp_judge_silence(enum smtp_phase phase, const char *code, const char *trouble,
                        struct verdict *ret)
{
    static const char *const told[] = {
        [PHASE_CONNECT] = "before the greeting was over",
        [PHASE_AUTH] = "while logging in",
        [PHASE_RESET] = "after RSET",
        [PHASE_MAIL] = "after MAIL",
        [PHASE_RCPT] = "after RCPT",
        [PHASE_DATA] = "after DATA",
        [PHASE_BODY] = "after the message; it may have arrived",
    };
    verdict_set(ret, VERDICT_LATER, phase <= PHASE_AUTH ? VERDICT_CHANNEL : VERDICT_MESSAGE, code,
                "%s: %s", told[phase], trouble);
}

bool smtp_is_hopeless(const struct smtp_job *job, struct verdict *ret)
{
    char written[SMTP_ADDRESS_SIZE];
    if (job->from[0] != '\0' && !smtp_address(job->from, written, sizeof written)) {
        verdict_set(ret, VERDICT_REFUSED, VERDICT_CHANNEL, "sender",
                    "the envelope sender is not an address: see ROLLCALL_MAIL_FROM");
        return true;
    }
    if (!smtp_address(job->to, written, sizeof written)) {
        verdict_set(ret, VERDICT_REFUSED, VERDICT_RECIPIENT, "address",
                    "this cannot be a mail address");
        ret->suppress = "refused";
        return true;
    }
    return false;
}
