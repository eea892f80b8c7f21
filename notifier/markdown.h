/*
 * markdown: CommonMark to what people read: HTML for mail (styles inline, as mail readers need),
 * bare HTML for Matrix, and plain text of 72 columns.
 */
#ifndef ROLLCALL_NOTIFIER_MARKDOWN_H
#define ROLLCALL_NOTIFIER_MARKDOWN_H

#include "base/str.h"

/* Both forms of a mail from one reading of the text. Raw HTML in it is left out, links other than
 * http, https and mailto lose their target. A paragraph that begins with a bold link becomes a
 * button. The plain one has links as "text: address", LF, lines of 72 columns unless an address is
 * longer. */
void markdown_mail(const char *text, struct str *html, struct str *plain);
/* The same with only tags that the Matrix specification allows in org.matrix.custom.html. */
void markdown_matrix(const char *text, struct str *html, struct str *plain);

#endif
