/* What the titles of columns and form fields mean. */
#include "formats/people.h"

#include <string.h>

static const struct {
    const char *name;
    enum people_field field;
} own_columns[] = {
    {"id", PEOPLE_ID},
    {"name", PEOPLE_NAME},
    {"email", PEOPLE_EMAIL},
    {"affiliation", PEOPLE_AFFILIATION},
    {"country", PEOPLE_COUNTRY},
    {"matrix_id", PEOPLE_MATRIX_ID},
    {"status", PEOPLE_STATUS},
    {"attendance", PEOPLE_ATTENDANCE},
    {"arrives", PEOPLE_ARRIVES},
    {"departs", PEOPLE_DEPARTS},
    {"interests", PEOPLE_INTERESTS},
    {"timezone", PEOPLE_TIMEZONE},
};

enum people_field people_own_field(const char *title)
{
    while (*title == ' ') {
        title++;
    }
    size_t len = strlen(title);
    while (len > 0 && title[len - 1] == ' ') {
        len--;
    }
    for (size_t i = 0; i < sizeof own_columns / sizeof own_columns[0]; i++) {
        if (strlen(own_columns[i].name) == len &&
            strncasecmp(own_columns[i].name, title, len) == 0) {
            return own_columns[i].field;
        }
    }
    return PEOPLE_NOTHING;
}

/* Titles of registration forms, as words: the whole title, or (with is_part) words inside it. The
 * first row that fits decides; so the narrow ones stand before the wide ones. */
static const struct {
    const char *words;
    bool is_part;
    enum people_field field;
} titles[] = {
    {"id", false, PEOPLE_ID},
    {"registration id", false, PEOPLE_ID},
    {"registrant id", false, PEOPLE_ID},
    {"name", false, PEOPLE_NAME},
    {"full name", false, PEOPLE_NAME},
    {"attendee name", false, PEOPLE_NAME},
    {"first name", false, PEOPLE_FIRST_NAME},
    {"given name", false, PEOPLE_FIRST_NAME},
    {"given names", false, PEOPLE_FIRST_NAME},
    {"last name", false, PEOPLE_LAST_NAME},
    {"family name", false, PEOPLE_LAST_NAME},
    {"surname", false, PEOPLE_LAST_NAME},
    {"registration state", false, PEOPLE_STATUS},
    {"registration status", false, PEOPLE_STATUS},
    {"state", false, PEOPLE_STATUS},
    {"status", false, PEOPLE_STATUS},
    {"registration date", false, PEOPLE_NOTHING},
    {"modification date", false, PEOPLE_NOTHING},
    {"payment date", false, PEOPLE_NOTHING},
    {"check in date", false, PEOPLE_NOTHING},
    {"created by", false, PEOPLE_NOTHING},
    {"email", false, PEOPLE_EMAIL},
    {"e mail", false, PEOPLE_EMAIL},
    {"email address", false, PEOPLE_EMAIL},
    {"e mail address", false, PEOPLE_EMAIL},
    {"attendee e mail", false, PEOPLE_EMAIL},
    {"matrix", true, PEOPLE_MATRIX_ID},
    {"mxid", true, PEOPLE_MATRIX_ID},
    {"time zone", true, PEOPLE_TIMEZONE},
    {"timezone", true, PEOPLE_TIMEZONE},
    {"arrival", true, PEOPLE_ARRIVES},
    {"arrives", true, PEOPLE_ARRIVES},
    {"arriving", true, PEOPLE_ARRIVES},
    {"departure", true, PEOPLE_DEPARTS},
    {"departs", true, PEOPLE_DEPARTS},
    {"leaving", true, PEOPLE_DEPARTS},
    {"in person or", true, PEOPLE_ATTENDANCE},
    {"how will you attend", true, PEOPLE_ATTENDANCE},
    {"how do you attend", true, PEOPLE_ATTENDANCE},
    {"attendance", true, PEOPLE_ATTENDANCE},
    {"mode of participation", true, PEOPLE_ATTENDANCE},
    {"participation", false, PEOPLE_ATTENDANCE},
    {"participation type", false, PEOPLE_ATTENDANCE},
    {"participation mode", false, PEOPLE_ATTENDANCE},
    {"registration type", false, PEOPLE_ATTENDANCE},
    {"ticket type", false, PEOPLE_ATTENDANCE},
    {"remotely", true, PEOPLE_ATTENDS_REMOTELY},
    {"remote", true, PEOPLE_ATTENDS_REMOTELY},
    {"virtually", true, PEOPLE_ATTENDS_REMOTELY},
    {"online", true, PEOPLE_ATTENDS_REMOTELY},
    {"in person", true, PEOPLE_ATTENDS_IN_PERSON},
    {"on site", true, PEOPLE_ATTENDS_IN_PERSON},
    {"onsite", true, PEOPLE_ATTENDS_IN_PERSON},
    {"affiliation", true, PEOPLE_AFFILIATION},
    {"company", true, PEOPLE_AFFILIATION},
    {"organisation", true, PEOPLE_AFFILIATION},
    {"organization", true, PEOPLE_AFFILIATION},
    {"employer", true, PEOPLE_AFFILIATION},
    {"institution", true, PEOPLE_AFFILIATION},
    {"institute", true, PEOPLE_AFFILIATION},
    {"country", true, PEOPLE_COUNTRY},
    {"interests", true, PEOPLE_INTERESTS},
    {"interest", true, PEOPLE_INTERESTS},
    {"interested", true, PEOPLE_INTERESTS},
    {"topics", true, PEOPLE_INTERESTS},
    {"microconferences", true, PEOPLE_INTERESTS},
};

enum people_field people_field_of(struct arena *arena, const char *title)
{
    const char *words = text_words(arena, title);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].is_part ? words_contain(words, titles[i].words)
                              : strcmp(words, titles[i].words) == 0) {
            return titles[i].field;
        }
    }
    return people_own_field(title);
}

void people_add(struct arena *arena, struct people_row *row, enum people_field field,
                const char *text)
{
    const char *line = text_line(arena, text);
    const char *there = row->fields[field] == NULL ? "" : row->fields[field];
    if (field == PEOPLE_NOTHING || line[0] == '\0') {
        return;
    }
    if (field == PEOPLE_INTERESTS) {
        row->fields[field] = text_list(arena, there, line, "; ");
    } else if (there[0] == '\0') {
        row->fields[field] = line;
    }
}
