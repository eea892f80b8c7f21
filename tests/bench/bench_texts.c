/*
 * bench_texts: whole lists of made-up names, to see what the names of one text say for one another.
 *
 *     bench_texts [REGISTRANTS [NAMES [SEED [CONFERENCES]]]]
 *
 * Lists of fifteen, drawn from a pool of as many people as there are names, so that some are
 * named again; a quarter is not registered. A third of the names has an address, half of them
 * another one than was registered. One name in ten is a short form, an initial or the family name
 * alone, and half of these mean somebody of the same list, the others anybody. Prints the links by
 * what speaks for them beside the name, and how many of each kind are right.
 */
#include "names_generator.h"

#include "core/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST 15

enum kind { BY_NAME, BY_ADDRESS, BY_SPELLING, BY_LIST, BY_OTHER_LIST, KINDS };
static const char *const kind_names[KINDS] = {"the name itself", "an address", "a spelling learned",
                                              "somebody on the list", "somebody named elsewhere"};

static struct {
    int linked[KINDS];
    int right[KINDS];
    int questions;
    int resolvable;
    int first_or_linked;
    int n;
} result;

static uint64_t random_state;

static uint32_t next(uint32_t below)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(random_state >> 33) % below;
}

static const char *short_form(struct arena *arena, const char *name)
{
    const char *family = strrchr(name, ' ');
    if (family == NULL || (unsigned char)name[0] >= 0x80 || strchr(name, ',') != NULL) {
        return NULL;
    }
    return next(2) == 0 ? family + 1 : arena_printf(arena, "%c.%s", name[0], family);
}

static const char *any_address(struct arena *arena, int person, bool is_own)
{
    return arena_printf(arena, "%s%d@example.%s", is_own ? "r" : "x", person,
                        is_own ? "org" : "net");
}

static void add_mention(struct conference *conf, struct arena *arena, int track, const char *name,
                        const char *email)
{
    struct mention *mention = conference_add_mention(conf, arena);
    mention->track = track;
    mention->name = name;
    mention->email = email;
    mention->is_given_name_only = strchr(name, ' ') == NULL;
}

/* A short form in place of a name: of somebody on this list, or of anybody registered. */
static int add_short(struct conference *conf, struct arena *arena,
                     const struct generated_person *people, int n_people,
                     const struct generated_mention *list, int track)
{
    int person = next(2) == 0 ? list[next(LIST)].person : (int)next((uint32_t)n_people);
    const char *name =
        person < 0 || people[person].name == NULL ? NULL : short_form(arena, people[person].name);
    if (name == NULL) {
        return -2;
    }
    add_mention(conf, arena, track, name, "");
    return person;
}

static enum kind kind_of(const char *evidence)
{
    return strstr(evidence, "same address") != NULL       ? BY_ADDRESS
           : strstr(evidence, "on this list too") != NULL ? BY_LIST
           : strstr(evidence, "named elsewhere") != NULL  ? BY_OTHER_LIST
           : strstr(evidence, "; as \"") != NULL          ? BY_SPELLING
                                                          : BY_NAME;
}

static void count(const struct conference *conf, const struct identity *identity, const int *truth,
                  const int *person_of)
{
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct resolution *r = &identity->mentions[i];
        int right = truth[i] < 0 ? -1 : person_of[truth[i]];
        bool is_first = r->n_candidates > 0 && right >= 0 && r->candidates[0].person == right;
        bool is_linked = r->status == RESOLUTION_LINKED;
        result.n++;
        result.questions += r->status == RESOLUTION_AMBIGUOUS;
        result.resolvable += right >= 0;
        result.first_or_linked += right >= 0 && (is_first || (is_linked && r->person == right));
        if (is_linked) {
            enum kind kind = kind_of(r->evidence);
            result.linked[kind]++;
            result.right[kind] += r->person == right;
            if (r->person != right && getenv("VERBOSE") != NULL) {
                printf("wrong: %s is %s: %s\n", conf->mentions.items[i].name,
                       conf->persons.items[r->person].name, r->evidence);
            }
        }
    }
}

static void one_conference(struct arena *arena, int n_people, int n, uint64_t seed)
{
    struct generator *g = generator_new(arena, SHARED_DIR, seed);
    int pool = n;
    struct generated_person *people = generator_people(g, n_people + pool);
    struct generated_mention *mentions = generator_mentions(g, people, pool, n, 25);
    struct conference conf;
    struct identity identity = {0};
    conference_init(&conf);
    int *registrant_of = arena_array(arena, (size_t)(n_people + pool), sizeof *registrant_of);
    for (int i = 0; i < n_people + pool; i++) {
        registrant_of[i] = -1;
        if (people[i].name != NULL) {
            registrant_of[i] = (int)conf.registrants.n;
            struct registrant *registrant = conference_add_registrant(&conf, arena);
            registrant->name = people[i].name;
            registrant->email = any_address(arena, i, true);
        }
    }
    int *truth = arena_array(arena, (size_t)n + 1, sizeof *truth);
    for (int i = 0; i + LIST <= n; i += LIST) {
        int track = i / LIST;
        conference_add_track(&conf, arena)->title = arena_printf(arena, "List %d", track);
        for (int k = i; k < i + LIST; k++) {
            int person =
                next(10) == 0 ? add_short(&conf, arena, people, n_people, &mentions[i], track) : -2;
            if (person == -2) {
                person = mentions[k].person;
                bool has_address = person >= 0 && next(3) == 0;
                add_mention(&conf, arena, track, mentions[k].name,
                            has_address ? any_address(arena, person, next(2) == 0) : "");
            }
            truth[conf.mentions.n - 1] = person;
        }
    }
    identity_assign(&conf, NULL, arena, &identity);
    int *person_of = arena_array(arena, (size_t)(n_people + pool), sizeof *person_of);
    for (int i = 0; i < n_people + pool; i++) {
        person_of[i] = registrant_of[i] < 0 ? -1 : conf.registrants.items[registrant_of[i]].person;
    }
    count(&conf, &identity, truth, person_of);
}

int main(int argc, char **argv)
{
    int n_people = argc > 1 ? atoi(argv[1]) : 3000;
    int n = argc > 2 ? atoi(argv[2]) : 600;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    int n_conferences = argc > 4 ? atoi(argv[4]) : 20;
    random_state = seed;
    for (int i = 0; i < n_conferences; i++) {
        struct arena *arena = arena_new();
        one_conference(arena, n_people, n, seed + (uint64_t)i);
        arena_free(arena);
    }
    int linked = 0;
    int right = 0;
    for (int k = 0; k < KINDS; k++) {
        printf("%-26s %6d links  %.4f right (%d wrong)\n", kind_names[k], result.linked[k],
               result.linked[k] > 0 ? (double)result.right[k] / result.linked[k] : 1,
               result.linked[k] - result.right[k]);
        linked += result.linked[k];
        right += result.right[k];
    }
    printf("%-26s %6d links  %.4f right (%d wrong); of %d names %d registered, linked or first "
           "%.4f; %d questions\n",
           "all", linked, (double)right / (linked > 0 ? linked : 1), linked - right, result.n,
           result.resolvable, (double)result.first_or_linked / result.resolvable, result.questions);
    return 0;
}
