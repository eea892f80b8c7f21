#include "formats/formats.h"

#include "base/str.h"
#include "formats/json.h"
#include "formats/readers.h"

#include <ctype.h>
#include <string.h>

const struct format formats[] = {
    {"pentabarf", FORMAT_PROGRAMME, "schedule.xml of Pentabarf, frab, pretalx, wafer or FOSDEM",
     pentabarf_recognises, pentabarf_read},
    {"frab-json", FORMAT_PROGRAMME, "schedule.json of frab or pretalx", frab_json_recognises,
     frab_json_read},
    {"pretalx-slots", FORMAT_PROGRAMME, "pretalx talks by day, minute and room, as PyConFR's",
     pretalx_slots_recognises, pretalx_slots_read},
    {"indico-registrations", FORMAT_REGISTRANTS, "Indico's registration API, old and new",
     indico_registrations_recognises, indico_registrations_read},
    {"indico-timetable", FORMAT_PROGRAMME, "Indico's export/timetable/<id>.json",
     indico_timetable_recognises, indico_timetable_read},
    {"indico-contributions", FORMAT_PROGRAMME,
     "Indico's export/event/<id>.json?detail=contributions", indico_contributions_recognises,
     indico_contributions_read},
    {"indico-event", FORMAT_PROGRAMME, "Indico's export/event/<id>.json, with detail=sessions too",
     indico_event_recognises, indico_event_read},
    {"tpac", FORMAT_PROGRAMME, "event files of W3C's TPAC tools", tpac_recognises, tpac_read},
    {"ical", FORMAT_PROGRAMME, "iCalendar (RFC 5545)", ical_recognises, ical_read},
    {"registrants-csv", FORMAT_REGISTRANTS, "CSV with our columns, name and any of the others",
     registrants_csv_recognises, registrants_csv_read},
    {"indico-csv", FORMAT_REGISTRANTS, "CSV with human titles, such as Indico's registrant export",
     indico_csv_recognises, indico_csv_read},
    {"cfp-text", FORMAT_KEY_ATTENDEES, "text with lists of leads and key attendees",
     cfp_text_recognises, cfp_text_read},
    {NULL, 0, NULL, NULL, NULL},
};

const struct format *format_find(const char *name)
{
    for (const struct format *format = formats; format->name != NULL; format++) {
        if (str_equal(format->name, name)) {
            return format;
        }
    }
    return NULL;
}

/* --- what is it, when it is none of ours? --- */

static bool starts_nocase(const char *text, const char *head)
{
    return strncasecmp(text, head, strlen(head)) == 0;
}

static const char *xml_looks_like(const char *text)
{
    if (starts_nocase(text, "<!doctype html") || starts_nocase(text, "<html") ||
        strcasestr(text, "<html") != NULL) {
        return "an HTML page: the address leads to a page, not to the export";
    }
    if (strstr(text, "<rss") != NULL || strstr(text, "<feed") != NULL) {
        return "a news feed, not a schedule";
    }
    return "XML without a <schedule>";
}

static const char *json_looks_like(const char *text, size_t len)
{
    static const struct {
        const char *path;
        const char *what;
    } rows[] = {
        {"w3cId", "a list of W3C groups, not a programme"},
        {"detail", "an API's refusal: the address needs a token or another path"},
        {"error", "an API's error answer, not an export"},
        {"message", "an API's error answer, not an export"},
        {"results.code", "a page of pretalx's or pretix's API, not a schedule export"},
        {"talks", "a FOSDEM bot's talk list, not a schedule export"},
    };
    bool is_schema =
        json_has_path(text, len, "$schema") &&
        (json_has_path(text, len, "properties") || json_has_path(text, len, "definitions"));
    if (is_schema) {
        return "a JSON Schema, not a schedule";
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (json_has_path(text, len, rows[i].path)) {
            return rows[i].what;
        }
    }
    return "JSON of a kind that is not known here";
}

/* "name: x" and then lists or blocks: a YAML file. */
static bool is_yaml(const char *text)
{
    if (str_starts(text, "---\n") || str_starts(text, "%YAML")) {
        return true;
    }
    int n_keys = 0;
    bool has_block = false;
    int n_lines = 0;
    for (const char *line = text; *line != '\0' && n_lines < 40; n_lines++) {
        size_t len = strcspn(line, "\r\n");
        size_t key = strspn(line, "abcdefghijklmnopqrstuvwxyz_-");
        bool is_key = key > 0 && line[key] == ':' && (line[key + 1] == ' ' || key + 1 == len);
        if (len > 0 && line[0] != '#' && line[0] != ' ' && line[0] != '-' && !is_key) {
            return false;
        }
        n_keys += is_key;
        has_block |= (is_key && key + 1 == len) || (n_keys > 0 && strncmp(line, "  - ", 4) == 0);
        line += len;
        line += strspn(line, "\r\n") > 0;
    }
    return n_keys >= 2 && has_block;
}

static bool is_utf16(const char *text, size_t len)
{
    return len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

static bool is_binary(const char *text, size_t len)
{
    return memchr(text, '\0', len < 4096 ? len : 4096) != NULL || str_starts(text, "%PDF") ||
           str_starts(text, "PK\x03\x04") || str_starts(text, "\x1f\x8b");
}

/* Two lines with the same delimiter, equally often. */
static bool is_csv(const char *text)
{
    size_t len = strcspn(text, "\r\n");
    const char *next = text + len + strspn(text + len, "\r\n");
    size_t next_len = strcspn(next, "\r\n");
    for (const char *delimiter = ",;\t"; *delimiter != '\0'; delimiter++) {
        size_t n = 0;
        size_t n_next = 0;
        for (size_t i = 0; i < len; i++) {
            n += text[i] == *delimiter;
        }
        for (size_t i = 0; i < next_len; i++) {
            n_next += next[i] == *delimiter;
        }
        if (n > 0 && n == n_next) {
            return true;
        }
    }
    return false;
}

static const char *looks_like(const char *text, size_t len, unsigned gives)
{
    const char *start = text + (str_starts(text, "\xef\xbb\xbf") ? 3 : 0);
    start += strspn(start, " \t\r\n");
    if (*start == '\0' && start == text + len) {
        return "an empty file";
    }
    if (is_utf16(text, len)) {
        return "UTF-16 text: save it as UTF-8";
    }
    if (is_binary(text, len)) {
        return "a binary file, not text";
    }
    if (*start == '<') {
        return xml_looks_like(start);
    }
    if (*start == '{' || *start == '[') {
        return json_looks_like(text, len);
    }
    if (is_yaml(start)) {
        return "a YAML file (an issue form or settings), not a programme";
    }
    if (is_csv(start)) {
        return "a CSV without a \"name\" column";
    }
    return (gives & FORMAT_KEY_ATTENDEES) != 0 ? "a text that names no leads or key attendees"
                                               : "plain text";
}

/* --- reading --- */

/* The gives bits that kind stands for, with *ret_only where it is a format's name. */
static int kind_to_gives(const char *kind, unsigned *ret_gives, const struct format **ret_only,
                         struct err *err)
{
    static const struct {
        const char *kind;
        unsigned gives;
    } kinds[] = {{"programme", FORMAT_PROGRAMME},
                 {"registrants", FORMAT_REGISTRANTS},
                 {"key-attendees", FORMAT_KEY_ATTENDEES}};
    *ret_gives = FORMAT_PROGRAMME | FORMAT_REGISTRANTS | FORMAT_KEY_ATTENDEES;
    if (kind == NULL) {
        return 0;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (str_equal(kinds[i].kind, kind)) {
            *ret_gives = kinds[i].gives;
            return 0;
        }
    }
    *ret_only = format_find(kind);
    if (*ret_only == NULL) {
        return err_set(err, ERR_USAGE, "there is no format or kind of file \"%.60s\"", kind);
    }
    return 0;
}

static const struct format *recognise(const char *text, size_t len, unsigned gives)
{
    char first = json_peek(text, len, "");
    for (const struct format *format = formats; format->name != NULL; format++) {
        /* Braces and tags are no CSV and no prose, whatever is in them. */
        bool is_text = format->recognises == registrants_csv_recognises ||
                       format->recognises == indico_csv_recognises ||
                       format->recognises == cfp_text_recognises;
        if ((format->gives & gives) == 0 || (is_text && (first == '{' || first == '<')) ||
            (is_text && is_yaml(text))) {
            continue;
        }
        if (format->recognises(text, len)) {
            return format;
        }
    }
    return NULL;
}

/* What would do instead; "" where anything would. */
static const char *what_is_wanted(unsigned gives)
{
    static const struct {
        unsigned gives;
        const char *words;
    } wanted[] = {
        {FORMAT_PROGRAMME, "; a programme is Pentabarf XML, frab or pretalx JSON, Indico's JSON or "
                           "iCalendar"},
        {FORMAT_REGISTRANTS, "; registrants are a CSV with a column \"name\", or Indico's export"},
        {FORMAT_KEY_ATTENDEES,
         "; key attendees are a text with \"Key attendees:\" and names below it"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (gives == wanted[i].gives) {
            return wanted[i].words;
        }
    }
    return "";
}

static int refuse(const struct format_input *in, unsigned gives, struct err *err)
{
    const struct format *other = recognise(in->text, in->len, ~0U);
    if (other != NULL && (other->gives & gives) == 0) {
        (void)err_set(err, ERR_INPUT, "this is %s: %.90s%s", other->name, other->sentence,
                      what_is_wanted(gives));
    } else {
        (void)err_set(err, ERR_INPUT, "this is %s%s", looks_like(in->text, in->len, gives),
                      what_is_wanted(gives));
    }
    return err_where(err, "%s:1", in->name);
}

int format_read(const char *name, const char *text, size_t len, const char *kind,
                struct conference *conf, struct arena *arena, const struct format **ret_format,
                struct err *err)
{
    struct err unused = {0};
    unsigned gives = 0;
    const struct format *format = NULL;
    err = err == NULL ? &unused : err;
    int r = kind_to_gives(kind, &gives, &format, err);
    if (r < 0) {
        return r;
    }
    if (len > FORMAT_MAX_BYTES) {
        (void)err_set(err, ERR_LIMIT, "larger than %zu MB", FORMAT_MAX_BYTES >> 20);
        return err_where(err, "%s", name);
    }
    /* A NUL behind the text, and mentions that outlive the caller's name. */
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, text, len);
    struct format_input in = {arena_strdup(arena, name), copy, len};
    format = format != NULL ? format : recognise(in.text, len, gives);
    if (format == NULL) {
        return refuse(&in, gives, err);
    }
    r = format->read(&in, conf, arena, err);
    if (r >= 0 && ret_format != NULL) {
        *ret_format = format;
    }
    return r;
}
