/* board: the quorum of one track as facts for pages and for the JSON API. */
#ifndef ROLLCALL_WEB_BOARD_H
#define ROLLCALL_WEB_BOARD_H

#include "web/situation.h"

#include <jansson.h>

/* The track's row of the quorum; NULL when it names nobody. */
const struct quorum_track *board_find(const struct situation *situation, int track);
/* Adds the counts, the verdict and "persons" to data; zeros when the track names nobody. */
void board_add(const struct situation *situation, int track, struct arena *arena, json_t *data);
/* The facts of one of its persons. */
void board_add_person(const struct situation *situation, const struct quorum_person *person,
                      struct arena *arena, json_t *item);

#endif
