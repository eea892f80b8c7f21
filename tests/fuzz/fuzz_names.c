/* Any bytes as names: parse them, put them into an index and take them out again, look them up, and
 * find out who is who in a conference of them. */
#include "base/arena.h"
#include "core/identity.h"
#include "core/names.h"
#include "core/resolve.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MAX 64

struct lines {
    const char *items[LINES_MAX];
    int n;
};

static const char *line(const struct lines *lines, int i)
{
    return lines->items[i % lines->n];
}

static void cut(char *text, struct lines *ret)
{
    size_t n = strlen(text); /* a NUL ends the names, as everywhere */
    ret->n = 0;
    for (char *p = text; p <= text + n && ret->n < LINES_MAX;) {
        size_t len = strcspn(p, "\n");
        p[len] = '\0';
        ret->items[ret->n++] = p;
        p += len + 1;
    }
}

static void parse(const char *name)
{
    struct written_name written;
    name_parse(name, &written);
    for (int k = 0; k < written.n_readings; k++) {
        char key[NAME_KEY_SIZE];
        name_key(&written.readings[k], key);
        if (strlen(key) >= sizeof key || written.readings[k].n > NAME_TOKENS) {
            abort();
        }
    }
}

static void add(struct resolve_index *index, const struct lines *lines, int i)
{
    struct resolve_record record = {.name = line(lines, i),
                                    .email = line(lines, i + 1),
                                    .affiliation = line(lines, i + 2),
                                    .context = line(lines, i + 3),
                                    .email_md5 = line(lines, i + 4),
                                    .matrix_id = line(lines, i + 5)};
    (void)resolve_add(index, &record, i % 7);
}

static void find(struct resolve_index *index, const struct lines *lines, int i, struct arena *arena,
                 struct resolve_answer *ret)
{
    struct resolve_record mention = {
        .name = line(lines, i), .affiliation = line(lines, i + 1), .context = line(lines, i + 2)};
    resolve_find(index, &mention, NULL, arena, ret);
    for (int k = 0; k < ret->n_candidates; k++) {
        double p = ret->candidates[k].confidence;
        if (!(p >= 0 && p <= 1)) {
            abort();
        }
    }
    if (ret->status == RESOLUTION_LINKED && ret->is_given_name_only && !ret->is_decisive) {
        abort();
    }
}

/* What is added behind a mark and taken back leaves no trace. */
static void look_up(const struct lines *lines, struct arena *arena)
{
    struct resolve_index *index = resolve_index_new();
    int half = lines->n / 2;
    for (int i = 0; i < half; i++) {
        add(index, lines, i);
    }
    struct resolve_answer *before = arena_array(arena, LINES_MAX, sizeof *before);
    for (int i = 0; i < lines->n; i++) {
        find(index, lines, i, arena, &before[i]);
        (void)resolve_names_agree(line(lines, i), line(lines, i + 1));
    }
    resolve_mark(index);
    for (int i = half; i < lines->n; i++) {
        add(index, lines, i);
    }
    resolve_rewind(index);
    for (int i = 0; i < lines->n; i++) {
        struct resolve_answer again;
        find(index, lines, i, arena, &again);
        bool is_same =
            again.n_candidates == before[i].n_candidates && again.status == before[i].status;
        for (int k = 0; is_same && k < again.n_candidates; k++) {
            is_same = again.candidates[k].confidence == before[i].candidates[k].confidence;
        }
        if (!is_same) {
            abort();
        }
    }
    resolve_index_free(index);
}

static void who_is_who(const struct lines *lines, struct arena *arena)
{
    struct conference conf;
    struct identity identity = {0};
    conference_init(&conf);
    for (int i = 0; i < 2; i++) {
        conference_add_track(&conf, arena)->title = line(lines, i);
    }
    for (int i = 0; i < lines->n; i++) {
        struct registrant *registrant = i % 3 == 0 ? conference_add_registrant(&conf, arena) : NULL;
        struct mention *mention = i % 3 != 0 ? conference_add_mention(&conf, arena) : NULL;
        if (registrant != NULL) {
            registrant->name = line(lines, i);
            registrant->email = line(lines, i + 1);
            registrant->affiliation = line(lines, i + 2);
        } else {
            mention->name = line(lines, i);
            mention->email = line(lines, i + 3);
            mention->affiliation = line(lines, i + 5);
            mention->track = i % 2;
        }
    }
    identity_assign(&conf, NULL, arena, &identity);
    for (size_t i = 0; i < conf.mentions.n; i++) {
        int person = identity.mentions[i].person;
        if (person >= (int)conf.persons.n ||
            (identity.mentions[i].status == RESOLUTION_LINKED && person < 0)) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct lines lines;
    cut(arena_strndup(arena, (const char *)data, size), &lines);
    for (int i = 0; i < lines.n; i++) {
        parse(lines.items[i]);
    }
    look_up(&lines, arena);
    who_is_who(&lines, arena);
    arena_free(arena);
    return 0;
}
