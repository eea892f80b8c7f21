#include "store/programme_store.h"

#include "store/conference_store.h"

#include <stdlib.h>
#include <string.h>

#define MAX_KEPT 4 /* events that one connection remembers the programme of */

struct programme {
    int64_t event_id;
    uint64_t serial;        /* no two programmes of the process have the same */
    const char *state;      /* in the arena */
    bool has_texts;         /* abstracts and descriptions */
    int n_users;            /* the cache, and arenas whose content points to it; freed at 0 */
    struct arena *arena;    /* owned */
    struct conference conf; /* the programme's vectors only */
};

/* What a connection remembers. */
struct cache {
    struct programme *kept[MAX_KEPT]; /* NULL = free */
    int oldest;                       /* the place that is used next */
};

#define PROGRAMME_TEXTS 2 /* so many of the reads, at the end, are for texts only */

const char *const programme_statements[PROGRAMME_READS] = {
    "room_load",    "room_distance_load", "track_load",       "separation_load",
    "session_load", "track_text_load",    "session_text_load"};

size_t programme_n_reads(bool with_texts)
{
    return PROGRAMME_READS - (with_texts ? 0 : PROGRAMME_TEXTS);
}

/* --- from rows --- */

static void read_rooms(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        struct room *room = conference_add_room(&p->conf, p->arena);
        room->id = rows_int(rows, i, 0);
        room->key = rows_dup(rows, i, 1, p->arena);
        room->name = rows_dup(rows, i, 2, p->arena);
        room->building = rows_dup(rows, i, 3, p->arena);
        room->capacity = (int)rows_int(rows, i, 4);
    }
}

static void read_distances(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(p->arena, &p->conf.distances) =
            (struct room_distance){conference_index_room(&p->conf, rows_int(rows, i, 0)),
                                   conference_index_room(&p->conf, rows_int(rows, i, 1)),
                                   rows_int(rows, i, 2) * SECOND_US};
    }
}

static void read_tracks(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        struct track *track = conference_add_track(&p->conf, p->arena);
        track->id = rows_int(rows, i, 0);
        track->key = rows_dup(rows, i, 1, p->arena);
        track->title = rows_dup(rows, i, 2, p->arena);
        track->kind = (enum track_kind)track_kind_parse(rows_text(rows, i, 3));
        track->quorum = (int)rows_int(rows, i, 4);
    }
}

static void read_separations(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(p->arena, &p->conf.separations) = (struct separation){
            conference_index_track(&p->conf, rows_int(rows, i, 0)),
            conference_index_track(&p->conf, rows_int(rows, i, 1)), rows_dup(rows, i, 2, p->arena)};
    }
}

static void read_session(struct programme *p, const struct rows *rows, int i)
{
    struct session *session = conference_add_session(&p->conf, p->arena);
    session->id = rows_int(rows, i, 0);
    session->key = rows_dup(rows, i, 1, p->arena);
    session->title = rows_dup(rows, i, 2, p->arena);
    session->language = rows_dup(rows, i, 3, p->arena);
    session->url = rows_dup(rows, i, 4, p->arena);
    session->tags = rows_dup(rows, i, 5, p->arena);
    session->kind = (enum session_kind)session_kind_parse(rows_text(rows, i, 6));
    session->track = conference_index_track(&p->conf, rows_int(rows, i, 7));
    session->room = conference_index_room(&p->conf, rows_int(rows, i, 8));
    session->start_us = rows_int(rows, i, 10);
    session->end_us = rows_int(rows, i, 11);
    session->expected_people = (int)rows_int(rows, i, 12);
    session->is_cancelled = rows_bool(rows, i, 13);
    session->is_pinned = rows_bool(rows, i, 14);
    session->quorum = (int)rows_int(rows, i, 15);
}

static void read_sessions(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        read_session(p, rows, i);
    }
    for (int i = 0; i < rows->n; i++) { /* a parent may come after its child */
        p->conf.sessions.items[i].parent = conference_index_session(&p->conf, rows_int(rows, i, 9));
    }
}

static void read_track_texts(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int track = conference_index_track(&p->conf, rows_int(rows, i, 0));
        p->conf.tracks.items[track].description = rows_dup(rows, i, 1, p->arena);
    }
}

static void read_session_texts(struct programme *p, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int session = conference_index_session(&p->conf, rows_int(rows, i, 0));
        p->conf.sessions.items[session].abstract = rows_dup(rows, i, 1, p->arena);
    }
}

static void read_programme(struct programme *p, const struct db_read *reads, size_t n)
{
    static void (*const readers[PROGRAMME_READS])(struct programme *, const struct rows *) = {
        read_rooms,    read_distances,   read_tracks,       read_separations,
        read_sessions, read_track_texts, read_session_texts};
    for (size_t i = 0; i < n; i++) {
        readers[i](p, &reads[i].rows);
    }
}

/* --- kept in memory --- */

static void give_back(void *thing)
{
    struct programme *programme = thing;
    if (programme != NULL && --programme->n_users == 0) {
        arena_free(programme->arena);
        free(programme);
    }
}

static void cache_free(void *thing)
{
    struct cache *cache = thing;
    for (int i = 0; i < MAX_KEPT; i++) {
        give_back(cache->kept[i]);
    }
    free(cache);
}

static void *allocate(size_t size)
{
    void *p = calloc(1, size);
    if (p == NULL) {
        abort();
    }
    return p;
}

/* The place of the event's programme; NULL = it has none. */
static struct programme **find(struct cache *cache, int64_t event_id)
{
    for (int i = 0; cache != NULL && i < MAX_KEPT; i++) {
        if (cache->kept[i] != NULL && cache->kept[i]->event_id == event_id) {
            return &cache->kept[i];
        }
    }
    return NULL;
}

struct programme *programme_in_memory(struct db *db, int64_t event_id, bool with_texts)
{
    struct programme **place = find(db_attached(db), event_id);
    bool is_enough = place != NULL && ((*place)->has_texts || !with_texts);
    return is_enough ? *place : NULL;
}

bool programme_is(const struct programme *programme, const char *state)
{
    return strcmp(programme->state, state) == 0;
}

static void keep(struct db *db, struct programme *programme)
{
    struct cache *cache = db_attached(db);
    if (cache == NULL) {
        cache = allocate(sizeof *cache);
        db_attach(db, cache, cache_free);
    }
    struct programme **place = find(cache, programme->event_id);
    if (place == NULL) {
        place = &cache->kept[cache->oldest];
        cache->oldest = (cache->oldest + 1) % MAX_KEPT;
    }
    give_back(*place);
    *place = programme;
}

struct programme *programme_remember(struct db *db, int64_t event_id, const char *state,
                                     const struct db_read *reads, size_t n_reads)
{
    static uint64_t serial;
    struct programme *programme = allocate(sizeof *programme);
    *programme = (struct programme){.event_id = event_id,
                                    .serial = ++serial,
                                    .has_texts = n_reads == PROGRAMME_READS,
                                    .n_users = 1,
                                    .arena = arena_new()};
    programme->state = arena_strdup(programme->arena, state);
    conference_init(&programme->conf);
    read_programme(programme, reads, n_reads);
    keep(db, programme);
    return programme;
}

#define COPY_VECTOR(arena, to, from)                                                               \
    do {                                                                                           \
        (to).items = arena_memdup((arena), (from).items, (from).n * sizeof *(from).items);         \
        (to).n = (to).cap = (from).n;                                                              \
    } while (0)

/* Who did not ask for texts gets none, whoever asked before. */
static void hide_texts(struct conference *conf)
{
    for (size_t i = 0; i < conf->tracks.n; i++) {
        conf->tracks.items[i].description = "";
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        conf->sessions.items[i].abstract = "";
    }
}

void programme_lend(struct programme *programme, bool with_texts, struct arena *arena,
                    struct conference *ret)
{
    const struct conference *from = &programme->conf;
    COPY_VECTOR(arena, ret->rooms, from->rooms);
    COPY_VECTOR(arena, ret->distances, from->distances);
    COPY_VECTOR(arena, ret->tracks, from->tracks);
    COPY_VECTOR(arena, ret->separations, from->separations);
    COPY_VECTOR(arena, ret->sessions, from->sessions);
    if (programme->has_texts && !with_texts) {
        hide_texts(ret);
    }
    ret->programme_serial = programme->serial * 2 + with_texts;
    programme->n_users++;
    arena_borrow(arena, programme, give_back);
}
