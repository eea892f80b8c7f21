/* What the parts of smtp share: smtp_connect.c has libcurl open connections, smtp_dialogue.c says
 * what is said over them, smtp_verdict.c judges, smtp_pool.c moves the bytes. */
#ifndef ROLLCALL_NET_SMTP_INTERNAL_H
#define ROLLCALL_NET_SMTP_INTERNAL_H

#include "net/smtp.h"

#define SMTP_REPLY_SIZE   400
#define SMTP_ADDRESS_SIZE 330 /* RFC 5321 section 4.5.3.1, and room for A-labels' growth */

/* Which command the reply that is awaited will answer. */
enum smtp_phase {
    PHASE_CONNECT, /* greeting, EHLO, STARTTLS */
    PHASE_AUTH,    /* AUTH */
    PHASE_RESET,   /* RSET, after a message that was refused half-way */
    PHASE_MAIL,    /* MAIL FROM */
    PHASE_RCPT,    /* RCPT TO */
    PHASE_DATA,    /* DATA */
    PHASE_BODY,    /* the message and its final dot */
};

struct smtp_reply {
    int code;                   /* 250; 0 = none came */
    char text[SMTP_REPLY_SIZE]; /* without the code, lines joined by blanks */
};

/* What EHLO said that the server can. */
struct smtp_offers {
    bool pipelining; /* RFC 2920 */
    bool size;       /* RFC 1870 */
    bool utf8;       /* SMTPUTF8, RFC 6531 */
};

/* Letters, digits, dots, hyphens, underscores, or a bracketed number. */
bool smtp_is_host_name(const char *name);

/* The verdict that follows from a reply: 2yz to PHASE_BODY is sent, 4yz later, 5yz refused. */
void smtp_judge_reply(enum smtp_phase phase, const struct smtp_reply *reply, struct verdict *ret);

/* The verdict when no reply came, or one that makes no sense. code: "timeout", "lost", ... */
void smtp_judge_silence(enum smtp_phase phase, const char *code, const char *trouble,
                        struct verdict *ret);

/* True and the verdict: the job's addresses cannot be written on a command line at all. */
bool smtp_is_hopeless(const struct smtp_job *job, struct verdict *ret);

#endif
