/* match_original: what an index reads of each session, apart from the conference that it is from.
 */
#include "core/match/internal.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define SOURCE_PIECES_MAX 65535

/* Indexes of mentions or sessions by what they belong to, in order. */
struct lists {
    size_t *first; /* by owner, and one more */
    int *items;
};

static struct lists lists_new(struct arena *arena, size_t n_owners, const int *owners, size_t n)
{
    struct lists lists = {.first = arena_array(arena, n_owners + 2, sizeof *lists.first),
                          .items = arena_array(arena, n + 1, sizeof *lists.items)};
    for (size_t i = 0; i < n; i++) {
        lists
            .first[owners[i] < 0 || (size_t)owners[i] >= n_owners ? n_owners : (size_t)owners[i]]++;
    }
    size_t sum = 0;
    for (size_t o = 0; o <= n_owners; o++) {
        size_t count = lists.first[o];
        lists.first[o] = sum;
        sum += count;
    }
    size_t *at = arena_memdup(arena, lists.first, (n_owners + 1) * sizeof *at);
    for (size_t i = 0; i < n; i++) {
        size_t owner =
            owners[i] < 0 || (size_t)owners[i] >= n_owners ? n_owners : (size_t)owners[i];
        lists.items[at[owner]++] = (int)i;
    }
    return lists;
}

struct sourcing {
    const struct conference *conf;
    struct arena *arena;
    struct lists children; /* sessions by the block they lie in */
    struct lists of_session;
    struct lists of_track; /* mentions that name no session */
};

static bool is_indexed(const struct session *session)
{
    return session_is_live(session) && session->kind != SESSION_OPEN_SLOT;
}

static void add_piece(struct match_original *source, enum match_field field, const char *text)
{
    if (text[0] != '\0' && source->n_pieces < SOURCE_PIECES_MAX) {
        source->pieces[source->n_pieces++] = (struct match_piece){text, field};
    }
}

static void add_pieces(const struct sourcing *s, int at, struct match_original *source)
{
    const struct session *session = &s->conf->sessions.items[at];
    const struct track *track = session->track >= 0 ? &s->conf->tracks.items[session->track] : NULL;
    size_t first = s->children.first[at];
    size_t end = s->children.first[at + 1];
    source->pieces = arena_array(s->arena, 5 + end - first, sizeof *source->pieces);
    add_piece(source, FIELD_TITLE, session->title);
    add_piece(source, FIELD_TAGS, session->tags);
    add_piece(source, FIELD_TRACK, track != NULL ? track->title : "");
    add_piece(source, FIELD_TEXT, session->abstract);
    if (session->kind != SESSION_BLOCK) {
        return;
    }
    add_piece(source, FIELD_DESCRIPTION, track != NULL ? track->description : "");
    for (size_t i = first; i < end; i++) {
        const struct session *child = &s->conf->sessions.items[s->children.items[i]];
        add_piece(source, FIELD_DESCRIPTION, is_indexed(child) ? child->title : "");
    }
}

static bool is_same_name(const char *a, const char *b, struct arena *job)
{
    return strcmp(a, b) == 0 || strcmp(text_fold(a, job), text_fold(b, job)) == 0;
}

/* Leads and key attendees of the track are words of its block. Of another session they are only
 * told, in their own role, where one of them speaks in it. */
static void add_names(const struct sourcing *s, int at, struct match_original *source,
                      struct arena *job)
{
    const struct session *session = &s->conf->sessions.items[at];
    const struct mention *mentions = s->conf->mentions.items;
    const int *own = s->of_session.items + s->of_session.first[at];
    size_t n_own = s->of_session.first[at + 1] - s->of_session.first[at];
    bool has_track = session->track >= 0;
    const int *of_track = has_track ? s->of_track.items + s->of_track.first[session->track] : NULL;
    size_t n_track =
        has_track ? s->of_track.first[session->track + 1] - s->of_track.first[session->track] : 0;
    bool is_block = session->kind == SESSION_BLOCK;
    source->named = arena_array(s->arena, n_own + (is_block || n_own > 0 ? n_track : 0) + 1,
                                sizeof *source->named);
    for (size_t i = 0; i < n_own; i++) {
        const struct mention *mention = &mentions[own[i]];
        source->named[source->n_named++] = (struct match_named){mention->name, mention->role, true};
    }
    for (size_t i = 0; i < n_track; i++) {
        const struct mention *mention = &mentions[of_track[i]];
        bool is_told = is_block;
        for (size_t j = 0; j < n_own && !is_told; j++) {
            is_told = is_same_name(mention->name, mentions[own[j]].name, job);
        }
        if (is_told) {
            source->named[source->n_named++] =
                (struct match_named){mention->name, mention->role, is_block};
        }
    }
}

static void list_all(struct sourcing *s, struct arena *job)
{
    const struct conference *conf = s->conf;
    size_t n = conf->sessions.n > conf->mentions.n ? conf->sessions.n : conf->mentions.n;
    int *owners = arena_array(job, n + 1, sizeof *owners);
    for (size_t i = 0; i < conf->sessions.n; i++) {
        owners[i] = conf->sessions.items[i].parent;
    }
    s->children = lists_new(job, conf->sessions.n, owners, conf->sessions.n);
    for (size_t i = 0; i < conf->mentions.n; i++) {
        owners[i] = conf->mentions.items[i].session;
    }
    s->of_session = lists_new(job, conf->sessions.n, owners, conf->mentions.n);
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        owners[i] = mention->session < 0 ? mention->track : -1;
    }
    s->of_track = lists_new(job, conf->tracks.n, owners, conf->mentions.n);
}

size_t match_left_out(const struct conference *conf)
{
    size_t n = 0;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        n += is_indexed(&conf->sessions.items[i]);
    }
    return n > MATCH_DOCS_MAX ? n - MATCH_DOCS_MAX : 0;
}

void match_originals_of(const struct conference *conf, struct arena *arena,
                        struct match_originals *ret)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct sourcing s = {.conf = conf, .arena = arena};
    list_all(&s, job);
    ret->items = arena_array(arena, conf->sessions.n + 1, sizeof *ret->items);
    ret->n = 0;
    for (size_t i = 0; i < conf->sessions.n && ret->n < MATCH_DOCS_MAX; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (is_indexed(session)) {
            struct match_original *source = &ret->items[ret->n++];
            source->id = session->id;
            source->session = (int)i;
            source->language = session->language;
            add_pieces(&s, (int)i, source);
            add_names(&s, (int)i, source, job);
        }
    }
    ret->names = arena_array(arena, conf->mentions.n + 1, sizeof *ret->names);
    ret->n_names = conf->mentions.n;
    for (size_t i = 0; i < conf->mentions.n; i++) {
        ret->names[i] = conf->mentions.items[i].name;
    }
}

bool match_original_is_same(const struct match_original *a, const struct match_original *b)
{
    if (a->n_pieces != b->n_pieces || a->n_named != b->n_named ||
        strcmp(a->language, b->language) != 0) {
        return false;
    }
    for (size_t i = 0; i < a->n_pieces; i++) {
        if (a->pieces[i].field != b->pieces[i].field ||
            strcmp(a->pieces[i].text, b->pieces[i].text) != 0) {
            return false;
        }
    }
    for (size_t i = 0; i < a->n_named; i++) {
        if (a->named[i].role != b->named[i].role || a->named[i].is_word != b->named[i].is_word ||
            strcmp(a->named[i].name, b->named[i].name) != 0) {
            return false;
        }
    }
    return true;
}

/* ---- as text: one letter, the bytes that follow, a colon and these bytes; "T8:Printing" ---- */

static const char field_letters[N_FIELDS] = {
    [FIELD_TITLE] = 'T', [FIELD_TAGS] = 'G',        [FIELD_TRACK] = 'R',
    [FIELD_TEXT] = 'A',  [FIELD_DESCRIPTION] = 'D', [FIELD_PEOPLE] = '-'};

static const char role_letters[] = {
    [ROLE_LEAD] = 'L', [ROLE_SPEAKER] = 'S', [ROLE_KEY_ATTENDEE] = 'K'};

#define LANGUAGE_LETTER 'l'

static void write_part(struct str *out, char letter, const char *text)
{
    str_printf(out, "%c%zu:", letter, strlen(text));
    str_add(out, text);
}

const char *match_original_write(const struct match_original *source, struct arena *arena)
{
    struct str out = {0};
    write_part(&out, LANGUAGE_LETTER, source->language);
    for (size_t i = 0; i < source->n_pieces; i++) {
        write_part(&out, field_letters[source->pieces[i].field], source->pieces[i].text);
    }
    for (size_t i = 0; i < source->n_named; i++) {
        const struct match_named *named = &source->named[i];
        char letter = role_letters[named->role];
        write_part(&out, (char)(named->is_word ? letter : letter + 'a' - 'A'), named->name);
    }
    char *text = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return text;
}

static bool add_part(struct match_original *source, char letter, const char *text)
{
    if (letter == LANGUAGE_LETTER && source->language == NULL) {
        source->language = text; /* the first one: a lead who is told of comes behind it */
        return true;
    }
    for (int f = 0; f < N_FIELDS; f++) {
        if (letter == field_letters[f] && f != FIELD_PEOPLE) {
            source->pieces[source->n_pieces++] = (struct match_piece){text, (enum match_field)f};
            return true;
        }
    }
    for (int r = 0; r < (int)sizeof role_letters; r++) {
        bool is_word = letter == role_letters[r];
        if (is_word || letter == role_letters[r] + 'a' - 'A') {
            source->named[source->n_named++] = (struct match_named){text, (enum role)r, is_word};
            return true;
        }
    }
    return false;
}

bool match_original_read(const char *text, struct arena *arena, struct match_original *ret)
{
    size_t left = strlen(text);
    size_t most = 0;
    for (const char *c = text; *c != '\0'; c++) {
        most += *c == ':';
    }
    most = most < SOURCE_PIECES_MAX ? most : SOURCE_PIECES_MAX;
    *ret = (struct match_original){.session = -1,
                                   .pieces = arena_array(arena, most + 1, sizeof *ret->pieces),
                                   .named = arena_array(arena, most + 1, sizeof *ret->named)};
    for (const char *at = text; left > 0;) {
        char *colon = NULL;
        char letter = *at;
        bool is_number = at[1] >= '0' && at[1] <= '9';
        unsigned long long length = is_number ? strtoull(at + 1, &colon, 10) : 0;
        if (!is_number || *colon != ':' || length > left - (size_t)(colon + 1 - at) ||
            ret->n_pieces + ret->n_named >= most ||
            !add_part(ret, letter, arena_strndup(arena, colon + 1, (size_t)length))) {
            return false;
        }
        left -= (size_t)(colon + 1 - at) + (size_t)length;
        at = colon + 1 + length;
    }
    return ret->language != NULL;
}
