#include "notifier/template_file.h"

#include "base/embedded.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"

#include <unistd.h>

#define TEMPLATE_MAX ((size_t)64 << 10)

/* The organisers' own file of that name; NULL = none. */
static const char *own_path(const struct template_source *source, const char *name,
                            struct arena *arena)
{
    const char *folder = setting_text(SET_TEMPLATES);
    if (folder[0] == '\0' || source->is_plain) {
        return NULL;
    }
    const char *path = arena_printf(arena, "%s/%s/%s", folder, source->event_slug, name);
    if (access(path, F_OK) == 0) {
        return path;
    }
    path = arena_printf(arena, "%s/%s", folder, name);
    return access(path, F_OK) == 0 ? path : NULL;
}

int template_find(struct template_source *source, const char *name, struct arena *arena,
                  const char **ret, struct err *err)
{
    const struct embedded_file *file = embedded_find(templates_embedded, name);
    if (file == NULL) {
        return err_set(err, ERR_INPUT, "there is no template notifier/templates/%.80s", name);
    }
    const char *path = own_path(source, name, arena);
    if (path == NULL) {
        *ret = arena_strndup(arena, file->data, file->size);
        return 0;
    }
    char *text = NULL;
    size_t len = 0;
    source->used = path;
    int r = file_read(path, TEMPLATE_MAX, arena, &text, &len, err);
    size_t at = 0;
    if (r == 0 && !utf8_is_valid(text, len, &at)) {
        r = err_set(err, ERR_INPUT, "%s is not UTF-8 at byte %zu", path, at);
    }
    if (r == 0) {
        *ret = text;
    }
    return r;
}
