/* Real programmes: who is booked twice, and which room. The numbers were counted with another tool
 * (Python, every pair of events, on the files themselves). In FOSDEM 2023 two events share a room,
 * of which the title of one says that it is cancelled. */
#include "support/testing.h"

#include "base/strmap.h"
#include "core/clash.h"
#include "formats/formats.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *file;
    size_t n_twice;
    size_t n_rooms;
} programmes[] = {
    {"fosdem/fosdem_2019.xml", 0, 0},
    {"fosdem/fosdem_2020.xml", 3, 0},
    {"fosdem/fosdem_2023.xml", 0, 0},
    {"fosdem/fosdem_2024.xml", 0, 0},
    {"fosdem/fosdem_2025.xml", 0, 0},
    {"debconf/debconf23.xml", 0, 0},
    {"ccc/36c3_everything.schedule.json", 64, 261},
    {"frab/frab-camp2019.json", 0, 0},
    {"pretalx/pretalx-democon.json", 1, 0},
    {"pretalx/pretalx-rc3.json", 0, 0},
};

static void read_programme(const char *file, struct conference *conf, struct arena *arena)
{
    size_t len = 0;
    struct err err = {0};
    char *text =
        test_read_file(arena, arena_printf(arena, "%s/data/programmes/%s", SHARED_DIR, file), &len);
    conference_init(conf);
    if (format_read(file, text, len, "programme", conf, arena, NULL, &err) != 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
}

/* Everybody by the key of the source: whom it calls one person is one. */
static void join_by_key(struct conference *conf, struct arena *arena)
{
    struct strmap persons = {0};
    for (size_t i = 0; i < conf->mentions.n; i++) {
        struct mention *mention = &conf->mentions.items[i];
        const char *key = mention->source_key[0] != '\0' ? mention->source_key : mention->name;
        bool is_new = false;
        int64_t *person = strmap_at(&persons, arena, key, (int64_t)conf->persons.n, &is_new);
        mention->person = (int)*person;
        if (is_new) {
            conference_add_person(conf, arena)->name = mention->name;
        }
    }
}

static bool has_clash(const struct clashes *found, enum clash_kind kind, int person, int a, int b)
{
    for (size_t i = 0; i < found->items.n; i++) {
        const struct clash *clash = &found->items.items[i];
        if (clash->kind == kind && clash->person == person &&
            ((clash->session_a == a && clash->session_b == b) ||
             (clash->session_a == b && clash->session_b == a))) {
            return true;
        }
    }
    return false;
}

static size_t count(const struct clashes *found, enum clash_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < found->items.n; i++) {
        n += found->items.items[i].kind == kind;
    }
    return n;
}

/* Every pair of speakers' mentions, straight from the programme. */
static void every_pair_is_there(const struct conference *conf, const struct clashes *found)
{
    for (size_t i = 0; i < conf->mentions.n; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct mention *x = &conf->mentions.items[i];
            const struct mention *y = &conf->mentions.items[j];
            if (x->person == y->person && x->session >= 0 && y->session >= 0 &&
                x->session != y->session &&
                session_overlaps(&conf->sessions.items[x->session],
                                 &conf->sessions.items[y->session])) {
                assert_true(
                    has_clash(found, CLASH_REQUIRED_TWICE, x->person, x->session, y->session));
            }
        }
    }
}

static void real_programmes_hold_the_double_bookings_that_a_count_of_pairs_finds(void **state)
{
    (void)state;
    if (!test_has_shared()) {
        print_message("skipped: the shared folder is not there\n");
        skip();
    }
    for (size_t i = 0; i < sizeof programmes / sizeof programmes[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        const struct clash_options options = {.only_person = -1};
        struct conference conf;
        struct requirements requirements;
        struct clashes found;
        read_programme(programmes[i].file, &conf, arena);
        join_by_key(&conf, arena);
        requirements_build(&conf, arena, &requirements);
        clash_find(&conf, &requirements, &options, arena, &found);
        every_pair_is_there(&conf, &found);
        if (count(&found, CLASH_REQUIRED_TWICE) != programmes[i].n_twice ||
            count(&found, CLASH_ROOM_TWICE) != programmes[i].n_rooms) {
            fail_msg("%s: %zu people twice, %zu rooms twice", programmes[i].file,
                     count(&found, CLASH_REQUIRED_TWICE), count(&found, CLASH_ROOM_TWICE));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_programmes_hold_the_double_bookings_that_a_count_of_pairs_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
