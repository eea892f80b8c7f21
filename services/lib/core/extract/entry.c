/* Entries: one line, row or paragraph of a list taken apart into people with what stands by them.
 */
#include "core/extract/entry.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LABEL_MAX  90
#define SHORT_LINE 45 /* bytes of a line that ends before the margin */

struct parts {
    VEC(struct part) all;
};

/* ------------------------------------------------------------------ several parts */

static bool part_is_person(const struct part *part)
{
    return part->facts.shape == NAME_FULL && part->facts.score >= 0.5;
}

/* Could what stands behind a name be where the person works? */
static bool part_is_company(const struct part *part, bool is_company_style)
{
    if (part->name.n < 2 || part->email.n > 0 || part->name.n > NOTE_MAX) {
        return false;
    }
    if ((word_classes(part->name) & WORD_IS_HONORIFIC) != 0) {
        return false; /* "Jane Doe, PhD" */
    }
    if (part->facts.is_org && !(part->facts.has_given && part->facts.shape == NAME_FULL)) {
        return true;
    }
    if (part->facts.shape == NAME_GIVEN) {
        return !part->facts.has_given || is_company_style;
    }
    bool is_name =
        isupper((unsigned char)part->name.p[0]) || isdigit((unsigned char)part->name.p[0]);
    return part->facts.shape == NAME_NOT ? is_name : is_company_style && !part->facts.has_given;
}

/* The line of p, which never lies before the last one asked for. */
static int line_of(struct parser *parser, const char *p)
{
    for (; parser->seen < p; parser->seen++) {
        parser->line += *parser->seen == '\n' ? 1 : 0;
    }
    return parser->line;
}

struct entry *entry_add(struct parser *parser, const struct part *part)
{
    struct entry *entry = vec_add(parser->scratch, &parser->entries->all);
    *entry = (struct entry){
        .name = part->name,
        .email = part->email,
        .affiliation = part->affiliation.n > 0 ? part->affiliation : parser->affiliation,
        .topic = part->topic.n > 0 ? part->topic : parser->topic,
        .line = line_of(parser, part->whole.p),
        .facts = part->facts,
        .note = part->note,
    };
    return entry;
}

/* "jane.doe@example.org" without a name still says who is meant; a list's address does not. */
static void name_from_address(struct part *part, struct arena *scratch)
{
    size_t at = strcspn(part->email.p, "@");
    const char *dot = memchr(part->email.p, '.', at);
    if (dot == NULL || memchr(dot + 1, '.', at - (size_t)(dot + 1 - part->email.p)) != NULL) {
        return;
    }
    char *name = arena_strndup(scratch, part->email.p, at);
    size_t k = (size_t)(dot - part->email.p);
    if (strpbrk(name, "0123456789-_+") != NULL || k < 2 || at - k < 3) {
        return;
    }
    name[k] = ' ';
    name[0] = (char)toupper((unsigned char)name[0]);
    name[k + 1] = (char)toupper((unsigned char)name[k + 1]);
    struct name_facts facts = name_judge(span_of(name));
    if (facts.shape == NAME_FULL && facts.has_given) {
        part->name = span_of(name);
        part->facts = facts;
    }
}

static void list_parse(struct parser *parser, struct span s, int depth);

/* "the Foo team (A, B)": the bracket holds the people. True when it was one. */
static bool group_parse(struct parser *parser, const struct part *part, int depth)
{
    if (part->inner.n < 3 || depth > 3 || part_is_person(part)) {
        return false;
    }
    size_t sep = 0;
    size_t end = part_end(part->inner, &sep);
    struct part first = part_read((struct span){part->inner.p, end}, parser->scratch);
    bool is_list = sep > 0;
    bool is_known = part->facts.shape == NAME_GIVEN && part->facts.has_given && !part->facts.is_org;
    if (first.facts.shape == NAME_NOT || is_known || first.facts.is_org ||
        (first.facts.shape == NAME_GIVEN && !first.facts.has_given && !is_list) ||
        (part->facts.shape == NAME_GIVEN && !is_list && !first.facts.has_given)) {
        return false;
    }
    struct span before = parser->affiliation;
    struct span topic = parser->topic;
    struct span outer = {part->whole.p, (size_t)(part->inner.p - part->whole.p)};
    const char *open = memrchr(outer.p, '(', outer.n);
    outer.n = open == NULL ? outer.n : (size_t)(open - outer.p);
    struct part group = {.affiliation = no_span};
    outer = lead_trim(tail_trim(outer));
    struct name_facts facts = name_judge(outer);
    if (facts.is_org || facts.shape != NAME_NOT) {
        part_set_affiliation(&group, outer);
        parser->affiliation = group.affiliation;
    } else {
        part_set_topic(&group, outer);
        parser->topic = group.topic;
    }
    list_parse(parser, part->inner, depth + 1);
    parser->affiliation = before;
    parser->topic = topic;
    return true;
}

/* "Doe, Jane": family name first when the item holds nothing else. */
static bool is_turned(const struct parts *parts, bool is_turned_style)
{
    const struct part *a = &parts->all.items[0];
    const struct part *b = &parts->all.items[1];
    bool is_pair = parts->all.n == 2 && b->is_after_comma && a->email.n == 0 &&
                   a->affiliation.n == 0 && !a->facts.is_org && !b->facts.is_org;
    bool is_one_word = a->facts.shape == NAME_GIVEN ||
                       (a->facts.shape == NAME_FULL && a->facts.is_all_caps) ||
                       (a->facts.shape == NAME_FULL && a->facts.n_words == 2 &&
                        islower((unsigned char)a->name.p[0]));
    bool is_given = b->facts.shape == NAME_GIVEN ||
                    (b->facts.shape == NAME_FULL && b->facts.has_given && b->facts.n_words == 1);
    if (!is_pair || !is_one_word || !is_given) {
        return false;
    }
    return is_turned_style || (b->facts.has_given && !a->facts.has_given);
}

static void turn_round(struct parser *parser, struct parts *parts)
{
    struct part *a = &parts->all.items[0];
    const struct part *b = &parts->all.items[1];
    struct part whole = *b;
    whole.whole = a->whole;
    whole.name = span_of(arena_printf(parser->scratch, "%.*s %.*s", (int)b->name.n, b->name.p,
                                      (int)a->name.n, a->name.p));
    whole.facts = name_judge(whole.name);
    (void)entry_add(parser, &whole);
}

static struct parts parts_read(struct parser *parser, struct span s)
{
    struct parts parts = {0};
    bool is_after_comma = false;
    bool is_after_slash = false;
    while (s.n > 0) {
        size_t sep = 0;
        size_t end = part_end(s, &sep);
        struct span whole = {s.p, end};
        bool is_comma = sep > 0 && s.p[end] == ',';
        bool is_slash = sep > 1 && strchr("/|", s.p[end + sep - 1]) != NULL;
        whole = span_trim(whole); /* its line is that of its first word */
        if (whole.n > 0) {
            struct part part = part_read(whole, parser->scratch);
            part.is_after_comma = is_after_comma;
            part.is_after_slash = is_after_slash;
            *vec_add(parser->scratch, &parts.all) = part;
        }
        is_after_comma = is_comma;
        is_after_slash = is_slash;
        s = (struct span){s.p + end + sep, s.n - end - sep};
        if (sep == 0) {
            break;
        }
    }
    return parts;
}

/* "\"Doe, Jane\" <jane@x>" */
static void unquote(struct part *part, struct arena *scratch)
{
    const char *comma = memchr(part->name.p, ',', part->name.n);
    if (comma == NULL) {
        return;
    }
    struct span family = span_trim((struct span){part->name.p, (size_t)(comma - part->name.p)});
    struct span given =
        tail_trim((struct span){comma + 1, part->name.n - (size_t)(comma + 1 - part->name.p)});
    part->name =
        span_of(arena_printf(scratch, "%.*s %.*s", (int)given.n, given.p, (int)family.n, family.p));
    part->facts = name_judge(part->name);
}

/* "Scheduler - Jane Doe, John Roe": the dash stands before people, not behind one. */
static void turn_label(struct parser *parser, struct part *part)
{
    struct name_facts behind = name_judge(part->affiliation);
    bool is_label = part->is_dashed && !part_is_person(part) && behind.shape == NAME_FULL &&
                    !behind.is_org && (behind.has_given || part->facts.shape == NAME_NOT);
    if (!is_label) {
        return;
    }
    bool is_group = part->facts.is_org;
    *(is_group ? &parser->affiliation : &parser->topic) = part->name;
    part->name = part->affiliation;
    part->affiliation = no_span;
    part->facts = behind;
}

/* "University of Nowhere (Chair)": all before the bracket; "of" cuts names, not companies. */
static struct span company_of(const struct part *part)
{
    size_t n = strcspn(part->whole.p, "([<");
    struct span whole = {part->whole.p, n < part->whole.n ? n : part->whole.n};
    bool is_plain = part->email.n == 0 && part->facts.is_org && part->name.p == part->whole.p;
    return is_plain ? whole : part->name;
}

/* "Jane Doe, Director, Example Corp": the company follows, or a bracket holds it. */
static bool take_job(struct entry *last, const struct part *part)
{
    if (!part->facts.is_job || part->facts.shape != NAME_NOT) {
        return false;
    }
    bool is_company = part->affiliation.n > 0 && !islower((unsigned char)part->affiliation.p[0]);
    if (is_company && last->affiliation.n == 0) {
        last->affiliation = part->affiliation;
    } else if (!is_company && last->topic.n == 0) { /* "maintainer of the foo driver" */
        last->topic = part->affiliation;
    }
    return true;
}

/* "Jane Doe, Example Corp", "Jane Doe / Examplesoft" */
static bool take_company(struct entry *last, const struct part *part, bool is_pair)
{
    bool is_behind = part->is_after_comma || (part->is_after_slash && part->facts.is_org);
    if (!is_behind || last->affiliation.n > 0 || last->facts.shape != NAME_FULL ||
        !part_is_company(part, is_pair)) {
        return false;
    }
    struct part holder = {.affiliation = no_span};
    part_set_affiliation(&holder, company_of(part));
    last->affiliation = holder.affiliation;
    last->note = part->note > last->note ? part->note : last->note;
    last->email = part->email.n > 0 ? part->email : last->email;
    return true;
}

/* "Jane Doe, for io_uring" */
static bool take_remark(struct entry *last, const struct part *part)
{
    struct span remark = note_topic(part->whole);
    if (!part->is_after_comma || remark.n == 0 || last->topic.n > 0) {
        return false;
    }
    last->topic = tail_trim(remark);
    return true;
}

/* Does the part belong to the person before it? Then it is added there. */
static bool part_belongs(struct entry *last, const struct part *part, bool is_pair)
{
    if (part->name.n == 0 && part->email.n > 0 && last->email.n == 0) {
        last->email = part->email;
        return true;
    }
    if (part->facts.is_handle && last->facts.shape == NAME_FULL) { /* "Jane Doe, @jane" */
        return true;
    }
    return take_job(last, part) || take_company(last, part, is_pair) || take_remark(last, part) ||
           (word_classes(part->name) & WORD_IS_HONORIFIC) != 0; /* "Jane Doe, PhD" */
}

static void list_parse(struct parser *parser, struct span s, int depth)
{
    struct parts parts = parts_read(parser, sentence_cut(s));
    if (parts.all.n == 0) {
        return;
    }
    if (parts.all.n == 2 && depth == 0 && is_turned(&parts, parser->item->is_turned_style)) {
        turn_round(parser, &parts);
        return;
    }
    turn_label(parser, &parts.all.items[0]);
    bool is_pair = parts.all.n <= 3 && depth == 0 && parser->item->is_company_style;
    struct entry *last = NULL;
    for (size_t i = 0; i < parts.all.n; i++) {
        struct part *part = &parts.all.items[i];
        unquote(part, parser->scratch);
        bool is_address = part->name.n == 0 && part->email.n > 0;
        if (is_address && (last == NULL || last->email.n > 0)) {
            name_from_address(part, parser->scratch);
        }
        if (!is_address && group_parse(parser, part, depth)) {
            last = NULL;
        } else if (last == NULL || !part_belongs(last, part, is_pair)) {
            last = part->facts.shape == NAME_NOT ? NULL : entry_add(parser, part);
        }
    }
}

/* ------------------------------------------------------------------ items */

/* Is "label: rest" a group or topic before people? Then *s becomes the rest. */
static void label_read(struct parser *parser, struct span *s)
{
    size_t max = s->n < LABEL_MAX ? s->n : LABEL_MAX;
    size_t i = 0;
    int depth = 0;
    while (i < max && !(depth == 0 && s->p[i] == ':' &&
                        (i + 1 == s->n || s->p[i + 1] == ' ' || s->p[i + 1] == '\n'))) {
        depth += depth_change(s->p[i]);
        if (s->p[i] == ',' && depth == 0) {
            return;
        }
        i++;
    }
    if (i >= max || i < 2) {
        return;
    }
    struct span label = span_trim((struct span){s->p, i});
    struct span rest = {s->p + i + 1, s->n - i - 1};
    struct name_facts facts = name_judge(label);
    size_t sep = 0;
    struct part first = part_read((struct span){rest.p, part_end(rest, &sep)}, parser->scratch);
    bool is_person = facts.shape == NAME_FULL && facts.score > 0.5 && !facts.is_org;
    if (is_person && (facts.has_given || first.facts.shape != NAME_FULL)) {
        return; /* "Jane Doe: scheduler": a topic behind a name */
    }
    struct part owner = part_read(label, parser->scratch);
    if (part_is_person(&owner) && owner.inner.n > 0) {
        return; /* "Jane Doe (Example Corp): scheduler" */
    }
    if (note_classify(label) == NOTE_NONE) {
        bool is_group =
            facts.is_org || (facts.shape == NAME_GIVEN && first.facts.shape == NAME_GIVEN);
        struct part holder = {.affiliation = no_span};
        part_set_affiliation(&holder, label);
        *(is_group ? &parser->affiliation : &parser->topic) = holder.affiliation;
    }
    *s = rest;
}

/* A short first line is the topic, what follows describes it; a long one goes on. */
static struct span first_line(struct span s)
{
    const char *eol = memchr(s.p, '\n', s.n);
    size_t n = eol == NULL ? s.n : (size_t)(eol - s.p);
    return n > 0 && n < SHORT_LINE ? (struct span){s.p, n} : s;
}

/* The bracket that ends the text: "topic (A, B)". */
static bool topic_split(struct span s, struct span *ret_topic, struct span *ret_people)
{
    s = tail_trim(s);
    if (s.n < 4 || (s.p[s.n - 1] != ')' && s.p[s.n - 1] != ']')) {
        return false;
    }
    char close = s.p[s.n - 1];
    char open = close == ')' ? '(' : '[';
    int depth = 0;
    for (size_t i = s.n; i-- > 0;) {
        depth += s.p[i] == close ? 1 : s.p[i] == open ? -1 : 0;
        if (depth == 0) {
            *ret_topic = tail_trim(first_line((struct span){s.p, i}));
            *ret_people = (struct span){s.p + i + 1, s.n - i - 2};
            return ret_topic->n > 0;
        }
    }
    return false;
}

static void topic_read(struct parser *parser, struct span s)
{
    struct span people = no_span;
    if (topic_split(s, &parser->topic, &people)) {
        list_parse(parser, people, 1);
        return;
    }
    label_read(parser, &s);
    if (parser->topic.n > 0 || parser->affiliation.n > 0) {
        parser->topic = parser->topic.n > 0 ? parser->topic : parser->affiliation;
        parser->affiliation = no_span;
        list_parse(parser, s, 1);
        return;
    }
    struct part part = part_read(s, parser->scratch);
    if (part.is_dashed && name_judge(part.affiliation).shape == NAME_FULL) {
        size_t from = (size_t)(part.affiliation.p - s.p);
        parser->topic = part.name;
        list_parse(parser, (struct span){s.p + from, s.n - from}, 1);
    }
}

/* "Tracing", "Fuzzing" */
static bool reads_as_activity(struct span label)
{
    return label.n > 5 && memchr(label.p, ' ', label.n) == NULL &&
           memcmp(label.p + label.n - 3, "ing", 3) == 0;
}

void entries_read(struct entries *entries, const struct item *item, const struct columns *columns,
                  struct arena *scratch)
{
    address_unveil(item->text);
    struct parser parser = {
        .entries = entries,
        .scratch = scratch,
        .seen = item->text,
        .line = item->line,
        .affiliation = no_span,
        .topic = item->topic,
        .item = item,
    };
    struct span rest = span_of(item->text);
    if (item->label.n > 0) {
        struct name_facts facts = name_judge(item->label);
        bool is_group = facts.is_org || (facts.shape != NAME_NOT && !item->is_label_topic &&
                                         !reads_as_activity(item->label));
        *(is_group ? &parser.affiliation : &parser.topic) = item->label;
    }
    if (item->is_row) {
        row_read(&parser, rest, columns);
        return;
    }
    struct span affiliation = parser.affiliation;
    struct span topic = parser.topic;
    while (rest.n > 0) {
        const char *cut = memchr(rest.p, ';', rest.n);
        size_t n = cut == NULL ? rest.n : (size_t)(cut - rest.p);
        struct span sub = {rest.p, n};
        rest = cut == NULL ? no_span : (struct span){cut + 1, rest.n - n - 1};
        parser.affiliation = affiliation;
        parser.topic = topic;
        if (item->is_topic) {
            topic_read(&parser, span_trim(sub));
            continue;
        }
        label_read(&parser, &sub);
        list_parse(&parser, tail_trim(sub), 0);
    }
}

void item_style(const struct item *item, struct arena *scratch, int *n_company, int *n_turned,
                int *n_pairs)
{
    const char *comma = strchr(item->text, ',');
    if (comma == NULL || strchr(comma + 1, ',') != NULL) {
        return;
    }
    struct parser parser = {.scratch = scratch, .item = item};
    struct parts parts = parts_read(&parser, span_of(item->text));
    if (parts.all.n != 2 || !parts.all.items[1].is_after_comma) {
        return;
    }
    const struct part *a = &parts.all.items[0];
    const struct part *b = &parts.all.items[1];
    (*n_pairs)++;
    *n_company += a->facts.shape == NAME_FULL && part_is_company(b, false) ? 1 : 0;
    *n_turned += a->facts.shape == NAME_GIVEN && b->facts.shape == NAME_GIVEN && !a->facts.is_org &&
                         !b->facts.is_org
                     ? 1
                     : 0;
}
