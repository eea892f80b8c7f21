/*
 * bench_names: how well and how fast names are resolved.
 *
 *   bench_names generated [REGISTRANTS [MENTIONS [SEED]]]
 *       ten classes of variants
 *
 *   bench_names mailmap
 *       the kernel's .mailmap against MAINTAINERS
 *
 *   bench_names dump REGISTRANTS MENTIONS SEED FOLDER
 *       the generated lists as files, for peers
 *
 *   bench_names find NAME...
 *       single names against MAINTAINERS
 */
#include "names_generator.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/strmap.h"
#include "core/names.h"
#include "core/resolve.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CALIBRATION_BINS 15

static bool is_verbose; /* VERBOSE in the environment: print every miss */

struct tally {
    int n;      /* mentions of somebody who is in the list */
    int first;  /* of these the right one is first */
    int linked; /* links made, all mentions */
    int right;  /* of these right */
};

static struct {
    struct tally all;
    struct tally classes[VARIANTS];
    int binned[CALIBRATION_BINS];
    int binned_right[CALIBRATION_BINS];
    double binned_odds[CALIBRATION_BINS];
} result;

static int bin_of(double p)
{
    static const double edges[CALIBRATION_BINS - 1] = {.05, .1, .2, .3,  .4,  .5,  .6,
                                                       .7,  .8, .9, .95, .98, .99, .998};
    int bin = 0;
    while (bin < CALIBRATION_BINS - 1 && p >= edges[bin]) {
        bin++;
    }
    return bin;
}

static void tally(struct tally *t, const struct resolve_answer *answer, int expected)
{
    bool is_right =
        answer->n_candidates > 0 && expected >= 0 && answer->candidates[0].owner == expected;
    t->n += expected >= 0;
    t->first += is_right;
    if (answer->status == RESOLUTION_LINKED) {
        t->linked++;
        t->right += is_right;
    }
}

static void count(const struct resolve_answer *answer, int expected, int class)
{
    tally(&result.all, answer, expected);
    tally(&result.classes[class], answer, expected);
    if (answer->n_candidates > 0) {
        int bin = bin_of(answer->candidates[0].confidence);
        result.binned[bin]++;
        result.binned_right[bin] += expected >= 0 && answer->candidates[0].owner == expected;
        result.binned_odds[bin] += answer->candidates[0].confidence;
    }
}

static void print_tally(const char *name, const struct tally *t)
{
    printf("%-12s %7d mentions  recall@1 %.4f  linked %6d  precision of links %.5f (%d wrong)\n",
           name, t->n, t->n > 0 ? (double)t->first / t->n : 0, t->linked,
           t->linked > 0 ? (double)t->right / t->linked : 1, t->linked - t->right);
}

static void print_calibration(void)
{
    printf("\nconfidence said, measured, of so many\n");
    for (int i = 0; i < CALIBRATION_BINS; i++) {
        if (result.binned[i] > 0) {
            double said = result.binned_odds[i] / result.binned[i];
            double measured = (double)result.binned_right[i] / result.binned[i];
            printf("  %.4f  %.4f  %d\n", said, measured, result.binned[i]);
        }
    }
}

static double cpu_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void explain(const char *mention, const struct resolve_answer *answer, const char *expected,
                    const char *const *names)
{
    printf("%-8s %-30s is %-30s:", resolution_status_name(answer->status), mention, expected);
    for (int i = 0; i < answer->n_candidates && i < 3; i++) {
        printf(" %s %.4f;", names[answer->candidates[i].owner], answer->candidates[i].confidence);
    }
    printf("\n");
}

static void resolve_one(struct resolve_index *index, const struct generated_person *people,
                        const struct generated_mention *mention, const char *const *names,
                        struct arena *scratch)
{
    struct resolve_record record = {.name = mention->name};
    struct resolve_answer answer;
    resolve_find(index, &record, NULL, scratch, &answer);
    count(&answer, mention->person, (int)mention->variant);
    bool is_first = answer.n_candidates > 0 && answer.candidates[0].owner == mention->person;
    bool is_wrong = answer.status == RESOLUTION_LINKED && !is_first;
    if (is_verbose && (is_wrong || (mention->person >= 0 && !is_first))) {
        printf("%s ", variant_name(mention->variant));
        explain(mention->name, &answer,
                mention->person >= 0 ? people[mention->person].name : "nobody", names);
    }
    arena_reset(scratch);
}

static void bench_generated(struct arena *arena, int n_people, int n, uint64_t seed)
{
    struct generator *g = generator_new(arena, SHARED_DIR, seed);
    struct generated_person *people = generator_people(g, n_people + n / 2);
    int n_all = n_people + n / 2;
    struct generated_mention *mentions = generator_mentions(g, people, n_all, n, 40);
    struct resolve_index *index = resolve_index_new();
    const char **names = arena_array(arena, (size_t)n_all, sizeof *names);
    double start = cpu_us();
    int n_added = 0;
    for (int i = 0; i < n_all; i++) {
        names[i] = people[i].name;
        if (people[i].name != NULL) {
            struct resolve_record record = {.name = people[i].name};
            (void)resolve_add(index, &record, i);
            n_added++;
        }
    }
    double added = cpu_us();
    struct arena *scratch = arena_new();
    double by_class[VARIANTS] = {0};
    for (int v = 0; v < VARIANTS; v++) { /* mentions come class by class in turn */
        double before = cpu_us();
        for (int i = v; i < n; i += VARIANTS) {
            resolve_one(index, people, &mentions[i], names, scratch);
        }
        by_class[v] = cpu_us() - before;
    }
    double total = 0;
    for (int v = 0; v < VARIANTS; v++) {
        print_tally(variant_name((enum variant)v), &result.classes[v]);
        total += by_class[v];
    }
    print_tally("all", &result.all);
    print_calibration();
    printf("\n%d registrants, %.2f us to add one; %.0f mentions/s (%.2f us);", n_added,
           (added - start) / n_added, n / total * 1e6, total / n);
    for (int v = 0; v < VARIANTS; v++) {
        printf(" %s %.1f", variant_name((enum variant)v), by_class[v] * VARIANTS / n);
    }
    printf("; index %.1f MB\n", (double)resolve_index_bytes(index) / 1e6);
    arena_free(scratch);
    resolve_index_free(index);
}

/* --- .mailmap --- */

struct people {
    struct resolve_index *index;
    struct strmap by_key;   /* name key -> person */
    struct strmap by_email; /* lower case -> person */
    VEC(const char *) names;
};

static const char *lower(struct arena *arena, const char *s, size_t n)
{
    char *copy = arena_strndup(arena, s, n);
    for (char *p = copy; *p != '\0'; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return copy;
}

static const char *key_of(struct arena *arena, const char *name)
{
    struct written_name written;
    char key[NAME_KEY_SIZE] = "";
    name_parse(name, &written);
    if (written.n_readings > 0) {
        name_key(&written.readings[0], key);
    }
    return arena_strdup(arena, key);
}

static int person_of(struct people *p, struct arena *arena, const char *name, const char *email)
{
    bool is_new = false;
    const int64_t *known = strmap_find(&p->by_email, email);
    int fresh = known != NULL ? (int)*known : (int)p->names.n;
    int person = (int)*strmap_at(&p->by_key, arena, key_of(arena, name), fresh, &is_new);
    if (person == (int)p->names.n) {
        *vec_add(arena, &p->names) = name;
        struct resolve_record record = {.name = name, .email = arena_strdup(arena, email)};
        (void)resolve_add(p->index, &record, person);
    }
    (void)strmap_at(&p->by_email, arena, email, person, NULL);
    return person;
}

struct alias_line {
    const char *name[2]; /* proper, as committed (may be NULL) */
    const char *email[2];
    int person;
};

static bool parse_alias(struct arena *arena, const char *line, struct alias_line *ret)
{
    *ret = (struct alias_line){.person = -1};
    for (int i = 0; i < 2; i++) {
        const char *open = strchr(line, '<');
        const char *close = open != NULL ? strchr(open, '>') : NULL;
        if (close == NULL) {
            break;
        }
        size_t len = (size_t)(open - line);
        while (len > 0 && isspace((unsigned char)line[0])) {
            line++;
            len--;
        }
        while (len > 0 && isspace((unsigned char)line[len - 1])) {
            len--;
        }
        ret->name[i] = len > 0 ? arena_strndup(arena, line, len) : NULL;
        ret->email[i] = lower(arena, open + 1, (size_t)(close - open - 1));
        line = close + 1;
    }
    return ret->name[0] != NULL && ret->email[0] != NULL;
}

static char *read_shared(struct arena *arena, const char *name)
{
    char *text = NULL;
    size_t len = 0;
    struct err err = {0};
    if (file_read(arena_printf(arena, "%s/%s", SHARED_DIR, name), (size_t)64 << 20, arena, &text,
                  &len, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        exit(2);
    }
    return text;
}

static void add_maintainers(struct people *p, struct arena *arena)
{
    char *text = read_shared(arena, "data/kernel/v6.12/MAINTAINERS");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct alias_line alias;
        bool is_person = (line[0] == 'M' || line[0] == 'R') && line[1] == ':';
        if (is_person && parse_alias(arena, line + 2, &alias) &&
            strchr(alias.name[0], ' ') != NULL) {
            (void)person_of(p, arena, alias.name[0], alias.email[0]);
        }
    }
}

/* Links that are made when the person meant is not in the list: each is wrong. */
static int count_wrong_without(struct people *p, const struct alias_line *lines, size_t n,
                               struct arena *arena)
{
    int n_wrong = 0;
    for (size_t i = 0; i < n; i++) {
        const char *name = lines[i].name[1] != NULL ? lines[i].name[1] : lines[i].name[0];
        struct resolve_record record = {.name = name};
        struct resolve_options options = {
            .lead = -1, .excluded = &lines[i].person, .n_excluded = 1};
        struct resolve_answer answer;
        resolve_find(p->index, &record, &options, arena, &answer);
        if (answer.status == RESOLUTION_LINKED) {
            n_wrong++;
            explain(name, &answer, "nobody", p->names.items);
        }
    }
    return n_wrong;
}

static void bench_mailmap(struct arena *arena)
{
    struct people p = {.index = resolve_index_new()};
    VEC(struct alias_line) lines = {0};
    char *text = read_shared(arena, "data/kernel/v6.12/mailmap");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct alias_line alias;
        if (line[0] != '#' && parse_alias(arena, line, &alias)) {
            alias.person = person_of(&p, arena, alias.name[0], alias.email[0]);
            *vec_add(arena, &lines) = alias;
        }
    }
    /* What the file says to be one person is one, whatever MAINTAINERS calls it. */
    for (size_t i = 0; i < lines.n; i++) {
        if (lines.items[i].email[1] != NULL) {
            (void)strmap_at(&p.by_email, arena, lines.items[i].email[1], lines.items[i].person,
                            NULL);
        }
        if (lines.items[i].name[1] != NULL) {
            (void)strmap_at(&p.by_key, arena, key_of(arena, lines.items[i].name[1]),
                            lines.items[i].person, NULL);
        }
    }
    add_maintainers(&p, arena);
    const char **names = p.names.items;
    for (int mode = 0; mode < 2; mode++) {
        memset(&result, 0, sizeof result);
        printf("%s\n", mode == 0 ? "names alone"
                                 : "\nnames with the alias address (which nobody registered)");
        for (size_t i = 0; i < lines.n; i++) {
            const struct alias_line *alias = &lines.items[i];
            if (alias->email[1] == NULL) {
                continue; /* only says how a name is spelled */
            }
            const char *name = alias->name[1] != NULL ? alias->name[1] : alias->name[0];
            struct resolve_record record = {.name = name,
                                            .email = mode == 1 ? alias->email[1] : ""};
            struct resolve_answer answer;
            resolve_find(p.index, &record, NULL, arena, &answer);
            count(&answer, alias->person, alias->name[1] != NULL ? 1 : 0);
            bool is_first = answer.n_candidates > 0 && answer.candidates[0].owner == alias->person;
            if (!is_first || (is_verbose && answer.status != RESOLUTION_LINKED)) {
                explain(name, &answer, alias->name[0], names);
            }
        }
        print_tally("same name", &result.classes[0]);
        print_tally("other name", &result.classes[1]);
        print_tally("all", &result.all);
        print_calibration();
    }
    printf("\n%zu registrants; %d of %zu linked to somebody else when the right one is taken out\n",
           p.names.n, count_wrong_without(&p, lines.items, lines.n, arena), lines.n);
    resolve_index_free(p.index);
}

static void find_names(struct arena *arena, int n, char **names)
{
    struct people p = {.index = resolve_index_new()};
    add_maintainers(&p, arena);
    for (int i = 0; i < n; i++) {
        struct resolve_record record = {.name = names[i]};
        struct resolve_answer answer;
        resolve_find(p.index, &record, NULL, arena, &answer);
        explain(names[i], &answer, "?", p.names.items);
        for (int k = 0; answer.n_candidates > 0 && k < answer.candidates[0].n_evidence; k++) {
            printf("         %s\n", answer.candidates[0].evidence[k]);
        }
    }
    resolve_index_free(p.index);
}

static void dump(struct arena *arena, int n_people, int n, uint64_t seed, const char *folder)
{
    struct generator *g = generator_new(arena, SHARED_DIR, seed);
    int n_all = n_people + n / 2;
    struct generated_person *people = generator_people(g, n_all);
    struct generated_mention *mentions = generator_mentions(g, people, n_all, n, 40);
    FILE *registrants = fopen(arena_printf(arena, "%s/registrants.tsv", folder), "w");
    FILE *queries = fopen(arena_printf(arena, "%s/mentions.tsv", folder), "w");
    if (registrants == NULL || queries == NULL) {
        perror(folder);
        exit(2);
    }
    for (int i = 0; i < n_all; i++) {
        if (people[i].name != NULL) {
            fprintf(registrants, "%d\t%s\n", i, people[i].name);
        }
    }
    for (int i = 0; i < n; i++) {
        fprintf(queries, "%d\t%s\t%s\n", mentions[i].person, variant_name(mentions[i].variant),
                mentions[i].name);
    }
    fclose(registrants);
    fclose(queries);
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    is_verbose = getenv("VERBOSE") != NULL;
    const char *what = argc > 1 ? argv[1] : "generated";
    int n_people = argc > 2 ? atoi(argv[2]) : 100000;
    int n = argc > 3 ? atoi(argv[3]) : 20000;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    if (strcmp(what, "mailmap") == 0) {
        bench_mailmap(arena);
    } else if (strcmp(what, "dump") == 0 && argc > 5) {
        dump(arena, n_people, n, seed, argv[5]);
    } else if (strcmp(what, "find") == 0) {
        find_names(arena, argc - 2, argv + 2);
    } else {
        bench_generated(arena, n_people, n, seed);
    }
    arena_free(arena);
    return 0;
}
