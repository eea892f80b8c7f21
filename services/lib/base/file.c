#include "base/file.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void close_fd(const int *fd)
{
    if (*fd > STDIN_FILENO) {
        (void)close(*fd);
    }
}

static int fail(struct err *err, enum err_code code, const char *what, const char *path)
{
    if (code == ERR_LIMIT) {
        (void)err_set(err, code, "%s", what);
    } else {
        (void)err_errno(err, code, "%s", what);
    }
    (void)err_where(err, "%s", path);
    return (int)code;
}

static int read_all(int fd, const char *path, size_t max, struct str *text, struct err *err)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail(err, ERR_SYSTEM, "cannot read", path);
        }
        if (n == 0) {
            return 0;
        }
        if (text->len + (size_t)n > max) {
            char what[96];
            (void)snprintf(what, sizeof what, "larger than the %zu bytes that are accepted", max);
            return fail(err, ERR_LIMIT, what, path);
        }
        str_add_n(text, chunk, (size_t)n);
    }
}

int file_read(const char *path, size_t max, struct arena *arena, char **ret_data, size_t *ret_len,
              struct err *err)
{
    CLEANUP(close_fd)
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(err, ERR_SYSTEM, "cannot open", path);
    }
    CLEANUP(str_done) struct str text = {0};
    int r = read_all(fd, path, max, &text, err);
    if (r < 0) {
        return r;
    }
    char *data = arena_alloc(arena, text.len + 1);
    memcpy(data, str_text(&text), text.len);
    *ret_data = data;
    *ret_len = text.len;
    return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        data += n;
        len -= (size_t)n;
    }
    return fsync(fd);
}

int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *err)
{
    char temp[4096];
    if ((size_t)snprintf(temp, sizeof temp, "%s.tmp", path) >= sizeof temp) {
        errno = ENAMETOOLONG;
        return fail(err, ERR_SYSTEM, "cannot write", path);
    }
    CLEANUP(close_fd) int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) {
        return fail(err, ERR_SYSTEM, "cannot create", temp);
    }
    if (write_all(fd, data, len) != 0 || rename(temp, path) != 0) {
        int saved = errno;
        (void)unlink(temp);
        errno = saved;
        return fail(err, ERR_SYSTEM, "cannot write", path);
    }
    return 0;
}
