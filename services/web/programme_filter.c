#include "web/programme_filter.h"

#include "core/text.h"
#include "net/http.h"
#include "store/conference_store.h"
#include "store/db.h"
#include "web/page.h"

#include <string.h>

#define WORDS_MAX 200 /* bytes */

bool programme_filter_read(const struct form *query, struct arena *arena,
                           struct programme_filter *ret)
{
    const char *words = form_text(query, "words");
    const char *track = form_text(query, "track");
    size_t len = strlen(words);
    while (len > WORDS_MAX || (len > 0 && len == WORDS_MAX && (words[len] & 0xC0) == 0x80)) {
        len--; /* to the beginning of a character */
    }
    *ret = (struct programme_filter){
        .words = arena_strndup(arena, words, len),
        .track_id = track[0] == '\0' ? 0 : form_id(query, "track"),
    };
    return ret->track_id >= 0;
}

/* Does each blank-separated word of `words` begin a word of `text`? Both folded. */
static bool has_words(const char *text, const char *words)
{
    for (const char *word = words; *word != '\0';) {
        size_t len = strcspn(word, " ");
        bool is_there = false;
        for (const char *at = text; !is_there && *at != '\0';) {
            is_there = strncmp(at, word, len) == 0;
            at += strcspn(at, " ");
            at += strspn(at, " ");
        }
        if (!is_there) {
            return false;
        }
        word += len;
        word += strspn(word, " ");
    }
    return true;
}

int programme_filter_apply(const struct request *req, const struct conference *conf,
                           struct programme_filter *filter, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    const char *words = text_fold(filter->words, req->arena);
    if (words[0] == '\0' && filter->track_id == 0) {
        return 0;
    }
    filter->fits = arena_array(req->arena, conf->sessions.n, sizeof *filter->fits);
    int r = db_query(req->db, "web_programme_texts", &rows, err, "in", req->token.event_id,
                     filter->track_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int session = conference_index_session(conf, rows_int(&rows, i, 0));
        if (session >= 0) {
            filter->fits[session] =
                words[0] == '\0' || has_words(text_fold(rows_text(&rows, i, 1), req->arena), words);
        }
    }
    return r;
}

const char *programme_filter_query(const struct programme_filter *filter, struct arena *arena)
{
    if (filter->words[0] == '\0' && filter->track_id == 0) {
        return "";
    }
    return arena_printf(arena, "words=%s&track=%lld", http_escape(arena, filter->words),
                        (long long)filter->track_id);
}

/* Tracks that have sessions, in the order of their titles as the database has them. */
static void add_tracks(const struct request *req, const struct conference *conf,
                       const struct programme_filter *filter, json_t *data)
{
    json_t *list = page_list(data, "tracks");
    bool *is_used = arena_array(req->arena, conf->tracks.n + 1, sizeof *is_used);
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (conf->sessions.items[i].track >= 0) {
            is_used[conf->sessions.items[i].track] = true;
        }
    }
    for (size_t i = 0; i < conf->tracks.n; i++) {
        if (is_used[i]) {
            json_t *item = page_item(list);
            page_int(item, "value", conf->tracks.items[i].id);
            page_text(item, "label", conf->tracks.items[i].title);
            page_bool(item, "chosen", conf->tracks.items[i].id == filter->track_id);
        }
    }
}

void programme_filter_facts(const struct request *req, const struct conference *conf,
                            const struct programme_filter *filter, json_t *data)
{
    page_text(data, "words", filter->words);
    page_text(data, "query", programme_filter_query(filter, req->arena));
    page_bool(data, "filtered", filter->fits != NULL);
    page_int(data, "track_chosen", filter->track_id);
    add_tracks(req, conf, filter, data);
}
