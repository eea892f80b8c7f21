/* indico-registrations: both of Indico's registration APIs. checkin_secret and everything else that
 * is not named here is never read. */
#include "base/str.h"
#include "formats/json.h"
#include "formats/people.h"
#include "formats/readers.h"

#include <string.h>

bool indico_registrations_recognises(const char *text, size_t len)
{
    return json_peek(text, len, "registrants") == '[' ||
           json_peek(text, len, "registrations") == '[' || json_has_path(text, len, "regform_id") ||
           json_has_path(text, len, "registrant_id") ||
           json_has_path(text, len, "registration_data");
}

static void add_member(struct arena *arena, struct people_row *row, enum people_field field,
                       const struct json_at *up, const char *key)
{
    people_add(arena, row, field, json_member_text(arena, up, key));
}

/* The captions of the choices that data = {"<id>": n} counts. */
static const char *choices(struct arena *arena, const struct json_at *field,
                           const struct json_at *data)
{
    const char *text = "";
    struct json_at list = json_member(field, "choices");
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at choice = json_item(&list, i);
        struct json_at chosen = json_member(data, json_member_text(arena, &choice, "id"));
        if (json_is_true(chosen.value) || json_integer_value(chosen.value) > 0) {
            text = text_list(arena, text, json_member_text(arena, &choice, "caption"), "; ");
        }
    }
    return text;
}

static void add_field(struct arena *arena, struct people_row *row, const struct json_at *field)
{
    struct json_at data = json_member(field, "data");
    enum people_field means = people_field_of(arena, json_member_text(arena, field, "title"));
    if (json_is_boolean(data.value)) {
        people_add(arena, row, means, json_is_true(data.value) ? "Yes" : "No");
    } else if (json_is_array(data.value)) {
        for (size_t i = 0; i < json_count(&data); i++) {
            struct json_at item = json_item(&data, i);
            people_add(arena, row, means, json_text(arena, &item));
        }
    } else if (json_is_object(data.value)) {
        const char *arrival = json_member_text(arena, &data, "arrivalDate");
        const char *departure = json_member_text(arena, &data, "departureDate");
        people_add(arena, row, PEOPLE_ARRIVES, arrival);
        people_add(arena, row, PEOPLE_DEPARTS, departure);
        people_add(arena, row, means, choices(arena, field, &data));
    } else {
        people_add(arena, row, means, json_text(arena, &data));
    }
}

/* The current API: sections of fields. */
static void add_sections(struct arena *arena, struct people_row *row, const struct json_at *at)
{
    struct json_at sections = json_member(at, "registration_data");
    for (size_t i = 0; i < json_count(&sections); i++) {
        struct json_at section = json_item(&sections, i);
        struct json_at fields = json_member(&section, "fields");
        for (size_t j = 0; j < json_count(&fields); j++) {
            struct json_at field = json_item(&fields, j);
            add_field(arena, row, &field);
        }
    }
}

static int read_one(struct people *people, const struct json_at *at)
{
    struct arena *arena = people->build->arena;
    struct people_row row = {0};
    struct json_at personal = json_member(at, "personal_data");
    int r = json_expect(people->build, at, JSON_OBJECT);
    if (r < 0) {
        return r;
    }
    add_member(arena, &row, PEOPLE_ID, at, "id");
    add_member(arena, &row, PEOPLE_ID, at, "registrant_id");
    add_member(arena, &row, PEOPLE_NAME, at, "full_name");
    add_member(arena, &row, PEOPLE_EMAIL, at, "email");
    add_member(arena, &row, PEOPLE_STATUS, at, "state");
    add_member(arena, &row, PEOPLE_FIRST_NAME, &personal, "firstName");
    add_member(arena, &row, PEOPLE_LAST_NAME, &personal, "surname");
    add_member(arena, &row, PEOPLE_EMAIL, &personal, "email");
    add_member(arena, &row, PEOPLE_AFFILIATION, &personal, "affiliation");
    add_member(arena, &row, PEOPLE_COUNTRY, &personal, "country");
    add_sections(arena, &row, at);
    return people_save(people, json_place(arena, at), &row);
}

int indico_registrations_read(const struct format_input *in, struct conference *conf,
                              struct arena *arena, struct err *err)
{
    CLEANUP(json_cleanup) json_t *value = NULL;
    struct build b;
    struct people people;
    int r = json_read(in, &value, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    people_init(&people, &b, false);
    struct json_at root = json_root(value);
    struct json_at list = json_member(&root, "registrants");
    if (list.value == NULL) {
        list = json_member(&root, "registrations");
    }
    list = json_is_array(root.value) ? root : list;
    if (list.value == NULL) {
        return read_one(&people, &root); /* the address of one registration */
    }
    r = json_expect(&b, &list, JSON_ARRAY);
    for (size_t i = 0; r == 0 && i < json_count(&list); i++) {
        struct json_at at = json_item(&list, i);
        r = read_one(&people, &at);
    }
    return r;
}
