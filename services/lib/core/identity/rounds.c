/* Names still open, looked at again with what the others of the same text have shown. */
#include "core/identity/internal.h"

/* Links of one round may explain further names in the next; more rounds than this bring nothing
 * that a person would follow. */
#define ROUNDS_MAX 4

struct second_look {
    int mention;
    struct resolve_answer answer;
};

static bool is_open(const struct resolution *resolution)
{
    return resolution->person < 0 && !resolution->is_decided;
}

static void look_at(struct work *work, const struct hints *hints, int number,
                    struct second_look *ret)
{
    const struct mention *mention = &work->conf->mentions.items[number];
    struct hint_view view = {work, hints, identity_track_of(work, mention)};
    struct decided decided;
    identity_find_decision(work, mention->name, mention->email, mention->track, &decided);
    struct resolve_options options = identity_options(work, &decided);
    options.hint = identity_hint;
    options.hint_context = &view;
    ret->mention = number;
    identity_find(work, mention, &options, &ret->answer);
}

static bool take(struct work *work, const struct second_look *look, struct resolution *ret)
{
    struct mention *mention = &work->conf->mentions.items[look->mention];
    identity_put_candidates(work, &look->answer, ret);
    if (look->answer.status == RESOLUTION_LINKED) {
        identity_settle_found(work, mention, &look->answer, ret);
    } else if (identity_is_question(ret)) {
        ret->status = RESOLUTION_AMBIGUOUS;
    }
    mention->person = ret->person;
    mention->status = ret->status;
    mention->confidence = ret->confidence;
    return ret->person >= 0;
}

/* All are looked at before any is taken, so that the order of the names does not count. */
void identity_look_again(struct work *work, struct resolution *ret)
{
    size_t n = work->conf->mentions.n;
    struct second_look *looks = arena_array(work->arena, n + 1, sizeof *looks);
    bool is_learning = true;
    for (int round = 0; is_learning && round < ROUNDS_MAX; round++) {
        const struct hints *hints = NULL;
        size_t n_looks = 0;
        for (size_t i = 0; i < n; i++) {
            if (is_open(&ret[i])) {
                hints = hints == NULL ? identity_hints(work, ret) : hints;
                look_at(work, hints, (int)i, &looks[n_looks++]);
            }
        }
        is_learning = false;
        for (size_t i = 0; i < n_looks; i++) {
            is_learning |= take(work, &looks[i], &ret[looks[i].mention]);
        }
    }
}
