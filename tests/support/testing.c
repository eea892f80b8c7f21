#include "support/testing.h"

#include "base/file.h"

#include <unistd.h>

#ifndef SHARED_DIR
#define SHARED_DIR "../shared"
#endif

char *test_read_file(struct arena *arena, const char *path, size_t *ret_len)
{
    struct err err = {0};
    char *text = NULL;
    size_t len = 0;
    if (file_read(path, (size_t)1 << 30, arena, &text, &len, &err) < 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
    if (ret_len != NULL) {
        *ret_len = len;
    }
    return text;
}

bool test_has_shared(void)
{
    return access(SHARED_DIR "/DESIGN.md", R_OK) == 0;
}
