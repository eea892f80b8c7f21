#include "notifier/maildir.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

CLEANUP_FUNCTION(DIR, dir_cleanup, closedir);

static void fd_cleanup(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

static int make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        return err_errno(err, ERR_SYSTEM, "cannot make the folder %s", path);
    }
    return 0;
}

/* The folder and those above it. */
static int make_path(const char *path, struct err *err)
{
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *p = copy + 1; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '\0';
            int r = make_folder(copy, err);
            if (r < 0) {
                return r;
            }
            *p = '/';
        }
    }
    return make_folder(copy, err);
}

int maildir_make(const char *path, bool is_subfolder, struct err *err)
{
    static const char *const parts[] = {"tmp", "new", "cur"};
    char name[PATH_MAX];
    if (strlen(path) + sizeof "/maildirfolder" > sizeof name) {
        return err_set(err, ERR_USAGE, "the Maildir's path is too long: %.100s...", path);
    }
    int r = make_path(path, err);
    for (size_t i = 0; r == 0 && i < sizeof parts / sizeof parts[0]; i++) {
        (void)snprintf(name, sizeof name, "%s/%s", path, parts[i]);
        r = make_folder(name, err);
    }
    if (r == 0 && is_subfolder) {
        (void)snprintf(name, sizeof name, "%s/maildirfolder", path);
        CLEANUP(fd_cleanup) int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) {
            return err_errno(err, ERR_SYSTEM, "cannot write %s", name);
        }
    }
    return r;
}

/* A reader has moved it to cur and put flags behind a colon. */
static bool is_in_cur(int dir, const char *name)
{
    int fd = openat(dir, "cur", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(dir_cleanup) DIR *cur = fd < 0 ? NULL : fdopendir(fd);
    size_t n = strlen(name);
    const struct dirent *entry = NULL;
    while (cur != NULL && (entry = readdir(cur)) != NULL) {
        if (strncmp(entry->d_name, name, n) == 0 &&
            (entry->d_name[n] == '\0' || entry->d_name[n] == ':')) {
            return true;
        }
    }
    return false;
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

static int write_tmp(int dir, const char *tmp, const char *data, size_t len, struct err *err)
{
    /* What a crash left under this name may be half a message, and somebody may have it open. */
    (void)unlinkat(dir, tmp, 0);
    CLEANUP(fd_cleanup)
    int fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write_all(fd, data, len) < 0) {
        (void)err_errno(err, ERR_SYSTEM, "cannot write the Maildir's %s", tmp);
        (void)unlinkat(dir, tmp, 0);
        return ERR_SYSTEM;
    }
    return 0;
}

/* The name is in new on the disk, too, not only in memory. */
static int sync_new(int dir, struct err *err)
{
    CLEANUP(fd_cleanup) int fd = openat(dir, "new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0) {
        return err_errno(err, ERR_SYSTEM, "cannot sync the Maildir's new");
    }
    return 0;
}

int maildir_put(const char *path, const char *name, const char *data, size_t len, bool is_repeat,
                struct err *err)
{
    char tmp[300];
    char final[300];
    CLEANUP(fd_cleanup) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        return err_errno(err, ERR_SYSTEM, "cannot open the Maildir %s", path);
    }
    (void)snprintf(tmp, sizeof tmp, "tmp/%s", name);
    (void)snprintf(final, sizeof final, "new/%s", name);
    if (is_repeat && (faccessat(dir, final, F_OK, 0) == 0 || is_in_cur(dir, name))) {
        (void)unlinkat(dir, tmp, 0);
        int r = sync_new(dir, err);
        return r < 0 ? r : MAILDIR_KNOWN;
    }
    int r = write_tmp(dir, tmp, data, len, err);
    if (r < 0) {
        return r;
    }
    /* link, not rename: it does not replace what is there. */
    bool is_known = false;
    if (linkat(dir, tmp, dir, final, 0) < 0) {
        is_known = errno == EEXIST;
        r = is_known ? 0 : err_errno(err, ERR_SYSTEM, "cannot put %s into the Maildir", final);
    }
    (void)unlinkat(dir, tmp, 0);
    r = r < 0 ? r : sync_new(dir, err);
    return r < 0 ? r : is_known ? MAILDIR_KNOWN : 0;
}
