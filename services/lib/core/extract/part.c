/* One part of a list: a name and what is written behind it. */
#include "core/extract/part.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

#define NOTES_MAX 8

struct span address_take(struct span s, size_t *ret_at, size_t *ret_len)
{
    for (size_t i = 0; i < s.n; i++) {
        bool is_start = i == 0 || strchr(" ,;:<(/\n", s.p[i - 1]) != NULL;
        size_t n = is_start ? address_length(s.p + i, s.n - i) : 0;
        if (n > 0) {
            *ret_at = i;
            *ret_len = n;
            return (struct span){s.p + i, n};
        }
    }
    return no_span;
}

/* Finds a nickname inside a name: "Jane "jd" Doe", "Jane 'jd' Doe". [*ret_from, *ret_to) is it with
 * its quotes and the blank before it. */
static bool nickname_find(struct span name, size_t *ret_from, size_t *ret_to)
{
    static const struct {
        const char *open;
        const char *close;
    } quotes[] = {{" \"", "\" "}, {" '", "' "}, {" “", "” "},
                  {" ‘", "’ "},   {" «", "» "}, {" @", " "}};
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        const char *open = memmem(name.p, name.n, quotes[i].open, strlen(quotes[i].open));
        size_t at = open == NULL ? name.n : (size_t)(open - name.p) + strlen(quotes[i].open);
        const char *close = open == NULL ? NULL
                                         : memmem(name.p + at, name.n - at, quotes[i].close,
                                                  strlen(quotes[i].close));
        if (close != NULL && open > name.p) {
            *ret_from = (size_t)(open - name.p);
            *ret_to = (size_t)(close - name.p) + strlen(quotes[i].close) - 1;
            return true;
        }
    }
    return false;
}

/* A nickname inside the name is no part of it. */
static struct span drop_nickname(struct span name, struct arena *scratch)
{
    size_t from = 0;
    size_t to = 0;
    if (!nickname_find(name, &from, &to)) {
        return name;
    }
    char *text =
        arena_printf(scratch, "%.*s%.*s", (int)from, name.p, (int)(name.n - to), name.p + to);
    return span_of(span_dup(span_of(text), scratch));
}

/* "William (Bill) Moore": the bracket stands inside the name. */
static bool join_behind_nickname(struct part *part, struct span s, size_t behind,
                                 struct arena *scratch)
{
    if (behind + 2 >= s.n || s.p[behind] != ' ' || !isupper((unsigned char)s.p[behind + 1]) ||
        memchr(part->inner.p, ' ', part->inner.n) != NULL ||
        name_judge(part->name).shape != NAME_GIVEN) {
        return false;
    }
    enum cut cut = CUT_NONE;
    size_t len = 0;
    size_t end = cut_next(s, behind, &cut, &len);
    struct span rest = span_trim((struct span){s.p + behind, end - behind});
    char *whole =
        arena_printf(scratch, "%.*s %.*s", (int)part->name.n, part->name.p, (int)rest.n, rest.p);
    if (name_judge(span_of(whole)).shape != NAME_FULL) {
        return false;
    }
    part->name = span_of(whole);
    return true;
}

/* Where part_read() stands: at s.p[i] begins what `cut` says, with a marker of len bytes. */
struct part_reader {
    struct span s;
    struct arena *scratch;
    size_t i;
    size_t len;
    enum cut cut;
    int n_dashes;
};

static void part_advance(struct part_reader *r, size_t from)
{
    r->i = cut_next(r->s, from, &r->cut, &r->len);
}

static void read_bracket(struct part *part, struct part_reader *r)
{
    struct span s = r->s;
    char open = s.p[r->i];
    char close = open == '(' ? ')' : open == '[' ? ']' : open == '<' ? '>' : '}';
    size_t from = r->i + r->len;
    const char *hit = memchr(s.p + from, close, s.n - from);
    if (hit != NULL && memchr(s.p + from, open, (size_t)(hit - s.p) - from) != NULL) {
        hit = memrchr(s.p + from, close, s.n - from);
    }
    size_t end = hit == NULL ? s.n : (size_t)(hit - s.p);
    struct span inner = {s.p + from, end - from};
    part->inner = part->inner.n == 0 ? inner : part->inner;
    if (!join_behind_nickname(part, s, end + 1, r->scratch)) {
        note_read(part, inner, false);
    }
    part_advance(r, end < s.n ? end + 1 : s.n);
}

static void read_address(struct part *part, struct part_reader *r)
{
    size_t n = address_length(r->s.p + r->i, r->s.n - r->i);
    part->email = part->email.n == 0 ? (struct span){r->s.p + r->i, n} : part->email;
    part_advance(r, r->i + n);
}

static bool is_word_cut(enum cut cut)
{
    return cut == CUT_FROM || cut == CUT_TOPIC || cut == CUT_IGNORE;
}

/* What stands behind a dash, "from" or "for". */
static void read_behind(struct part *part, struct part_reader *r)
{
    enum cut cut = r->cut;
    size_t from = r->i + r->len;
    part_advance(r, from);
    if (cut == CUT_IGNORE) {
        r->i = r->s.n;
        return;
    }
    while (cut != CUT_TOPIC && is_word_cut(r->cut)) { /* "Jane Doe - maintainer of foo": one note */
        part_advance(r, r->i + r->len);
    }
    if (cut == CUT_TOPIC && r->cut != CUT_BRACKET && r->cut != CUT_ADDRESS) {
        r->i = r->s.n;
    }
    from -= from > 0 && r->s.p[from - 1] == '@' ? 1 : 0; /* note_read() looks at the sign */
    struct span note = {r->s.p + from, r->i - from};
    if (cut == CUT_TOPIC) {
        part_set_topic(part, note);
    } else if (cut != CUT_DASH || r->n_dashes++ == 0) { /* the second: a country */
        note_read(part, note, cut == CUT_DASH);
    }
}

/* "jane@example.org (Jane Doe)" */
static void take_name_from_bracket(struct part *part)
{
    if (part->name.n == 0 && part->email.n > 0 && part->affiliation.n > 0 &&
        name_judge(part->affiliation).shape == NAME_FULL) {
        part->name = part->affiliation;
        part->affiliation = no_span;
        part->facts = name_judge(part->name);
    }
}

struct part part_read(struct span s, struct arena *scratch)
{
    struct part part = {.whole = s, .name = no_span};
    s.n = s.n < PART_MAX ? s.n : PART_MAX;
    s = lead_trim(tail_trim(s));
    struct part_reader r = {.s = s, .scratch = scratch};
    part_advance(&r, 0);
    part.name = tail_trim(drop_nickname((struct span){s.p, r.i}, scratch));
    for (int n = 0; r.i < s.n && n < NOTES_MAX; n++) {
        if (r.cut == CUT_BRACKET) {
            read_bracket(&part, &r);
        } else if (r.cut == CUT_ADDRESS) {
            read_address(&part, &r);
        } else {
            read_behind(&part, &r);
        }
    }
    part.facts = handle_is(part.name)
                     ? (struct name_facts){.shape = NAME_GIVEN, .n_words = 1, .is_handle = true}
                     : name_judge_with_address(part.name, part.email);
    take_name_from_bracket(&part);
    return part;
}
