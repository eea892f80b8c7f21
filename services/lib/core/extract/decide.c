/* Which entries are people: the name, what stands behind it, and the neighbours speak together. */
#include "core/extract/parts.h"

#include <string.h>

struct counts {
    int n_full;
    int n_strong; /* full names with a known given name or an address */
    int n_given;
    int n_known; /* given names that are known */
};

static struct counts count_entries(const struct entries *entries)
{
    struct counts c = {0};
    for (size_t i = 0; i < entries->all.n; i++) {
        const struct entry *e = &entries->all.items[i];
        bool is_strong = e->facts.has_given || e->email.n > 0;
        if (e->facts.shape == NAME_FULL && e->facts.score >= 0.5) {
            c.n_full++;
            c.n_strong += is_strong ? 1 : 0;
        } else if (e->facts.shape == NAME_GIVEN && !e->facts.is_org && !e->facts.is_handle) {
            c.n_given++;
            c.n_known += is_strong ? 1 : 0;
        }
    }
    return c;
}

static double full_confidence(const struct entry *e, const struct counts *c, double base)
{
    double confidence = e->facts.score + (e->email.n > 0 ? 0.35 : 0.0);
    if (e->facts.score < 0.4 && !e->facts.has_given) {
        return 0.0; /* an organisation with an address is still none */
    }
    bool is_alone = c->n_strong == 0 && c->n_full > 3;
    confidence -= is_alone && !e->facts.has_given ? 0.25 : 0.0;
    confidence += c->n_strong * 3 >= c->n_full ? 0.1 * base : 0.0;
    confidence += base > 0.5 ? 0.1 : c->n_strong * 2 >= c->n_full && c->n_strong > 0 ? 0.0 : -0.2;
    return confidence;
}

static double given_confidence(const struct entry *e, const struct counts *c, double base)
{
    if (e->facts.is_handle) { /* only where a heading says that people follow */
        return base > 0.5 ? 0.6 : 0.2;
    }
    if (e->facts.is_org && e->email.n == 0) {
        return 0.0;
    }
    bool is_known = e->facts.has_given || e->email.n > 0;
    bool is_row_of_given = c->n_known >= 2 && c->n_known * 5 >= c->n_given * 2;
    if (is_known) {
        return (is_row_of_given ? 0.85 : 0.6) + (base > 0.5 ? 0.0 : -0.1);
    }
    return is_row_of_given && !e->facts.is_all_caps ? 0.65 : 0.2;
}

void entries_decide(struct entries *entries, double base)
{
    struct counts c = count_entries(entries);
    for (size_t i = 0; i < entries->all.n; i++) {
        struct entry *e = &entries->all.items[i];
        double confidence = e->facts.shape == NAME_FULL ? full_confidence(e, &c, base)
                                                        : given_confidence(e, &c, base);
        confidence = confidence > 0.99 ? 0.99 : confidence < 0.0 ? 0.0 : confidence;
        e->confidence = confidence;
        e->is_accepted = confidence >= 0.5;
    }
}

struct entries_share entries_share(const struct entries *entries)
{
    struct entries_share share = {0};
    for (size_t i = 0; i < entries->all.n; i++) {
        const struct entry *e = &entries->all.items[i];
        if (e->is_accepted) {
            share.n++;
            share.n_bytes += e->name.n + e->email.n + e->affiliation.n + e->topic.n + 4;
            share.is_sure = share.is_sure || e->facts.has_given || e->email.n > 0;
        }
    }
    return share;
}

#define PROBE_MAX ((size_t)2000) /* bytes of a line that tell what it is */

bool people_stand_in(const struct line *line, struct arena *probe, bool is_strict)
{
    if (line->len < 2) {
        return false;
    }
    size_t n_read = whole_cut(line->text, line->len, PROBE_MAX);
    if (line->len > 400 && strchr(line->text, ',') == NULL) {
        return false;
    }
    struct entries entries = {0};
    struct item item = {
        .text = arena_strndup(probe, line->text, n_read),
        .line = 1,
        .is_row = (line->flags & LINE_TABLE) != 0,
    };
    struct columns columns = NO_COLUMNS;
    entries_read(&entries, &item, &columns, probe);
    entries_decide(&entries, 1.0);
    struct entries_share share = entries_share(&entries);
    arena_reset(probe);
    return share.n > 0 && share.n_bytes * 2 >= n_read && (share.is_sure || !is_strict);
}
