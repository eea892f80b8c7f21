/*
 * token: signed links. base64url(payload) "." base64url(HMAC-SHA-256), where the payload is
 * version | key id | purpose | event | subject | expiry; nothing is stored. A token opens one
 * purpose for one subject only (RFC 2104, RFC 4648 section 5; compared in constant time).
 */
#ifndef ROLLCALL_BASE_TOKEN_H
#define ROLLCALL_BASE_TOKEN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum token_purpose {
    TOKEN_ANSWER,      /* subject: person; the answer page */
    TOKEN_AGENDA,      /* subject: person; agenda page and preferences */
    TOKEN_FEED,        /* subject: person; calendar feed */
    TOKEN_UNSUBSCRIBE, /* subject: person; stops mail of that channel */
    TOKEN_LEAD,        /* subject: track; the lead's board */
    TOKEN_ORGANISER,   /* subject: 0; the organiser's pages */
    TOKEN_BOUNCE,      /* subject: outbox id; in the envelope sender */
    TOKEN_MEET,        /* subject: introduction; would the person like to meet somebody? */
    TOKEN_HERE,        /* subject: session; is the person there? */
    N_TOKEN_PURPOSES
};

struct token {
    enum token_purpose purpose;
    int64_t event_id;
    int64_t subject;
    int64_t
        person_id; /* who acts: the lead on whose behalf TOKEN_LEAD was made; 0 = not a person */
    int64_t expires_s; /* seconds since epoch */
};

#define TOKEN_SIZE 160 /* enough for any token and its NUL */

/* The key; called once at start. ERR_USAGE when it is shorter than 32 bytes. */
int token_set_key(const char *key, struct err *err) MUST_CHECK;
/* Writes the token's text; buf holds TOKEN_SIZE bytes. Returns buf. */
const char *token_sign(const struct token *token, char *buf);

enum token_result {
    TOKEN_OK = 0,
    TOKEN_BAD,     /* not ours, damaged, or for another purpose */
    TOKEN_EXPIRED, /* was ours */
};
/* Checks text for that purpose at that time. *ret is filled on TOKEN_OK and TOKEN_EXPIRED. */
enum token_result token_open(const char *text, enum token_purpose purpose, int64_t now_s,
                             struct token *ret);

/*
 * A short token for places that are small and know no case, such as the local part of a mail
 * address: letters, digits and hyphens, 80 bits of HMAC. It does not expire by itself.
 */
#define TOKEN_SHORT_SIZE 64
const char *token_short_sign(enum token_purpose purpose, int64_t event_id, int64_t subject,
                             char *buf);
/* Reads one at the start of text, in any case; 0 = there is none of ours, else its length. */
size_t token_short_open(const char *text, enum token_purpose purpose, int64_t *ret_event_id,
                        int64_t *ret_subject);

/* 128 bits of HMAC over a text as 32 hexadecimal digits: recognises it without keeping it. what
 * keeps uses apart. buf holds TOKEN_HASH_SIZE bytes; returns buf. */
#define TOKEN_HASH_SIZE 33
const char *token_hash(const char *what, const char *text, char *buf);

const char *token_purpose_name(enum token_purpose purpose); /* the path segment: "answer", ... */

#endif
