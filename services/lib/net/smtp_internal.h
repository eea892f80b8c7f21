/* What smtp.c (one message at a time) and smtp_pool.c (several at once) have in common: a transfer
 * that is set up by one, run by libcurl's easy or multi interface, and judged by the first again.
 */
#ifndef ROLLCALL_NET_SMTP_INTERNAL_H
#define ROLLCALL_NET_SMTP_INTERNAL_H

#include "net/curl.h"
#include "net/smtp.h"

#define SMTP_REPLY_SIZE 400

/* How far the conversation has come; moved on by the commands that leave. */
enum smtp_phase {
    PHASE_CONNECT, /* greeting, EHLO, STARTTLS */
    PHASE_AUTH,    /* AUTH was said */
    PHASE_MAIL,    /* MAIL FROM was said */
    PHASE_RCPT,    /* RCPT TO was said */
    PHASE_DATA,    /* DATA was said */
    PHASE_BODY,    /* the message is under way or the final dot was said */
};

enum { SMTP_SOCKETS = 4 }; /* one is kept, more are tried while connecting */

struct smtp_client {
    CURL *curl;     /* owned */
    char *url;      /* owned: with the EHLO name as path */
    char *ca_file;  /* owned */
    char *user;     /* owned */
    char *password; /* owned */
    bool requires_tls;
    bool offers_utf8; /* the server's last EHLO reply said SMTPUTF8 */
    bool was_asked;   /* there has been an EHLO reply */
    int64_t timeout_us;
    curl_socket_t sockets[SMTP_SOCKETS]; /* open ones; -1 = none */
    /* the transfer under way */
    enum smtp_phase phase;
    bool is_fresh;                 /* not over a connection that was kept */
    bool is_over;                  /* QUIT was said */
    int code;                      /* of the reply to the last command; 0 = none came */
    char reply[SMTP_REPLY_SIZE];   /* its text without the code, lines joined by blanks */
    char trouble[CURL_ERROR_SIZE]; /* what libcurl says of it */
    struct curl_slist *recipients; /* owned while it lasts */
    const char *message;
    size_t len;
    size_t offset;
};

/* curl says QUIT when it closes a connection, and waits for the answer, however long. With the
 * reading side closed QUIT still goes out and nobody waits. */
void smtp_silence(struct smtp_client *client);

/*
 * Checks the addresses and sets client->curl up for the message, which must stay until the end.
 * False: there is nothing to run, *verdict says why. is_fresh: not over a connection that was kept.
 */
bool smtp_begin(struct smtp_client *client, const struct smtp_job *job, bool is_fresh);

/* After the run: fills the job's verdict. False: a connection that was kept had been closed in
 * between; begin again with a fresh one. */
bool smtp_end(struct smtp_client *client, CURLcode code, const struct smtp_job *job);

#endif
