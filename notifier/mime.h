/*
 * mime: the written forms of mail. Encoded words (RFC 2047), mailboxes (RFC 5322), quoted-printable
 * and base64 bodies (RFC 2045). Lines end in CRLF and have 76 characters at most, unless a single
 * token is longer than that. Input is UTF-8.
 */
#ifndef ROLLCALL_NOTIFIER_MIME_H
#define ROLLCALL_NOTIFIER_MIME_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* "Name: text" for unstructured headers; controls (line breaks, too) become blanks. */
void mime_header(struct str *out, const char *name, const char *text);
/* "Name: token token": tokens separated by blanks, folded between them, never encoded. */
void mime_header_tokens(struct str *out, const char *name, const char *tokens);
/* "Name: phrase <address>"; without a name the bare address. The address was checked before. */
void mime_header_mailbox(struct str *out, const char *header, const char *name,
                         const char *address);
/* "Name: phrase:;", a group without members, for readers who have no mail address. */
void mime_header_group(struct str *out, const char *header, const char *name);
/* "List-Id: phrase <id>" (RFC 2919). */
void mime_header_list_id(struct str *out, const char *title, const char *id);

/* Bodies; text may have LF or CRLF line ends. Both end with a line end. */
void mime_quoted_printable(struct str *out, const char *text, size_t n);
void mime_base64(struct str *out, const char *data, size_t n);

/* "Rollcall <rollcall@example.org>" or a bare address. ret_name and ret_address hold size bytes.
 * ERR_INPUT when it is not one mailbox. */
int mime_parse_mailbox(const char *text, char *ret_name, char *ret_address, size_t size,
                       struct err *err) MUST_CHECK;

#endif
