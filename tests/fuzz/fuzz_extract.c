/* Any bytes are read or refused: no crash, no overrun, and what comes out is UTF-8. */
#include "base/str.h"
#include "core/extract.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_string(const char *s)
{
    if (s == NULL || !utf8_is_valid(s, strlen(s), NULL)) {
        abort();
    }
}

static void check_mention(const struct extract_mention *m, int n_lines)
{
    check_string(m->name);
    check_string(m->email);
    check_string(m->affiliation);
    check_string(m->topic);
    bool is_line =
        m->line >= 1 && m->line <= n_lines && m->also_line >= 0 && m->also_line <= n_lines;
    bool is_probability = m->confidence >= 0.0 && m->confidence <= 1.0;
    if (m->name[0] == '\0' || !is_line || !is_probability) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct extract found = {0};
    struct err err = {0};
    if (extract_text("fuzz", (const char *)data, size, arena, &found, &err) < 0) {
        return 0;
    }
    int n_lines = 1;
    for (size_t i = 0; i < size; i++) {
        n_lines += data[i] == '\n' ? 1 : 0;
    }
    for (size_t i = 0; i < found.tracks.n; i++) {
        const struct extract_track *track = &found.tracks.items[i];
        check_string(track->title);
        for (size_t k = 0; k < track->leads.n; k++) {
            check_mention(&track->leads.items[k], n_lines);
        }
        for (size_t k = 0; k < track->key_attendees.n; k++) {
            check_mention(&track->key_attendees.items[k], n_lines);
        }
    }
    return 0;
}
