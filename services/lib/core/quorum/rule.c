/* How many must people are enough. */
#include "core/quorum/chance.h"

/* A number that is more than there are people asks for all of them. */
void quorum_set_needed(const struct conference *conf, struct quorum_track *track)
{
    int quorum = track->session < 0 ? conf->tracks.items[track->track].quorum
                                    : conf->sessions.items[track->session].quorum;
    bool is_all = quorum < 0 || quorum >= track->n_must;
    track->rule = quorum == 0  ? QUORUM_MORE_THAN_HALF
                  : quorum < 0 ? QUORUM_EVERYBODY
                               : QUORUM_SO_MANY;
    track->needed = track->n_must == 0 ? 0
                    : quorum == 0      ? track->n_must / 2 + 1
                    : is_all           ? track->n_must
                                       : quorum;
}

const char *quorum_rule_text(enum quorum_rule rule)
{
    static const char *const texts[] = {"more than half", "all", "as set"};
    return texts[rule];
}

const char *quorum_rule_name(enum quorum_rule rule)
{
    static const char *const names[] = {"majority", "all", "given"};
    return names[rule];
}
