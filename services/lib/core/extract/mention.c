/* Mentions: an entry that was taken for a person goes to its track, once for each role. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

static bool is_same_text(const char *a, struct span b)
{
    return b.n == 0 || (strlen(a) == b.n && strncasecmp(a, b.p, b.n) == 0);
}

static void fold_in(struct extract_mention *m, const struct entry *e, struct arena *arena)
{
    if (m->also_line == 0 && e->line != m->line) {
        m->also_line = e->line;
    }
    if (m->email[0] == '\0' && e->email.n > 0) {
        m->email = span_dup(e->email, arena);
    }
    if (m->affiliation[0] == '\0' && e->affiliation.n > 0) {
        m->affiliation = span_dup(e->affiliation, arena);
    }
    bool is_new_topic =
        e->topic.n > 0 && memmem(m->topic, strlen(m->topic), e->topic.p, e->topic.n) == NULL;
    if (is_new_topic && strlen(m->topic) < 500) {
        m->topic = m->topic[0] == '\0'
                       ? span_dup(e->topic, arena)
                       : arena_printf(arena, "%s; %.*s", m->topic, (int)e->topic.n, e->topic.p);
    }
    m->confidence = e->confidence > m->confidence ? e->confidence : m->confidence;
}

/* Given names of two groups may be two people: the group is part of their key. */
static char *mention_key(const struct reader *reader, enum role role, const struct entry *e,
                         bool is_given)
{
    char folded[128];
    char group[64] = "";
    (void)fold_word(e->name, folded, sizeof folded);
    if (is_given) {
        (void)fold_word(e->affiliation.n > 0 ? e->affiliation : e->topic, group, sizeof group);
    }
    return arena_printf(reader->scratch, "%zu %d %s\n%s", reader->track_index, (int)role, folded,
                        group);
}

void mention_add(struct reader *reader, enum role role, enum strength strength,
                 const struct entry *e)
{
    if (e->note == NOTE_LEAD) {
        role = ROLE_LEAD;
        strength = STRENGTH_MUST;
    } else if (e->note == NOTE_OPTIONAL && role != ROLE_LEAD) {
        strength = STRENGTH_SHOULD;
    }
    struct extract_track *track = reader->track;
    bool is_given = e->facts.shape == NAME_GIVEN;
    size_t n = role == ROLE_LEAD ? track->leads.n : track->key_attendees.n;
    char *key = mention_key(reader, role, e, is_given);
    bool is_new = false;
    int64_t *at = strmap_at(&reader->seen, reader->doc->arena, key, (int64_t)n, &is_new);
    if (!is_new) {
        struct extract_mention *old =
            role == ROLE_LEAD ? &track->leads.items[*at] : &track->key_attendees.items[*at];
        bool is_same = is_same_text(old->email, e->email) || old->email[0] == '\0';
        if (is_same) {
            old->strength = strength < old->strength ? strength : old->strength;
            fold_in(old, e, reader->arena);
            return;
        }
    }
    struct extract_mention *m = role == ROLE_LEAD ? vec_add(reader->arena, &track->leads)
                                                  : vec_add(reader->arena, &track->key_attendees);
    *m = (struct extract_mention){
        .name = span_dup(e->name, reader->arena),
        .email = span_dup(e->email, reader->arena),
        .affiliation = span_dup(e->affiliation, reader->arena),
        .topic = span_dup(e->topic, reader->arena),
        .line = e->line,
        .is_given_name_only = is_given,
        .strength = strength,
        .confidence = e->confidence,
    };
}

void mention_add_author(struct reader *reader, size_t i, enum role role, enum strength strength)
{
    struct span name;
    struct span email;
    if (!mail_author(reader->doc, i, &name, &email)) {
        return;
    }
    struct entry entry = {
        .name = name,
        .email = email,
        .affiliation = span_of(""),
        .topic = span_of(""),
        .line = (int)reader->doc->lines[i].number,
        .facts = name_judge(name),
        .confidence = 0.9,
    };
    if (entry.facts.shape != NAME_NOT) {
        mention_add(reader, role, strength, &entry);
    }
}
