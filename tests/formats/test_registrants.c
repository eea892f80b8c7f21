#include "support/testing.h"

#include "core/conference.h"
#include "formats/formats.h"

#include <string.h>

struct reading {
    struct arena *arena;
    struct conference conf;
    struct err err;
    const struct format *format;
    int result;
};

static void read_text(struct reading *r, const char *text, const char *kind)
{
    *r = (struct reading){.arena = arena_new()};
    conference_init(&r->conf);
    r->conf.zone = zone_find("Asia/Tokyo");
    r->result =
        format_read("people", text, strlen(text), kind, &r->conf, r->arena, &r->format, &r->err);
}

static const struct registrant *row(const struct reading *r, size_t i)
{
    if (r->result != 0) {
        fail_msg("%s: %s", r->err.where, r->err.message);
    }
    assert_true(i < r->conf.registrants.n);
    return &r->conf.registrants.items[i];
}

static void assert_instant(int64_t us, const char *iso)
{
    char buf[TIME_TEXT_SIZE];
    assert_string_equal(time_iso(zone_utc(), us, buf), iso);
}

static void our_columns_are_read_in_any_order_and_case(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r,
              "Departs;NAME;id;email;affiliation;country;matrix_id;status;attendance;arrives;"
              "interests;timezone\n"
              "2025-12-13;J\xc3\xb6rg R\xc3\xb6"
              "del;r7;joerg@example.org;AMD;DE;@joro:example.org;confirmed;in_person;"
              "2025-12-11 12:00;\"iommu; kvm\";Europe/Berlin\n"
              ";Waiting Wanda;;wanda@Example.org;;;;waiting;remote;;;\n"
              "\n"
              "2025-12-13T15:00:00Z;Cancelled Carl;;;;;;cancelled;;2025-12-10;;\n",
              NULL);
    const struct registrant *a = row(&r, 0);
    assert_string_equal(r.format->name, "registrants-csv");
    assert_string_equal(a->key, "r7");
    assert_string_equal(a->name, "J\xc3\xb6rg R\xc3\xb6"
                                 "del");
    assert_string_equal(a->matrix_id, "@joro:example.org");
    assert_string_equal(a->interests, "iommu; kvm");
    assert_string_equal(a->timezone, "Europe/Berlin");
    assert_int_equal(a->attendance, ATTENDANCE_IN_PERSON);
    assert_instant(a->arrives_us, "2025-12-11T03:00:00Z");
    assert_instant(a->departs_us, "2025-12-13T15:00:00Z"); /* the end of the 13th in Tokyo */
    const struct registrant *b = row(&r, 1);
    assert_string_equal(b->key, "wanda@example.org");
    assert_string_equal(b->email, "wanda@Example.org");
    assert_int_equal(b->status, REGISTRATION_WAITING);
    assert_int_equal(b->attendance, ATTENDANCE_REMOTE);
    const struct registrant *c = row(&r, 2);
    assert_string_equal(c->key, "Cancelled Carl");
    assert_int_equal(c->status, REGISTRATION_CANCELLED);
    assert_int_equal(c->attendance, ATTENDANCE_UNKNOWN);
    assert_instant(c->arrives_us, "2025-12-09T15:00:00Z");
    assert_instant(c->departs_us, "2025-12-13T15:00:00Z");
    assert_int_equal(c->person, -1);
    arena_free(r.arena);
}

static void a_name_is_enough(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "name\nAda Lovelace\nBob Bee\n", NULL);
    assert_int_equal(r.conf.registrants.n, 2);
    assert_string_equal(row(&r, 1)->key, "Bob Bee");
    arena_free(r.arena);
}

static void indicos_export_is_read_by_what_its_titles_mean(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r,
              "\xef\xbb\xbfID,Name,Email Address,Affiliation,Country,Country,"
              "How will you attend?,Accommodation,Accommodation (Arrival),"
              "Accommodation (Departure),Topics of interest,Microconferences,T-shirt size,"
              "Matrix ID,Registration date,Registration state,Checked in\r\n"
              "12,Ada Lovelace,ada@example.org,AE Ltd,,UK,In person (EUR 600),Hotel,2025-12-10,"
              "2025-12-14,Rust; BPF,Rust MC,XL,@ada:example.org,2025-09-01 10:00,Complete,No\r\n"
              "13,Bob Bee,bob@example.org,,DE,,Virtual (free),,,,,,,,2025-09-02,Withdrawn,No\r\n"
              "14,Cleo Doe,cleo@example.org,,,,In person or remote,,11.12.2025,13 December 2025,"
              ",,,,,Awaiting payment,Yes\r\n",
              NULL);
    const struct registrant *a = row(&r, 0);
    assert_string_equal(r.format->name, "indico-csv");
    assert_string_equal(a->key, "12");
    assert_string_equal(a->email, "ada@example.org");
    assert_string_equal(a->country, "UK");
    assert_string_equal(a->interests, "Rust; BPF; Rust MC");
    assert_string_equal(a->matrix_id, "@ada:example.org");
    assert_int_equal(a->attendance, ATTENDANCE_IN_PERSON);
    assert_int_equal(a->status, REGISTRATION_CONFIRMED);
    assert_instant(a->arrives_us, "2025-12-09T15:00:00Z");
    assert_instant(a->departs_us, "2025-12-14T15:00:00Z");
    assert_int_equal(row(&r, 1)->attendance, ATTENDANCE_REMOTE);
    assert_int_equal(row(&r, 1)->status, REGISTRATION_CANCELLED);
    assert_int_equal(row(&r, 2)->attendance, ATTENDANCE_UNKNOWN);
    assert_int_equal(row(&r, 2)->status, REGISTRATION_WAITING);
    assert_instant(row(&r, 2)->arrives_us, "2025-12-10T15:00:00Z");
    assert_instant(row(&r, 2)->departs_us, "2025-12-13T15:00:00Z");
    arena_free(r.arena);
}

static void yes_and_no_answer_questions_about_attendance(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r,
              "ID,First Name,Last Name,Attending remotely?,E-mail\n"
              "1,Ada,Lovelace,Yes,\n2,Bob,Bee,No,\n3,Cleo,Doe,,\n",
              NULL);
    assert_string_equal(row(&r, 0)->name, "Ada Lovelace");
    assert_int_equal(row(&r, 0)->attendance, ATTENDANCE_REMOTE);
    assert_int_equal(row(&r, 1)->attendance, ATTENDANCE_IN_PERSON);
    assert_int_equal(row(&r, 2)->attendance, ATTENDANCE_UNKNOWN);
    arena_free(r.arena);
}

static void both_registration_apis_of_indico_are_read(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r,
              "{\"registrants\":[{\"registrant_id\":\"5\",\"checked_in\":false,\"checkin_secret\":"
              "\"s3cret\",\"full_name\":\"Ada Lovelace\",\"personal_data\":{\"firstName\":\"Ada\","
              "\"surname\":\"Lovelace\",\"email\":\"ada@example.org\",\"affiliation\":\"AE\","
              "\"country\":\"UK\"}}]}",
              NULL);
    assert_string_equal(r.format->name, "indico-registrations");
    assert_string_equal(row(&r, 0)->key, "5");
    assert_string_equal(row(&r, 0)->email, "ada@example.org");
    arena_free(r.arena);
    read_text(&r,
              "[{\"id\":9,\"regform_id\":1,\"event_id\":2,\"full_name\":\"Bob Bee\",\"email\":"
              "\"bob@example.org\",\"state\":\"withdrawn\",\"checkin_secret\":\"s3cret\","
              "\"registration_data\":[{\"id\":1,\"title\":\"Personal\",\"fields\":["
              "{\"title\":\"Affiliation\",\"data\":\"Bee Inc\",\"input_type\":\"text\"},"
              "{\"title\":\"How will you attend?\",\"input_type\":\"single_choice\",\"data\":"
              "{\"u2\":1},\"choices\":[{\"id\":\"u1\",\"caption\":\"In person\"},"
              "{\"id\":\"u2\",\"caption\":\"Remote\"}]},"
              "{\"title\":\"Hotel\",\"input_type\":\"accommodation\",\"data\":{\"arrivalDate\":"
              "\"2025-12-10\",\"departureDate\":\"2025-12-12\"}}]}]}]",
              "registrants");
    const struct registrant *b = row(&r, 0);
    assert_string_equal(b->key, "9");
    assert_string_equal(b->affiliation, "Bee Inc");
    assert_int_equal(b->status, REGISTRATION_CANCELLED);
    assert_int_equal(b->attendance, ATTENDANCE_REMOTE);
    assert_instant(b->arrives_us, "2025-12-09T15:00:00Z");
    assert_instant(b->departs_us, "2025-12-12T15:00:00Z");
    arena_free(r.arena);
}

static void what_cannot_be_right_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *kind;
        const char *where;
        const char *words;
    } cases[] = {
        {"id,email\n1,a@example.org\n", NULL, "people:1", "without a \"name\" column"},
        {"id,email\n1,a@example.org\n", "registrants-csv", "people:1", "id, email"},
        {"name,emial\nAda,a\n", "registrants-csv", "people:1", "emial"},
        {"id,name\n1,Ada\n\n1,Bob\n", NULL, "people:4", "the first is at people:2"},
        {"name\nAda\nAda\n", NULL, "people:3", "comes twice"},
        {"name,arrives\nAda,soon\n", NULL, "people:2", "soon"},
        {"name,arrives\nAda,11/12/2025\n", NULL, "people:2", "11/12/2025"},
        {"name,arrives\nAda,2025-02-30\n", NULL, "people:2", "2025-02-30"},
        {"name,status\nAda,maybe\n", NULL, "people:2", "maybe"},
        {"name,attendance\nAda,perhaps\n", NULL, "people:2", "perhaps"},
        {"name,timezone\nAda,Mars/Olympus\n", NULL, "people:2", "Mars/Olympus"},
        {"name,email\nAda,a@example.org,extra\n", NULL, "people:2", "3 fields"},
        {"name,email\n,a@example.org\n", NULL, "people:2", "without a name"},
        {"name,email\n\"Ada,a@example.org\n", NULL, "people:2", "quote"},
        {"name\nA\xff"
         "da\n",
         NULL, "people:2", "UTF-8"},
        {"{\"registrants\":[{\"registrant_id\":\"5\",\"full_name\":\"A\"},"
         "{\"registrant_id\":\"5\",\"full_name\":\"B\"}]}",
         NULL, "people: $.registrants[1]", "people: $.registrants[0]"},
        {"{\"registrants\":[{\"registrant_id\":\"5\"}]}", NULL, "people: $.registrants[0]",
         "without a name"},
        {"name\nAda\n", "programme", "people:1", "registrants-csv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading r;
        read_text(&r, cases[i].text, cases[i].kind);
        if (r.result != ERR_INPUT || strcmp(r.err.where, cases[i].where) != 0 ||
            strstr(r.err.message, cases[i].words) == NULL) {
            fail_msg("case %zu: %d %s: %s", i, r.result, r.err.where, r.err.message);
        }
        arena_free(r.arena);
    }
}

static void the_same_list_twice_is_refused(void **state)
{
    (void)state;
    struct reading r;
    const char *text = "name,email\nAda,ada@example.org\n";
    read_text(&r, text, NULL);
    assert_int_equal(r.result, 0);
    r.result = format_read("again", text, strlen(text), NULL, &r.conf, r.arena, NULL, &r.err);
    assert_int_equal(r.result, ERR_INPUT);
    assert_string_equal(r.err.where, "again:2");
    arena_free(r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_columns_are_read_in_any_order_and_case),
        cmocka_unit_test(a_name_is_enough),
        cmocka_unit_test(indicos_export_is_read_by_what_its_titles_mean),
        cmocka_unit_test(yes_and_no_answer_questions_about_attendance),
        cmocka_unit_test(both_registration_apis_of_indico_are_read),
        cmocka_unit_test(what_cannot_be_right_is_refused_with_its_line),
        cmocka_unit_test(the_same_list_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
