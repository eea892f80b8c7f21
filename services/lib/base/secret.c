#include "base/secret.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/token.h"

#include <errno.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_BYTES 32

static void hex_of(const unsigned char *bytes, char *hex)
{
    for (int i = 0; i < SECRET_BYTES; i++) {
        (void)snprintf(hex + (size_t)i * 2, 3, "%02x", bytes[i]);
    }
}

/* Makes the file in one step that fails when another process was quicker. */
static int make_secret(const char *path, struct arena *arena, struct err *err)
{
    unsigned char bytes[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    if (RAND_bytes(bytes, sizeof bytes) != 1) {
        return err_set(err, ERR_SYSTEM, "no random bytes for %s", path);
    }
    hex_of(bytes, hex);
    const char *temp = arena_printf(arena, "%s.%d", path, (int)getpid());
    int r = file_write(temp, hex, strlen(hex), 0600, err);
    if (r < 0) {
        return r;
    }
    bool is_made = link(temp, path) == 0 || errno == EEXIST;
    int saved = errno;
    (void)unlink(temp);
    errno = saved;
    return is_made ? 0 : err_errno(err, ERR_SYSTEM, "cannot make %s", path);
}

int secret_load(struct err *err)
{
    const char *given = setting_text(SET_SECRET);
    if (given[0] != '\0') {
        return token_set_key(given, err);
    }
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s/secret", setting_text(SET_VAR));
    char *key = NULL;
    size_t len = 0;
    if (access(path, F_OK) != 0) {
        (void)mkdir(setting_text(SET_VAR), 0755); /* if it cannot be, the next step says so */
        int r = make_secret(path, arena, err);
        if (r < 0) {
            return r;
        }
    }
    int r = file_read(path, 1024, arena, &key, &len, err);
    return r < 0 ? r : token_set_key(key, err);
}
