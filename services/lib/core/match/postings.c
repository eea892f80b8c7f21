#include "core/match/internal.h"
#include "core/match/lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fill_postings(struct match_index *index)
{
    uint32_t total = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        for (uint32_t e = doc->first_entry; e < doc->first_entry + doc->n_entries; e++) {
            index->terms.items[index->entries[e].term].n++;
        }
    }
    for (size_t t = 0; t < index->terms.n; t++) {
        index->terms.items[t].first = total;
        total += index->terms.items[t].n;
        index->terms.items[t].n = 0; /* counted again while filling */
        index->terms.items[t].step = index->terms.items[t].max_impact / UINT16_MAX;
    }
    index->postings = arena_array(index->arena, total + 1, sizeof *index->postings);
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        for (uint32_t e = 0; e < doc->n_entries; e++) {
            struct match_entry *entry = &index->entries[doc->first_entry + e];
            struct match_term *term = &index->terms.items[entry->term];
            uint32_t at = term->first + term->n++;
            uint16_t quantum = match_quantum(term, entry->impact);
            index->postings[at] = (struct match_posting){(uint16_t)d, quantum};
            entry->impact = match_impact(term, quantum);
        }
    }
}

static void fill_dense(struct match_index *index)
{
    index->row_size = (index->docs.n + MATCH_ROW_UNIT - 1) / MATCH_ROW_UNIT * MATCH_ROW_UNIT;
    index->lanes = match_lanes();
    size_t limit = (size_t)MATCH_DENSE > index->docs.n / 128 ? MATCH_DENSE : index->docs.n / 128;
    for (size_t t = 0; t < index->terms.n; t++) {
        if (index->terms.items[t].n >= limit) {
            index->terms.items[t].dense = index->n_dense++;
        }
    }
    index->dense = arena_array(index->arena, (size_t)index->n_dense * index->row_size + 64,
                               sizeof *index->dense);
    for (size_t t = 0; t < index->terms.n; t++) {
        const struct match_term *term = &index->terms.items[t];
        if (term->dense < 0) {
            continue;
        }
        uint16_t *row = index->dense + (size_t)term->dense * index->row_size;
        for (uint32_t i = term->first; i < term->first + term->n; i++) {
            row[index->postings[i].doc] = index->postings[i].quantum;
        }
    }
}

struct placed {
    const struct session *session;
    uint32_t doc;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a;
    const struct placed *y = b;
    if (x->session->start_us != y->session->start_us) {
        return x->session->start_us < y->session->start_us ? -1 : 1;
    }
    int by_key = strcmp(x->session->key, y->session->key);
    return by_key != 0 ? by_key : (x->doc < y->doc ? -1 : 1);
}

static void place_docs(struct match_index *index, struct arena *job)
{
    struct placed *placed = arena_array(job, index->docs.n + 1, sizeof *placed);
    for (size_t d = 0; d < index->docs.n; d++) {
        placed[d].session = &index->conf->sessions.items[index->docs.items[d].session];
        placed[d].doc = (uint32_t)d;
    }
    index->sessions = arena_array(index->arena, index->docs.n + 1, sizeof *index->sessions);
    index->doc_of = arena_array(index->arena, index->conf->sessions.n + 1, sizeof *index->doc_of);
    memset(index->doc_of, 0xff, index->conf->sessions.n * sizeof *index->doc_of);
    for (size_t d = 0; d < index->docs.n; d++) {
        index->sessions[d] = index->docs.items[d].session;
        index->doc_of[index->docs.items[d].session] = (int)d;
    }
    qsort(placed, index->docs.n, sizeof *placed, compare_placed);
    for (size_t i = 0; i < index->docs.n; i++) {
        index->docs.items[placed[i].doc].place = (int)i;
    }
}

/* How many are known to want a session beforehand: people named for it, people expected. */
static void count_expected(struct match_index *index, struct arena *job)
{
    const struct conference *conf = index->conf;
    index->expected = arena_array(index->arena, index->docs.n + 1, sizeof *index->expected);
    index->popularity = arena_array(index->arena, index->docs.n + 1, sizeof *index->popularity);
    double *by_track = arena_array(job, conf->tracks.n + 1, sizeof *by_track);
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->role == ROLE_KEY_ATTENDEE && mention->track >= 0) {
            by_track[mention->track] += 1;
        }
    }
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct session *session = &conf->sessions.items[index->docs.items[d].session];
        index->expected[d] = session->expected_people;
        if (session->kind == SESSION_BLOCK && session->track >= 0) {
            index->expected[d] += by_track[session->track];
        }
    }
}

static void count_stars(struct match_index *index, struct arena *job)
{
    const struct conference *conf = index->conf;
    uint32_t *counts = arena_array(job, conf->sessions.n + 1, sizeof *counts);
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        if (star->session >= 0 && !star->is_dislike) {
            counts[star->session]++;
        }
    }
    match_index_set_stars(index, counts);
}

void match_index_set_stars(struct match_index *index, const uint32_t *counts)
{
    for (size_t d = 0; d < index->docs.n; d++) {
        double popularity = index->expected[d] + 2.0 * counts[index->docs.items[d].session];
        if (popularity != index->popularity[d]) {
            index->popularity[d] = popularity;
            index->n_fashion = 0; /* chosen anew when next asked for */
        }
    }
}

static void make_scratch(struct match_index *index)
{
    struct match_scratch *scratch = arena_alloc(index->arena, sizeof *scratch);
    scratch->sums = arena_array(index->arena, index->row_size + 64, sizeof *scratch->sums);
    scratch->parts = arena_array(index->arena, (size_t)index->n_dense + 1, sizeof *scratch->parts);
    scratch->slots = arena_array(index->arena, index->docs.n + 1, sizeof *scratch->slots);
    scratch->exact = arena_array(index->arena, index->docs.n + 1, sizeof *scratch->exact);
    scratch->weights = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->weights);
    scratch->gathered = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->gathered);
    scratch->touched = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->touched);
    scratch->seen = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->seen);
    scratch->told = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->told);
    scratch->teaches = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->teaches);
    for (size_t t = 0; t < index->terms.n; t++) {
        const struct match_term *term = &index->terms.items[t];
        scratch->teaches[t] = term->n_learned >= 2 && term->kind != TERM_PERSON;
    }
    scratch->query_places =
        arena_array(index->arena, index->terms.n + 1, sizeof *scratch->query_places);
    scratch->impacts = arena_array(index->arena, MATCH_TERM_CAP + 1, sizeof *scratch->impacts);
    scratch->shorts = arena_array(index->arena, MATCH_TERM_CAP + 1, sizeof *scratch->shorts);
    scratch->hits = arena_array(index->arena, index->docs.n + 1, sizeof *scratch->hits);
    scratch->found = arena_array(index->arena, index->docs.n + 1, sizeof *scratch->found);
    index->scratch = scratch;
}

/* Numbers the words of each segment, from which match/explain.c cuts its reasons. */
static void number_words(struct match_index *index)
{
    for (size_t d = 0; d < index->docs.n; d++) {
        struct match_word *words = index->words.items + index->docs.items[d].first_word;
        for (size_t i = 1; i < index->docs.items[d].n_words; i++) {
            struct match_word *word = &words[i];
            const struct match_word *before = word - 1;
            bool goes_on = !word->starts_break && word->piece == before->piece &&
                           before->offset + 1 < MATCH_SEGMENT;
            word->offset = (uint8_t)(goes_on ? before->offset + 1 : 0);
            word->place = (uint8_t)(goes_on ? before->place + !before->is_part : 0);
        }
    }
}

void match_fill(struct match_index *index)
{
    number_words(index);
    match_make_trail(index);
    fill_postings(index);
    fill_dense(index);
}

void match_seat(struct match_index *index, struct arena *job)
{
    place_docs(index, job);
    count_expected(index, job);
    count_stars(index, job);
    make_scratch(index);
}
