/* Feeds bytes to every reader: the first byte chooses the format (or recognition), the rest is the
 * file. What was read is written again, so that the writers see what strangers send. */
#include "base/str.h"
#include "formats/export.h"
#include "formats/formats.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct conference conf;
    CLEANUP(str_done) struct str out = {0};
    if (size == 0) {
        return 0;
    }
    size_t n_formats = 0;
    while (formats[n_formats].name != NULL) {
        n_formats++;
    }
    size_t which = data[0] % (n_formats + 1);
    const char *kind = which == n_formats ? NULL : formats[which].name;
    struct arena *arena = arena_new();
    conference_init(&conf);
    int r = format_read("fuzz", (const char *)data + 1, size - 1, kind, &conf, arena, NULL, &err);
    if (r < 0 && (err.message[0] == '\0' || err.code != r)) {
        abort(); /* a refusal has a reason */
    }
    if (r >= 0) {
        export_frab_json(&conf, &out);
        export_pentabarf(&conf, &out);
    }
    arena_free(arena);
    return 0;
}
