#include "notifier/bounce_report.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MAX_PARTS      20
#define MAX_RECIPIENTS 20
#define MAX_VALUE      2000 /* of one header field, unfolded */
#define MAX_BOUNDARY   70   /* RFC 2046 section 5.1.1 */
#define MAX_DETAIL     300

/* A piece of the mail; borrowed from it. */
struct piece {
    const char *p;
    size_t n;
};

const char *bounce_kind_name(enum bounce_kind kind)
{
    static const char *const names[] = {"none", "news", "soft", "hard", "complaint"};
    return names[kind];
}

/* --- lines and fields --- */

/* Cuts the first line off, without its line end. False when nothing is left. */
static bool next_line(struct piece *rest, struct piece *line)
{
    if (rest->n == 0) {
        return false;
    }
    const char *end = memchr(rest->p, '\n', rest->n);
    size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
    *line = (struct piece){rest->p, n};
    size_t used = end == NULL ? n : n + 1;
    *rest = (struct piece){rest->p + used, rest->n - used};
    if (line->n > 0 && line->p[line->n - 1] == '\r') {
        line->n--;
    }
    return true;
}

/* Cuts off the fields up to the next empty line. */
static struct piece next_block(struct piece *rest)
{
    struct piece line;
    struct piece block = {rest->p, 0};
    while (next_line(rest, &line)) {
        if (line.n == 0) {
            break;
        }
        block.n = (size_t)(rest->p - block.p);
    }
    return block;
}

/* Appends to value[], as printable text on one line. */
static void append_value(char *value, size_t size, struct piece text)
{
    size_t len = strlen(value);
    for (size_t i = 0; i < text.n && len + 1 < size; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool is_blank = c <= ' ' || c >= 0x7F;
        if (is_blank && (len == 0 || value[len - 1] == ' ')) {
            continue;
        }
        value[len++] = is_blank ? ' ' : (char)c;
    }
    value[len] = '\0';
}

/* The value of the first field of that name, unfolded, in the arena; "" = there is none. */
static const char *field(struct piece block, const char *name, struct arena *arena)
{
    char value[MAX_VALUE] = "";
    size_t name_n = strlen(name);
    struct piece line;
    bool is_in = false;
    while (next_line(&block, &line) && line.n > 0) {
        bool is_folded = line.p[0] == ' ' || line.p[0] == '\t';
        if (is_in && !is_folded) {
            break;
        }
        if (!is_in && !is_folded && line.n > name_n && line.p[name_n] == ':' &&
            strncasecmp(line.p, name, name_n) == 0) {
            is_in = true;
            append_value(value, sizeof value,
                         (struct piece){line.p + name_n + 1, line.n - name_n - 1});
        } else if (is_in) {
            append_value(value, sizeof value, line);
        }
    }
    size_t n = strlen(value);
    while (n > 0 && value[n - 1] == ' ') {
        n--;
    }
    return arena_strndup(arena, value, n);
}

/* The parameter of a Content-Type, with or without quotes; "" = it has none. */
static const char *parameter(const char *value, const char *name, struct arena *arena)
{
    size_t name_n = strlen(name);
    for (const char *p = strchr(value, ';'); p != NULL; p = strchr(p, ';')) {
        p++;
        p += strspn(p, " ");
        if (strncasecmp(p, name, name_n) != 0 || p[name_n] != '=') {
            continue;
        }
        p += name_n + 1;
        return *p == '"' ? arena_strndup(arena, p + 1, strcspn(p + 1, "\""))
                         : arena_strndup(arena, p, strcspn(p, "; "));
    }
    return "";
}

static bool is_type(const char *value, const char *type)
{
    size_t n = strlen(type);
    return strncasecmp(value, type, n) == 0 &&
           (value[n] == '\0' || value[n] == ';' || value[n] == ' ');
}

/* --- parts --- */

static bool is_delimiter(struct piece line, const char *boundary)
{
    size_t n = strlen(boundary);
    return line.n >= n + 2 && line.p[0] == '-' && line.p[1] == '-' &&
           memcmp(line.p + 2, boundary, n) == 0;
}

/* Cuts off what stands before the next delimiter line. */
static struct piece next_part(struct piece *rest, const char *boundary)
{
    struct piece part = {rest->p, 0};
    struct piece line;
    while (next_line(rest, &line)) {
        if (is_delimiter(line, boundary)) {
            return part;
        }
        part.n = (size_t)(rest->p - part.p);
    }
    return part;
}

/* --- what a report says --- */

/* RFC 3463: class 5 is for good. Of those only what is about the mailbox (1, 2; 0 = not told) is a
 * reason never to write there again: not a full system, a route, our way of speaking or a policy,
 * nor a mailbox that is full (5.2.2) or a message that is too long for it (5.2.3). */
static enum bounce_kind kind_of_failure(const char *status)
{
    bool is_about_address =
        str_starts(status, "5.1.") || str_starts(status, "5.2.") || str_starts(status, "5.0.");
    bool is_passing = str_equal(status, "5.2.2") || str_equal(status, "5.2.3") ||
                      str_equal(status, "5.1.7") || str_equal(status, "5.1.8");
    return is_about_address && !is_passing ? BOUNCE_HARD : BOUNCE_SOFT;
}

/* Some servers say 5.0.0 of everything, and what it was in the words behind it. */
static const char *better_status(const char *status, const char *said, struct arena *arena)
{
    if (!str_starts(status, "5.0.")) {
        return status;
    }
    for (const char *p = strstr(said, "5."); p != NULL; p = strstr(p + 1, "5.")) {
        size_t n = strspn(p, "0123456789.");
        bool is_code = (p == said || strchr(" -(#", p[-1]) != NULL) && n >= 5 && n <= 9 &&
                       isdigit((unsigned char)p[2]) && p[3] == '.' && isdigit((unsigned char)p[4]);
        if (is_code) {
            return arena_strndup(arena, p, n);
        }
    }
    return status;
}

static void read_recipient(struct piece block, struct arena *arena, struct bounce_report *ret)
{
    const char *action = field(block, "Action", arena);
    const char *status = field(block, "Status", arena);
    status = arena_strndup(arena, status, strspn(status, "0123456789."));
    if (action[0] == '\0') {
        return; /* the block about the message */
    }
    const char *said = field(block, "Diagnostic-Code", arena);
    status = better_status(status, said, arena);
    bool has_failed = strncasecmp(action, "failed", 6) == 0;
    enum bounce_kind kind = has_failed ? kind_of_failure(status) : BOUNCE_NEWS;
    if (kind > ret->kind) {
        ret->kind = kind;
        ret->status = arena_strndup(arena, status, 15);
        ret->detail = arena_strndup(arena, said, MAX_DETAIL);
    }
}

static void read_delivery_status(struct piece body, struct arena *arena, struct bounce_report *ret)
{
    for (int i = 0; i <= MAX_RECIPIENTS && body.n > 0; i++) {
        read_recipient(next_block(&body), arena, ret);
    }
}

/* "not-spam" takes one back, "auth-failure" is about DNS: neither is a complaint. */
static void read_feedback(struct piece body, struct arena *arena, struct bounce_report *ret)
{
    const char *type = field(body, "Feedback-Type", arena);
    bool is_complaint = strcasecmp(type, "abuse") == 0 || strcasecmp(type, "fraud") == 0 ||
                        strcasecmp(type, "opt-out") == 0;
    enum bounce_kind kind = is_complaint ? BOUNCE_COMPLAINT : BOUNCE_NEWS;
    if (kind > ret->kind) {
        ret->kind = kind;
        ret->detail = arena_printf(arena, "feedback report: %.40s", type);
    }
}

static void read_original(struct piece body, struct arena *arena, struct bounce_report *ret)
{
    const char *id = field(next_block(&body), "Message-ID", arena);
    const char *open = strchr(id, '<');
    if (open != NULL && ret->message_id[0] == '\0') {
        ret->message_id = arena_strndup(arena, open + 1, strcspn(open + 1, "> "));
    }
}

static const struct {
    const char *type;
    void (*read)(struct piece body, struct arena *arena, struct bounce_report *ret);
} part_readers[] = {
    {"message/delivery-status", read_delivery_status},
    {"message/global-delivery-status", read_delivery_status}, /* RFC 6533 */
    {"message/feedback-report", read_feedback},
    {"message/rfc822", read_original},
    {"message/global", read_original},
    {"message/rfc822-headers", read_original},
    {"text/rfc822-headers", read_original},
};

static void read_part(struct piece part, struct arena *arena, struct bounce_report *ret)
{
    struct piece headers = next_block(&part);
    const char *type = field(headers, "Content-Type", arena);
    for (size_t i = 0; i < sizeof part_readers / sizeof part_readers[0]; i++) {
        if (is_type(type, part_readers[i].type)) {
            part_readers[i].read(part, arena, ret);
            return;
        }
    }
}

void bounce_read(const char *mail, size_t len, struct arena *arena, struct bounce_report *ret)
{
    struct piece rest = {mail, len < BOUNCE_MAX ? len : BOUNCE_MAX};
    struct piece headers = next_block(&rest);
    const char *type = field(headers, "Content-Type", arena);
    const char *boundary = parameter(type, "boundary", arena);
    *ret = (struct bounce_report){BOUNCE_NONE, "", "", ""};
    if (!is_type(type, "multipart/report") || boundary[0] == '\0' ||
        strlen(boundary) > MAX_BOUNDARY) {
        return;
    }
    (void)next_part(&rest, boundary); /* the preamble */
    for (int i = 0; i < MAX_PARTS && rest.n > 0; i++) {
        read_part(next_part(&rest, boundary), arena, ret);
    }
}
