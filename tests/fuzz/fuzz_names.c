/* Any bytes as names: parse them, put them into an index, look them up. */
#include "base/arena.h"
#include "core/names.h"
#include "core/resolve.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct resolve_index *index = resolve_index_new();
    char *text = arena_strndup(arena, (const char *)data, size);
    size_t n = strlen(text); /* a NUL ends the names, as everywhere */
    const char *lines[LINES_MAX];
    int n_lines = 0;
    for (char *p = text; p <= text + n && n_lines < LINES_MAX;) {
        size_t len = strcspn(p, "\n");
        p[len] = '\0';
        lines[n_lines++] = p;
        p += len + 1;
    }
    for (int i = 0; i < n_lines; i++) {
        struct written_name written;
        name_parse(lines[i], &written);
        for (int k = 0; k < written.n_readings; k++) {
            char key[NAME_KEY_SIZE];
            name_key(&written.readings[k], key);
            if (strlen(key) >= sizeof key || written.readings[k].n > NAME_TOKENS) {
                abort();
            }
        }
        struct resolve_record record = {.name = lines[i],
                                        .email = lines[(i + 1) % n_lines],
                                        .affiliation = lines[(i + 2) % n_lines],
                                        .context = lines[(i + 3) % n_lines],
                                        .email_md5 = lines[(i + 4) % n_lines],
                                        .matrix_id = lines[(i + 5) % n_lines]};
        (void)resolve_add(index, &record, i % 7);
    }
    for (int i = 0; i < n_lines; i++) {
        struct resolve_record mention = {.name = lines[i],
                                         .affiliation = lines[(i + 1) % n_lines],
                                         .context = lines[(i + 2) % n_lines]};
        struct resolve_answer answer;
        resolve_find(index, &mention, NULL, arena, &answer);
        for (int k = 0; k < answer.n_candidates; k++) {
            double p = answer.candidates[k].confidence;
            if (!(p >= 0 && p <= 1)) {
                abort();
            }
        }
        if (answer.status == RESOLUTION_LINKED && answer.is_given_name_only &&
            !answer.is_decisive) {
            abort();
        }
        (void)resolve_names_agree(lines[i], lines[(i + 1) % n_lines]);
    }
    resolve_index_free(index);
    arena_free(arena);
    return 0;
}
