#include "base/settings.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_MAX ((size_t)1024 * 1024)

const struct setting_row setting_rows[N_SETTINGS] = {
#define SETTING(id, name, type, fallback, min, max, unit, sentence)                                \
    {name, SETTING_##type, fallback, min, max, unit, sentence},
#include "base/settings.def"
#undef SETTING
};

struct value {
    char *text;         /* owned; NULL = the default */
    const char *source; /* "environment" or the file's name; NULL = the default */
};

static struct value values[N_SETTINGS];

const char *setting_source(enum setting_id id)
{
    return values[id].source == NULL ? "default" : values[id].source;
}

static const char *value_text(enum setting_id id)
{
    return values[id].text != NULL ? values[id].text : setting_rows[id].fallback;
}

const char *setting_raw(enum setting_id id)
{
    return value_text(id);
}

static bool parse_number(const char *text, double *ret, const char **ret_rest)
{
    char *end = NULL;
    double number = strtod(text, &end);
    if (end == text || !isfinite(number)) {
        return false;
    }
    *ret = number;
    *ret_rest = end;
    return true;
}

static bool parse_duration(const char *text, double *ret_s)
{
    static const struct {
        const char *suffix;
        double seconds;
    } units[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    const char *rest = NULL;
    double number = 0;
    if (!parse_number(text, &number, &rest)) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(rest, units[i].suffix) == 0) {
            *ret_s = number * units[i].seconds;
            return true;
        }
    }
    return false;
}

static bool parse_bool(const char *text, double *ret)
{
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1", "off", "on"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_equal_nocase(text, words[i])) {
            *ret = (double)(i % 2);
            return true;
        }
    }
    return false;
}

/* The value as a number (seconds for durations), or a message about what is wrong with it. */
static const char *parse_value(const struct setting_row *row, const char *text, double *ret)
{
    const char *rest = "";
    *ret = 0;
    switch (row->type) {
    case SETTING_TEXT:
    case SETTING_SECRET: return NULL;
    case SETTING_BOOL: return parse_bool(text, ret) ? NULL : "is not yes or no";
    case SETTING_DURATION:
        if (!parse_duration(text, ret)) {
            return "is not a duration such as 500ms, 30s, 10m, 24h or 7d";
        }
        break;
    case SETTING_INT:
        if (!parse_number(text, ret, &rest) || *rest != '\0' || *ret != floor(*ret)) {
            return "is not a whole number";
        }
        break;
    case SETTING_REAL:
        if (!parse_number(text, ret, &rest) || *rest != '\0') {
            return "is not a number";
        }
        break;
    }
    return *ret < row->min || *ret > row->max ? "is out of bounds" : NULL;
}

static int set_value(enum setting_id id, const char *text, const char *source, struct err *err)
{
    const struct setting_row *row = &setting_rows[id];
    double number = 0;
    const char *problem = parse_value(row, text, &number);
    if (problem != NULL) {
        return err_set(err, ERR_USAGE, "%s: \"%s\" %s (%s%s%g to %g)", row->name,
                       row->type == SETTING_SECRET ? "***" : text, problem, row->unit,
                       row->unit[0] == '\0' ? "" : ", ", row->min, row->max);
    }
    free(values[id].text);
    values[id].text = strdup(text);
    values[id].source = source;
    if (values[id].text == NULL) {
        abort();
    }
    return 0;
}

int setting_override(enum setting_id id, const char *value, struct err *err)
{
    return set_value(id, value, "program", err);
}

static int find_setting(const char *name)
{
    for (int i = 0; i < N_SETTINGS; i++) {
        if (strcmp(setting_rows[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static char *trim(char *s)
{
    while (*s == ' ' || *s == '\t') {
        s++;
    }
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r", s[n - 1]) != NULL) {
        s[--n] = '\0';
    }
    if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
        s[n - 1] = '\0';
        s++;
    }
    return s;
}

static int load_line(char *line, const char *path, size_t number, struct err *err)
{
    char *name = trim(line);
    if (*name == '\0' || *name == '#') {
        return 0;
    }
    char *equals = strchr(name, '=');
    if (equals == NULL) {
        (void)err_set(err, ERR_USAGE, "a line is NAME=value or a # comment");
        return err_where(err, "%s:%zu", path, number);
    }
    *equals = '\0';
    name = trim(name);
    int id = find_setting(name);
    if (id < 0) {
        (void)err_set(err, ERR_USAGE, "there is no setting %.80s; 'rollcall config' lists them",
                      name);
        return err_where(err, "%s:%zu", path, number);
    }
    int r = set_value((enum setting_id)id, trim(equals + 1), "file", err);
    return r < 0 ? err_where(err, "%s:%zu", path, number) : 0;
}

static int load_file(const char *path, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    char *text = NULL;
    size_t len = 0;
    int r = file_read(path, CONFIG_MAX, arena, &text, &len, err);
    size_t number = 0;
    for (char *rest = text, *line = NULL; r >= 0 && (line = strsep(&rest, "\n")) != NULL;) {
        r = load_line(line, path, ++number, err);
    }
    return r < 0 ? r : 0;
}

int settings_load(struct err *err)
{
    for (int i = 0; i < N_SETTINGS; i++) {
        free(values[i].text);
        values[i] = (struct value){0};
    }
    const char *path = getenv("ROLLCALL_CONFIG");
    if (!str_is_empty(path)) {
        int r = load_file(path, err);
        if (r < 0) {
            return r;
        }
    }
    for (int i = 0; i < N_SETTINGS; i++) {
        const char *text = getenv(setting_rows[i].name);
        if (text == NULL) {
            continue;
        }
        int r = set_value((enum setting_id)i, text, "environment", err);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static double number_of(enum setting_id id, enum setting_type type)
{
    double number = 0;
    if (setting_rows[id].type != type ||
        parse_value(&setting_rows[id], value_text(id), &number) != NULL) {
        abort(); /* asked for the wrong type, or a default that its own row refuses */
    }
    return number;
}

const char *setting_text(enum setting_id id)
{
    if (setting_rows[id].type != SETTING_TEXT && setting_rows[id].type != SETTING_SECRET) {
        abort();
    }
    return value_text(id);
}

int64_t setting_int(enum setting_id id)
{
    return (int64_t)number_of(id, SETTING_INT);
}

bool setting_bool(enum setting_id id)
{
    return number_of(id, SETTING_BOOL) != 0;
}

int64_t setting_us(enum setting_id id)
{
    return (int64_t)(number_of(id, SETTING_DURATION) * (double)SECOND_US);
}

double setting_real(enum setting_id id)
{
    return number_of(id, SETTING_REAL);
}
