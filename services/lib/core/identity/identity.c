#include "core/identity/internal.h"

#include "base/str.h"
#include "core/names.h"

#include <inttypes.h>
#include <string.h>

/* The key of the plainest reading; "" for no name or a given name alone. */
const char *identity_name_key(struct work *work, const char *name)
{
    struct written_name written;
    name_parse(name, &written);
    if (written.n_readings == 0 || written.readings[0].is_given_alone) {
        return "";
    }
    char key[NAME_KEY_SIZE];
    name_key(&written.readings[0], key);
    return arena_strdup(work->arena, key);
}

struct resolve_record identity_alias_record(const struct alias *alias)
{
    struct resolve_record record = {0};
    switch (alias->kind) {
    case ALIAS_NAME: record.name = alias->value; break;
    case ALIAS_EMAIL: record.email = alias->value; break;
    case ALIAS_EMAIL_MD5: record.email_md5 = alias->value; break;
    case ALIAS_MATRIX_ID: record.matrix_id = alias->value; break;
    case ALIAS_SOURCE_KEY: break; /* looked up by itself */
    }
    return record;
}

bool identity_is_person(const struct work *work, int person)
{
    return person >= 0 && person < (int)work->conf->persons.n;
}

int identity_standing(const struct work *work, int person)
{
    if (!identity_is_person(work, person)) {
        return -1;
    }
    while (work->merged_into[person] != person) {
        person = work->merged_into[person];
    }
    return person;
}

/* --- taken apart, and joined late --- */

static const char *pair_key(struct work *work, int a, int b)
{
    return arena_printf(work->arena, "%d %d", a < b ? a : b, a < b ? b : a);
}

static void index_apart(struct work *work)
{
    for (int i = 0; i < work->input->n_apart; i++) {
        const struct person_pair *pair = &work->input->apart[i];
        (void)strmap_at(&work->apart, work->arena, pair_key(work, pair->a, pair->b), 0, NULL);
    }
}

bool identity_is_apart(struct work *work, int a, int b)
{
    return work->apart.n > 0 && strmap_find(&work->apart, pair_key(work, a, b)) != NULL;
}

void identity_merge_persons(struct work *work, int keep, int gone, const char *why)
{
    work->merged_into[gone] = keep;
    work->is_registered[keep] |= work->is_registered[gone];
    *vec_add(work->arena, &work->merges) = (struct identity_merge){keep, gone, why};
    for (int i = 0; i < work->input->n_apart; i++) { /* who was apart from one is from both */
        const struct person_pair *pair = &work->input->apart[i];
        int a = identity_standing(work, pair->a);
        int b = identity_standing(work, pair->b);
        (void)strmap_at(&work->apart, work->arena, pair_key(work, a, b), 0, NULL);
    }
}

struct resolve_options identity_options(const struct work *work, const struct decided *decided)
{
    return (struct resolve_options){.threshold = work->input->threshold,
                                    .lead = work->input->lead,
                                    .excluded = decided->excluded,
                                    .n_excluded = decided->n_excluded};
}

int identity_new_person(struct work *work, const char *name)
{
    struct person *person = conference_add_person(work->conf, work->book->arena);
    int ret = (int)work->conf->persons.n - 1;
    person->name = arena_strdup(work->book->arena, name);
    work->merged_into[ret] = ret;
    return ret;
}

/* --- the book --- */

struct identity_book *identity_book_new(struct arena *arena)
{
    struct identity_book *book = arena_alloc(arena, sizeof *book);
    *book = (struct identity_book){.arena = arena, .index = resolve_index_new()};
    return book;
}

void identity_book_free(struct identity_book *book)
{
    if (book != NULL) {
        resolve_index_free(book->index);
        book->index = NULL;
    }
}

size_t identity_book_bytes(const struct identity_book *book)
{
    return resolve_index_bytes(book->index);
}

static void *more(struct arena *arena, const void *old, size_t n_old, size_t n, size_t size)
{
    void *items = arena_array(arena, n, size);
    if (n_old > 0) {
        memcpy(items, old, n_old * size);
    }
    return items;
}

/* Room for all that can come in this run; by half as much again, so that growing costs little. */
static void make_room(struct identity_book *book, const struct conference *conf)
{
    int n = (int)conf->registrants.n + 1;
    size_t old = (size_t)book->cap_registrants;
    if (n > book->cap_registrants) {
        book->cap_registrants = n + n / 2;
        size_t cap = (size_t)book->cap_registrants;
        book->group = more(book->arena, book->group, old, cap, sizeof *book->group);
        book->group_person =
            more(book->arena, book->group_person, old, cap, sizeof *book->group_person);
    }
    n = (int)(conf->persons.n + conf->registrants.n + conf->mentions.n) + 1;
    old = (size_t)book->cap_persons;
    if (n <= book->cap_persons) {
        return;
    }
    book->cap_persons = n + n / 2;
    size_t cap = (size_t)book->cap_persons;
    book->is_registered = more(book->arena, book->is_registered, old, cap, sizeof(bool));
    book->merged_into = more(book->arena, book->merged_into, old, cap, sizeof(int));
    book->registrant = more(book->arena, book->registrant, old, cap, sizeof(int));
    for (size_t i = old; i < cap; i++) {
        book->merged_into[i] = (int)i;
        book->registrant[i] = -1;
    }
}

static void work_init(struct work *work)
{
    struct identity_book *book = work->book;
    make_room(book, work->conf);
    work->index = book->index;
    work->group = book->group;
    work->group_person = book->group_person;
    work->merged_into = book->merged_into;
    work->is_registered = book->is_registered;
    work->is_taken = arena_array(work->arena, (size_t)book->cap_persons, sizeof(bool));
    work->is_named = arena_array(work->arena, (size_t)book->cap_persons, sizeof(bool));
    index_apart(work);
}

/* Persons that were merged stand in the index under two numbers: it is made anew. */
static void index_again(struct work *work)
{
    struct identity_book *book = work->book;
    if (work->merges.n > 0 && book->n_indexed > 0) {
        resolve_index_free(book->index);
        book->index = resolve_index_new();
        work->index = book->index;
        book->n_indexed = 0;
        book->known_names = (struct strmap){0};
        book->holders = (struct strmap){0};
        book->n_held_registrants = 0;
        book->n_held_persons = 0;
    }
}

void identity_book_assign(struct identity_book *book, struct conference *conf,
                          const struct identity_input *input, struct arena *arena,
                          struct identity *ret)
{
    static const struct identity_input nothing = {.threshold = RESOLVE_THRESHOLD,
                                                  .lead = RESOLVE_LEAD};
    struct work work = {
        .book = book, .conf = conf, .input = input != NULL ? input : &nothing, .arena = arena};
    work_init(&work);
    ret->mentions = arena_array(arena, conf->mentions.n + 1, sizeof *ret->mentions);
    identity_index_decisions(&work);
    identity_find_shown(&work);
    identity_join_registrants(&work);
    identity_link_by_alias(&work);
    identity_learn_late(&work);
    index_again(&work);
    identity_assign_registrants(&work);
    resolve_mark(work.index);
    identity_recall_decisions(&work);
    identity_meet_registered(&work);
    identity_index_known(&work, false);
    identity_handle_mentions(&work, ret->mentions);
    identity_look_again(&work, ret->mentions);
    identity_follow_mentions(&work, ret->mentions);
    resolve_rewind(work.index);
    ret->merges = work.merges.items;
    ret->n_merges = work.merges.n;
    ret->is_shown = work.is_shown;
}

void identity_assign(struct conference *conf, const struct identity_input *input,
                     struct arena *arena, struct identity *ret)
{
    struct identity_book *book = identity_book_new(arena);
    identity_book_assign(book, conf, input, arena, ret);
    identity_book_free(book);
}
