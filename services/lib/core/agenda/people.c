/* agenda_people: which registrations, answers, hours and stars are whose. */
#include "core/agenda/internal.h"

#include <string.h>

/* Rows of one table by person, in their order. */
struct rows_by_person {
    size_t *first; /* by person, and one more: of items */
    int *items;
};

struct agenda_people {
    struct rows_by_person tables[AGENDA_TABLES];
};

static size_t count_rows(const struct conference *conf, enum agenda_table table)
{
    switch (table) {
    case AGENDA_REGISTRANTS: return conf->registrants.n;
    case AGENDA_ANSWERS: return conf->answers.n;
    case AGENDA_HOURS: return conf->availabilities.n;
    case AGENDA_STARS: return conf->stars.n;
    case AGENDA_TABLES: break;
    }
    return 0;
}

static int person_of(const struct conference *conf, enum agenda_table table, size_t row)
{
    switch (table) {
    case AGENDA_REGISTRANTS: return conf->registrants.items[row].person;
    case AGENDA_ANSWERS: return conf->answers.items[row].person;
    case AGENDA_HOURS: return conf->availabilities.items[row].person;
    case AGENDA_STARS: return conf->stars.items[row].person;
    case AGENDA_TABLES: break;
    }
    return -1;
}

static void sort_table(const struct conference *conf, enum agenda_table table, struct arena *arena,
                       struct rows_by_person *ret)
{
    size_t n_rows = count_rows(conf, table);
    size_t n_persons = conf->persons.n;
    size_t n = 0;
    ret->first = arena_array(arena, n_persons + 1, sizeof *ret->first);
    ret->items = arena_array(arena, n_rows + 1, sizeof *ret->items);
    for (size_t i = 0; i < n_rows; i++) {
        int person = person_of(conf, table, i);
        if (person >= 0 && (size_t)person < n_persons) {
            ret->first[person]++;
            n++;
        }
    }
    for (size_t p = 1; p < n_persons; p++) {
        ret->first[p] += ret->first[p - 1];
    }
    ret->first[n_persons] = n;
    for (size_t i = n_rows;
         i-- > 0;) { /* each person's from the end: what ended theirs begins it */
        int person = person_of(conf, table, i);
        if (person >= 0 && (size_t)person < n_persons) {
            ret->items[--ret->first[person]] = (int)i;
        }
    }
}

const struct agenda_people *agenda_people_new(const struct conference *conf, struct arena *arena)
{
    struct agenda_people *people = arena_alloc(arena, sizeof *people);
    for (int table = 0; table < AGENDA_TABLES; table++) {
        sort_table(conf, (enum agenda_table)table, arena, &people->tables[table]);
    }
    return people;
}

static struct agenda_rows search(const struct conference *conf, enum agenda_table table, int person,
                                 struct arena *arena)
{
    VEC(int) found = {0};
    size_t n_rows = count_rows(conf, table);
    for (size_t i = 0; i < n_rows; i++) {
        if (person_of(conf, table, i) == person) {
            *vec_add(arena, &found) = (int)i;
        }
    }
    return (struct agenda_rows){found.items, found.n};
}

void agenda_find_own(struct agenda_job *job, const struct agenda_people *people)
{
    for (int table = 0; table < AGENDA_TABLES; table++) {
        if (people == NULL || job->person < 0 || (size_t)job->person >= job->conf->persons.n) {
            job->own[table] = search(job->conf, (enum agenda_table)table, job->person, job->arena);
            continue;
        }
        const struct rows_by_person *rows = &people->tables[table];
        size_t first = rows->first[job->person];
        job->own[table] =
            (struct agenda_rows){rows->items + first, rows->first[job->person + 1] - first};
    }
}
