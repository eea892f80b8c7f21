/* people: registrants out of rows and objects whose columns people have named. */
#ifndef ROLLCALL_FORMATS_PEOPLE_H
#define ROLLCALL_FORMATS_PEOPLE_H

#include "formats/build.h"

enum people_field {
    PEOPLE_NOTHING, /* a column that says nothing we use */
    PEOPLE_ID,
    PEOPLE_NAME,
    PEOPLE_FIRST_NAME,
    PEOPLE_LAST_NAME,
    PEOPLE_EMAIL,
    PEOPLE_AFFILIATION,
    PEOPLE_COUNTRY,
    PEOPLE_MATRIX_ID,
    PEOPLE_STATUS,
    PEOPLE_ATTENDANCE,
    PEOPLE_ATTENDS_REMOTELY, /* a yes/no question */
    PEOPLE_ATTENDS_IN_PERSON,
    PEOPLE_ARRIVES,
    PEOPLE_DEPARTS,
    PEOPLE_INTERESTS, /* several columns add up */
    PEOPLE_TIMEZONE,
    N_PEOPLE_FIELDS
};

/* What one row says; NULL or "" = nothing. Of a field that comes twice the first that says
 * something counts, interests are joined. */
struct people_row {
    const char *fields[N_PEOPLE_FIELDS];
};

/* Our own column names, exactly but for case; PEOPLE_NOTHING when it is none of them. */
enum people_field people_own_field(const char *title);
/* What a title such as "Email Address", "Hotel (Arrival)" or "How will you attend?" means. */
enum people_field people_field_of(struct arena *arena, const char *title);

void people_add(struct arena *arena, struct people_row *row, enum people_field field,
                const char *text);

/* Our own words are held to exactly (is_own): an unknown status is an error; a form's free choices
 * are read as far as they go. Adds the registrant; a key that comes twice is ERR_INPUT naming both
 * places. keys maps key -> place, and starts empty. */
struct people {
    struct build *build;
    struct strmap keys; /* -> index into places */
    VEC(const char *) places;
    bool is_own;
};
void people_init(struct people *people, struct build *build, bool is_own);
int people_save(struct people *people, const char *place, const struct people_row *row) MUST_CHECK;

#endif
