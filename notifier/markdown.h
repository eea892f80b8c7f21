/*
 * markdown: CommonMark to what people read: HTML for mail (styles inline, as mail readers need),
 * bare HTML for Matrix, and plain text of 72 columns.
 */
#ifndef ROLLCALL_NOTIFIER_MARKDOWN_H
#define ROLLCALL_NOTIFIER_MARKDOWN_H

#include "base/str.h"

/* Raw HTML in the text is left out, links other than http, https and mailto lose their target. A
 * paragraph that begins with a bold link becomes a button in mail. */
void markdown_mail_html(const char *text, struct str *out);
/* Only tags that the Matrix specification allows in org.matrix.custom.html. */
void markdown_matrix_html(const char *text, struct str *out);
/* Links as "text: address"; lines of 72 columns unless an address is longer; LF. */
void markdown_plain(const char *text, struct str *out);

#endif
