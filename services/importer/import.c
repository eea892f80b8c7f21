#include "importer/importer.h"

#include "base/embedded.h"
#include "base/settings.h"
#include "base/str.h"
#include "formats/formats.h"
#include "importer/save.h"
#include "store/conference_store.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_TRIES 5

/* "LPC 2025!" -> "lpc-2025"; "" when nothing is left. */
static const char *slug_of(const char *text, struct arena *arena)
{
    char slug[64];
    size_t n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0' && n < sizeof slug - 1;
         p++) {
        if (isalnum(*p) && *p < 0x80) {
            slug[n++] = (char)tolower(*p);
        } else if (n > 0 && slug[n - 1] != '-') {
            slug[n++] = '-';
        }
    }
    while (n > 0 && slug[n - 1] == '-') {
        n--;
    }
    return arena_strndup(arena, slug, n);
}

/* The slug that the caller, the settings or the programme itself gives; "" = none of them. */
static const char *wanted_slug(const struct import_options *options, const struct conference *conf,
                               struct arena *arena)
{
    if (!str_is_empty(options->event)) {
        return options->event;
    }
    const char *set = setting_text(SET_EVENT);
    if (set[0] != '\0') {
        return set;
    }
    if (conf->sessions.n == 0) {
        return "";
    }
    return slug_of(conf->slug[0] != '\0' ? conf->slug : conf->title, arena);
}

static int add_event(struct db *db, const char *slug, const struct conference *conf,
                     int64_t *ret_event_id, bool *ret_is_second, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r =
        db_query_one(db, "event_add", &rows, err, "ttt", slug, conf->title, zone_name(conf->zone));
    if (r == ERR_INPUT) {
        return err_set(err, ERR_USAGE,
                       "\"%s\" cannot name an event: use small letters, digits, - and _", slug);
    }
    if (r == 0) {
        *ret_event_id = rows_int(&rows, 0, 0);
        *ret_is_second = rows_bool(&rows, 0, 1) && rows_int(&rows, 0, 2) > 0;
    }
    return r;
}

/* A name that somebody gave, and that no event has while others are there, is a slip of the pen
 * unless they say otherwise. The name that a programme brings along is not: next year's edition. */
static int check_name(struct db *db, const struct import_options *options, const char *slug,
                      struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    bool is_given = !str_is_empty(options->event) || setting_text(SET_EVENT)[0] != '\0';
    if (!is_given || options->is_new_event) {
        return 0;
    }
    int r = db_query(db, "event_by_slug", &rows, err, "t", "");
    if (r < 0 || rows.n == 0) {
        return r;
    }
    CLEANUP(str_done) struct str others = {0};
    for (int i = 0; i < rows.n; i++) {
        if (strcmp(rows_text(&rows, i, 1), slug) == 0) {
            return 0;
        }
        str_printf(&others, "%s%s", i == 0 ? "" : ", ", rows_text(&rows, i, 1));
    }
    return err_set(err, ERR_USAGE,
                   "there is no event \"%s\" (there is %.120s); --new-event makes it", slug,
                   str_text(&others));
}

/* The event that the file belongs to; made when there is none of that name. ret_is_second: made
 * beside others, which can be a slip of the pen. */
static int find_event(struct db *db, const struct import_options *options,
                      const struct conference *conf, struct arena *arena, int64_t *ret_event_id,
                      bool *ret_is_second, struct err *err)
{
    const char *slug = wanted_slug(options, conf, arena);
    if (slug[0] != '\0') {
        int known = check_name(db, options, slug, err);
        return known < 0 ? known : add_event(db, slug, conf, ret_event_id, ret_is_second, err);
    }
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "event_by_slug", &rows, err, "t", "");
    if (r < 0) {
        return r;
    }
    if (rows.n == 0) {
        return err_set(err, ERR_USAGE,
                       "there is no event yet and the file does not say which it is for; "
                       "import the programme first, or name the event with --event SLUG");
    }
    return event_find(db, "", ret_event_id, err);
}

static const char *sha256_hex(const char *text, size_t len, struct arena *arena)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    char *hex = arena_alloc(arena, 2 * sizeof digest + 1);
    (void)EVP_Digest(text, len, digest, &n, EVP_sha256(), NULL);
    for (unsigned int i = 0; i < n; i++) {
        (void)snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
    return hex;
}

static int next_version(struct db *db, int64_t event_id, int *ret_version, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(db, "event_load", &rows, err, "i", event_id);
    if (r == 0) {
        *ret_version = (int)rows_int(&rows, 0, 7) + 1;
    }
    return r;
}

static void add_note(struct import_report *report, struct arena *arena, const char *note)
{
    report->note =
        arena_printf(arena, "%s%s%s", report->note, report->note[0] == '\0' ? "" : "; ", note);
}

static int compare_programmes(struct save *save, const struct conference *known, bool is_partial,
                              bool is_complete, struct import_report *report,
                              struct programme_diff *diff)
{
    int n_others = 0;
    programme_diff(known, save->conf, is_partial, save->arena, diff);
    int r = is_complete ? 0 : save_keep_others(save, known, diff, &n_others);
    for (size_t i = 0; i < diff->changes.n; i++) {
        report->n_changes[diff->changes.items[i].kind]++;
    }
    if (n_others > 0) {
        add_note(
            report, save->arena,
            arena_printf(save->arena,
                         "%d sessions of another programme stay; --complete says that this one "
                         "is all there is",
                         n_others));
    }
    return r;
}

/* Title, days and zone of the event. */
static int save_event(struct save *save, bool has_changed, struct import_report *report)
{
    const struct conference *conf = save->conf;
    CLEANUP(rows_done) struct rows rows = {0};
    int r =
        db_query_one(save->db, "event_set_programme", &rows, save->err, "itttuutbt", save->event_id,
                     conf->title, zone_name(conf->zone), conf->url, conf->start_us, conf->end_us,
                     conf->version, (int)has_changed, save->source);
    if (r < 0) {
        return r;
    }
    report->programme_version = (int)rows_int(&rows, 0, 0);
    if (strcmp(rows_text(&rows, 0, 1), zone_name(conf->zone)) != 0) {
        add_note(report, save->arena,
                 arena_printf(save->arena,
                              "its time zone is %s; the event keeps %s, that of the programme "
                              "that came first",
                              zone_name(conf->zone), rows_text(&rows, 0, 1)));
    }
    return 0;
}

static int save_programme(struct save *save, const struct conference *known, bool is_partial,
                          bool is_complete, struct import_report *report)
{
    struct programme_diff diff;
    int r = is_complete ? 0 : save_check_ids(save);
    if (r < 0 ||
        (r = compare_programmes(save, known, is_partial, is_complete, report, &diff)) < 0) {
        return r;
    }
    r = next_version(save->db, save->event_id, &save->version, save->err);
    if (r < 0 || (r = save_rooms(save)) < 0 || (r = save_tracks(save, known)) < 0 ||
        (r = save_separations(save)) < 0 || (r = save_sessions(save)) < 0 ||
        (r = save_changes(save, known, &diff)) < 0 || (r = save_mentions(save, true)) < 0) {
        return r;
    }
    return save_event(save, diff.changes.n > 0, report);
}

static int save_key_attendees(struct save *save, const struct conference *known)
{
    int r = save_tracks(save, known);
    return r < 0 ? r : save_mentions(save, false);
}

static int save_all(struct save *save, const struct format *format, int outcome,
                    const struct import_options *options, struct import_report *report)
{
    const struct conference_scope scope = {
        .all_persons = true, .with_texts = true, .with_unresolved = true};
    struct conference known;
    int r = db_query(save->db, "event_lock", NULL, save->err, "i", save->event_id);
    if (r < 0 || (r = conference_load_scope(save->db, save->event_id, &scope, save->arena, &known,
                                            save->err)) < 0) {
        return r;
    }
    save_join_tracks(save, &known);
    if ((format->gives & FORMAT_PROGRAMME) != 0 && outcome != FORMAT_EMPTY) {
        r = save_programme(save, &known, outcome == FORMAT_CAPPED, options->is_complete, report);
    } else if ((format->gives & FORMAT_KEY_ATTENDEES) != 0) {
        r = save_key_attendees(save, &known);
    }
    if (r == 0 && (format->gives & FORMAT_REGISTRANTS) != 0) {
        r = save_registrants(save, options->is_complete, &report->n_registrants_new,
                             &report->n_registrants_changed, &report->n_registrants_missing);
    }
    report->event = known.slug;
    if (report->n_registrants > 0 && known.start_us == 0 && report->n_sessions == 0 &&
        report->note[0] == '\0') {
        report->note = arena_printf(
            save->arena,
            "the event has no programme yet: dates of arrival and departure without a zone "
            "were read in %s; import this file again after the programme",
            zone_name(known.zone));
    }
    return r;
}

static int record_source(const struct save *save, const char *name, const char *text, size_t len,
                         const struct import_report *report)
{
    return db_query(save->db, "source_add", NULL, save->err, "itttit", save->event_id,
                    report->format, name, sha256_hex(text, len, save->arena),
                    (int64_t)report->programme_version, report->note);
}

/* Everything inside the transaction. */
static int import_conference(struct db *db, const char *name, const char *text, size_t len,
                             const struct format *format, int outcome, struct conference *conf,
                             const struct import_options *options, struct arena *arena,
                             struct import_report *report, struct err *err)
{
    struct save save = {.db = db, .source = name, .conf = conf, .arena = arena, .err = err};
    bool is_second = false;
    int r = find_event(db, options, conf, arena, &save.event_id, &is_second, err);
    if (r == 0 && is_second) {
        add_note(report, arena, "there was no event of that name: it is new");
    }
    if (r < 0 || (r = save_all(&save, format, outcome, options, report)) < 0) {
        return r;
    }
    report->event_id = save.event_id;
    return record_source(&save, name, text, len, report);
}

static void begin_report(struct import_report *report, const struct format *format, int outcome,
                         const struct conference *conf, const struct err *err, struct arena *arena)
{
    *report = (struct import_report){.event = "",
                                     .format = format->name,
                                     .n_sessions = (int)conf->sessions.n,
                                     .n_mentions = (int)conf->mentions.n,
                                     .n_registrants = (int)conf->registrants.n,
                                     .is_unpublished = outcome == FORMAT_EMPTY,
                                     .note = ""};
    if (outcome == FORMAT_EMPTY) {
        report->note =
            "the timetable is empty or not published to this reader: nothing was changed";
    } else if (outcome == FORMAT_CAPPED) {
        report->note = arena_strdup(arena, err->message);
    }
}

/* Dates without a zone are meant in the event's: the one that the file goes into, if it is known.
 */
static int set_zone(struct db *db, const struct import_options *options, struct conference *conf,
                    struct err *err)
{
    CLEANUP(rows_done) struct rows events = {0};
    CLEANUP(rows_done) struct rows event = {0};
    const char *slug = str_is_empty(options->event) ? setting_text(SET_EVENT) : options->event;
    int r = db_query(db, "event_by_slug", &events, err, "t", slug);
    if (r < 0 || events.n != 1) {
        return r;
    }
    r = db_query_one(db, "event_load", &event, err, "i", rows_int(&events, 0, 0));
    const struct zone *zone = r == 0 ? zone_find(rows_text(&event, 0, 2)) : NULL;
    if (zone != NULL) {
        conf->zone = zone;
    }
    return r < 0 ? r : 0;
}

static int import_once(struct db *db, const char *name, const char *text, size_t len,
                       const struct format *format, int outcome, struct conference *conf,
                       const struct import_options *options, struct arena *arena,
                       struct import_report *report, struct err *err)
{
    int r = db_begin(db, err);
    if (r == 0) {
        r = import_conference(db, name, text, len, format, outcome, conf, options, arena, report,
                              err);
    }
    if (r == 0 && !options->is_rehearsal) {
        r = db_commit(db, err);
    }
    db_rollback(db); /* after a commit there is nothing left to roll back */
    return r;
}

int import_text(struct db *db, const char *name, const char *text, size_t len,
                const struct import_options *options, struct arena *arena,
                struct import_report *ret, struct err *err)
{
    struct conference conf;
    const struct format *format = NULL;
    conference_init(&conf);
    int r = set_zone(db, options, &conf, err);
    if (r < 0) {
        return r;
    }
    int outcome = format_read(name, text, len, options->kind, &conf, arena, &format, err);
    if (outcome < 0) {
        return outcome;
    }
    struct import_report first;
    struct import_report report;
    begin_report(&first, format, outcome, &conf, err, arena);
    r = ERR_RETRY;
    for (int i = 0; i < MAX_TRIES && r == ERR_RETRY; i++) {
        (void)usleep(i == 0 ? 0 : 50000U << i); /* a stage writes the same rows: let it end */
        report = first;
        r = import_once(db, name, text, len, format, outcome, &conf, options, arena, &report, err);
    }
    if (r < 0) {
        return r;
    }
    *ret = report;
    return 0;
}

int import_sample(struct db *db, struct err *err)
{
    static const char *const files[] = {"schedule.xml", "cfp.txt", "registrants.csv"};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct embedded_file *file = embedded_find(sample_embedded, files[i]);
        struct import_options options = {.event = "lpc-sample-2025"};
        struct import_report report;
        if (file == NULL) {
            return err_set(err, ERR_SYSTEM, "this program was built without the sample file %s",
                           files[i]);
        }
        int r = import_text(db, files[i], file->data, file->size, &options, arena, &report, err);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}
