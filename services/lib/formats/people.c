#include "formats/people.h"

#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* --- values --- */

struct word {
    const char *words;
    int value;
};

static const struct word statuses[] = {
    {"confirmed", REGISTRATION_CONFIRMED},  {"complete", REGISTRATION_CONFIRMED},
    {"completed", REGISTRATION_CONFIRMED},  {"registered", REGISTRATION_CONFIRMED},
    {"paid", REGISTRATION_CONFIRMED},       {"approved", REGISTRATION_CONFIRMED},
    {"active", REGISTRATION_CONFIRMED},     {"waiting", REGISTRATION_WAITING},
    {"waiting list", REGISTRATION_WAITING}, {"waitlist", REGISTRATION_WAITING},
    {"waitlisted", REGISTRATION_WAITING},   {"pending", REGISTRATION_WAITING},
    {"unpaid", REGISTRATION_WAITING},       {"awaiting payment", REGISTRATION_WAITING},
    {"not paid", REGISTRATION_WAITING},     {"awaiting approval", REGISTRATION_WAITING},
    {"cancelled", REGISTRATION_CANCELLED},  {"canceled", REGISTRATION_CANCELLED},
    {"withdrawn", REGISTRATION_CANCELLED},  {"rejected", REGISTRATION_CANCELLED},
    {"declined", REGISTRATION_CANCELLED},   {"expired", REGISTRATION_CANCELLED},
    {"refunded", REGISTRATION_CANCELLED},
};

/* Within a form's choice ("Remote (free)"); "in person or remote" has both and says nothing. */
static const struct word attendances[] = {
    {"in person", ATTENDANCE_IN_PERSON},  {"onsite", ATTENDANCE_IN_PERSON},
    {"on site", ATTENDANCE_IN_PERSON},    {"physical", ATTENDANCE_IN_PERSON},
    {"physically", ATTENDANCE_IN_PERSON}, {"inperson", ATTENDANCE_IN_PERSON},
    {"remote", ATTENDANCE_REMOTE},        {"remotely", ATTENDANCE_REMOTE},
    {"virtual", ATTENDANCE_REMOTE},       {"virtually", ATTENDANCE_REMOTE},
    {"online", ATTENDANCE_REMOTE},        {"unknown", ATTENDANCE_UNKNOWN},
};

static bool is_yes(const char *text)
{
    static const char *const words[] = {"yes", "y", "true", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_equal_nocase(text, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_no(const char *text)
{
    return str_equal_nocase(text, "no") || str_equal_nocase(text, "n") ||
           str_equal_nocase(text, "false") || str_equal(text, "0");
}

static int read_status(const struct people *people, const char *place, const char *text,
                       enum registration_status *ret)
{
    const char *words = text_words(people->build->arena, text);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (strcmp(words, statuses[i].words) == 0) {
            *ret = (enum registration_status)statuses[i].value;
            return 0;
        }
    }
    if (words[0] == '\0') {
        return 0;
    }
    /* Taking an unknown word for "confirmed" would make somebody present who is not. */
    return build_fail(people->build, place,
                      "the status \"%.60s\" is none of confirmed, waiting, cancelled", text);
}

static int read_attendance(const struct people *people, const char *place,
                           const struct people_row *row, enum attendance *ret)
{
    const char *text = row->fields[PEOPLE_ATTENDANCE];
    const char *words = text_words(people->build->arena, text);
    bool is_found[3] = {false};
    for (size_t i = 0; i < sizeof attendances / sizeof attendances[0]; i++) {
        is_found[attendances[i].value] |= words_contain(words, attendances[i].words);
    }
    const char *remotely = row->fields[PEOPLE_ATTENDS_REMOTELY];
    const char *in_person = row->fields[PEOPLE_ATTENDS_IN_PERSON];
    is_found[ATTENDANCE_REMOTE] |= is_yes(remotely) || is_no(in_person);
    is_found[ATTENDANCE_IN_PERSON] |= is_yes(in_person) || (words[0] == '\0' && is_no(remotely));
    if (is_found[ATTENDANCE_REMOTE] != is_found[ATTENDANCE_IN_PERSON]) {
        *ret = is_found[ATTENDANCE_REMOTE] ? ATTENDANCE_REMOTE : ATTENDANCE_IN_PERSON;
    } else if (people->is_own && words[0] != '\0' && !is_found[ATTENDANCE_UNKNOWN]) {
        return build_fail(people->build, place,
                          "the attendance \"%.60s\" is neither in_person nor remote", text);
    }
    return 0;
}

/* --- dates --- */

static int month_of(const char *word)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    for (int i = 0; i < 12; i++) {
        if (strncasecmp(word, months[i], 3) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* "11.12.2025", "11 December 2025", "Dec 11, 2025", "25/12/2025" as ISO; false for anything else,
 * and for 11/12/2025, which is two different days to two different people. */
static bool date_to_iso(const char *text, char *iso, size_t size)
{
    int day = 0;
    int month = 0;
    int year = 0;
    int n = 0;
    char word[16] = "";
    if (sscanf(text, "%2d.%2d.%4d%n", &day, &month, &year, &n) == 3) {
        /* day first, always */
    } else if (sscanf(text, "%2d/%2d/%4d%n", &day, &month, &year, &n) == 3) {
        if (day <= 12 && month <= 12 && day != month) {
            return false;
        }
        if (month > 12) {
            int first = day;
            day = month;
            month = first;
        }
    } else if (sscanf(text, "%2d %15[A-Za-z]%*[ ,.]%4d%n", &day, word, &year, &n) == 3 ||
               sscanf(text, "%15[A-Za-z]%*[ .]%2d%*[ ,]%4d%n", word, &day, &year, &n) == 3) {
        month = month_of(word);
    }
    if (n == 0 || month < 1 || month > 12 || day < 1 || year < 1000 || year > 9999) {
        return false;
    }
    const char *rest = text + n;
    rest += strspn(rest, " ,");
    (void)snprintf(iso, size, "%04d-%02d-%02d%s%.16s", year, month, day, rest[0] == '\0' ? "" : " ",
                   rest);
    return true;
}

/* An arrival on a day is at its start, a departure at its end. */
static int read_day(const struct people *people, const char *place, const char *text, bool is_end,
                    int64_t *ret_us)
{
    const struct build *b = people->build;
    char iso[40];
    if (text == NULL || text[0] == '\0') {
        return 0;
    }
    if (!date_to_iso(text, iso, sizeof iso)) {
        (void)snprintf(iso, sizeof iso, "%s", text);
    }
    if (time_parse(iso, b->zone, ret_us, b->err) < 0) {
        return build_fail(b, place, "\"%.40s\" is not a day such as 2025-12-11", text);
    }
    if (is_end && strlen(iso) == 10) {
        *ret_us = zone_day_start_us(b->zone, *ret_us + 30 * HOUR_US);
    }
    return 0;
}

/* --- saving --- */

void people_init(struct people *people, struct build *build, bool is_own)
{
    *people = (struct people){.build = build, .is_own = is_own};
    for (size_t i = 0; i < build->conf->registrants.n; i++) {
        const struct registrant *r = &build->conf->registrants.items[i];
        (void)strmap_at(&people->keys, build->arena, r->key, -1, NULL);
    }
}

static const char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p != '\0'; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return copy;
}

static int check_key(struct people *people, const char *place, const char *key)
{
    struct build *b = people->build;
    bool is_new = false;
    int64_t *at = strmap_at(&people->keys, b->arena, key, (int64_t)people->places.n, &is_new);
    if (is_new) {
        *vec_add(b->arena, &people->places) = place;
        return 0;
    }
    if (*at < 0) {
        return build_fail(b, place, "registrant \"%.60s\" is there already, from an earlier file",
                          key);
    }
    return build_fail(b, place, "registrant \"%.60s\" comes twice; the first is at %s%s", key,
                      b->in->name, people->places.items[*at]);
}

static const char *full_name(struct arena *arena, const struct people_row *row)
{
    const char *name = row->fields[PEOPLE_NAME];
    if (name[0] != '\0') {
        return name;
    }
    return text_join(arena, row->fields[PEOPLE_FIRST_NAME], row->fields[PEOPLE_LAST_NAME], " ");
}

static int check_limits(const struct people *people, const char *place, const char *name)
{
    const struct build *b = people->build;
    if (name[0] == '\0') {
        return build_fail(b, place, "a registrant without a name");
    }
    if (b->conf->registrants.n >= FORMAT_MAX_PEOPLE) {
        return build_limit(b, place, "registrants", FORMAT_MAX_PEOPLE);
    }
    return 0;
}

int people_save(struct people *people, const char *place, const struct people_row *given)
{
    struct build *b = people->build;
    struct people_row row = *given;
    for (size_t i = 0; i < N_PEOPLE_FIELDS; i++) {
        row.fields[i] = row.fields[i] == NULL ? "" : row.fields[i];
    }
    struct registrant registrant = {
        .name = full_name(b->arena, &row),
        .email = row.fields[PEOPLE_EMAIL],
        .email_md5 = "",
        .affiliation = row.fields[PEOPLE_AFFILIATION],
        .country = row.fields[PEOPLE_COUNTRY],
        .matrix_id = row.fields[PEOPLE_MATRIX_ID],
        .interests = row.fields[PEOPLE_INTERESTS],
        .timezone = row.fields[PEOPLE_TIMEZONE],
        .person = -1,
    };
    const char *id = row.fields[PEOPLE_ID];
    registrant.key = id[0] != '\0'                 ? id
                     : registrant.email[0] != '\0' ? lower(b->arena, registrant.email)
                                                   : registrant.name;
    int r = check_limits(people, place, registrant.name);
    r = r < 0 ? r : read_status(people, place, row.fields[PEOPLE_STATUS], &registrant.status);
    r = r < 0 ? r : read_attendance(people, place, &row, &registrant.attendance);
    r = r < 0 ? r
              : read_day(people, place, row.fields[PEOPLE_ARRIVES], false, &registrant.arrives_us);
    r = r < 0 ? r
              : read_day(people, place, row.fields[PEOPLE_DEPARTS], true, &registrant.departs_us);
    if (r == 0 && registrant.timezone[0] != '\0' && zone_find(registrant.timezone) == NULL) {
        if (people->is_own) {
            return build_fail(b, place, "the time zone \"%.60s\" is not one that is known",
                              registrant.timezone);
        }
        registrant.timezone = ""; /* a form's free text */
    }
    r = r < 0 ? r : check_key(people, place, registrant.key);
    if (r == 0) {
        *conference_add_registrant(b->conf, b->arena) = registrant;
    }
    return r;
}
