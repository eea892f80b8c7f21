#include "core/resolve.h"

#include "base/str.h"

/* The registrant that stands for the person: confirmed before waiting before cancelled. */
static bool is_better(const struct registrant *a, const struct registrant *b)
{
    return (int)a->status < (int)b->status;
}

static void put_line(const struct resolve_answer *answer, const int *stands_for,
                     struct resolve_line *ret)
{
    ret->status = answer->status;
    ret->registrant = -1;
    ret->n_candidates = answer->n_candidates;
    for (int i = 0; i < answer->n_candidates; i++) {
        ret->candidates[i] = (struct resolve_line_candidate){
            stands_for[answer->candidates[i].owner], answer->candidates[i].confidence};
    }
    if (answer->n_candidates == 0) {
        return;
    }
    ret->confidence = answer->candidates[0].confidence;
    ret->evidence = answer->candidates[0].evidence;
    ret->n_evidence = answer->candidates[0].n_evidence;
    if (answer->status == RESOLUTION_LINKED) {
        ret->registrant = ret->candidates[0].registrant;
    }
}

struct resolve_record resolve_record_of(const struct registrant *registrant)
{
    return (struct resolve_record){.name = registrant->name,
                                   .email = registrant->email,
                                   .email_md5 = registrant->email_md5,
                                   .matrix_id = registrant->matrix_id,
                                   .affiliation = registrant->affiliation,
                                   .country = registrant->country,
                                   .context = registrant->interests};
}

struct resolve_line *resolve_lines(const struct conference *conf,
                                   const struct resolve_mention *mentions, size_t n_mentions,
                                   double threshold, double lead, struct arena *arena)
{
    struct resolve_index *index = resolve_index_new();
    size_t n = conf->registrants.n;
    int *stands_for = arena_array(arena, n + 1, sizeof *stands_for);
    for (size_t i = 0; i < n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        struct resolve_record record = resolve_record_of(registrant);
        int owner = resolve_owner_by_address(index, &record);
        if (owner < 0 ||
            !resolve_names_agree(conf->registrants.items[owner].name, registrant->name)) {
            owner = (int)i;
            stands_for[i] = (int)i;
        }
        if (is_better(registrant, &conf->registrants.items[stands_for[owner]])) {
            stands_for[owner] = (int)i;
        }
        (void)resolve_add(index, &record, owner);
    }
    struct resolve_line *lines = arena_array(arena, n_mentions + 1, sizeof *lines);
    struct resolve_options options = {.threshold = threshold, .lead = lead};
    for (size_t i = 0; i < n_mentions; i++) {
        const struct resolve_record mention = {.name = mentions[i].name,
                                               .email = mentions[i].email,
                                               .affiliation = mentions[i].affiliation,
                                               .context = mentions[i].context};
        struct resolve_answer answer;
        resolve_find(index, &mention, &options, arena, &answer);
        put_line(&answer, stands_for, &lines[i]);
    }
    resolve_index_free(index);
    return lines;
}
