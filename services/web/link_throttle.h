/*
 * link_throttle: how often one link may be used to write something. A token bucket for each link,
 * so that who got hold of one cannot fill the tables or keep the stages busy with it.
 */
#ifndef ROLLCALL_WEB_LINK_THROTTLE_H
#define ROLLCALL_WEB_LINK_THROTTLE_H

#include "base/token.h"

#include <stdbool.h>
#include <stdint.h>

#define THROTTLE_BURST    120  /* POSTs at once; a person who stars a whole programme needs many */
#define THROTTLE_REFILL_S 1    /* after so many seconds there is one more */
#define THROTTLE_SLOTS    1024 /* links remembered; more push out others, which is harmless */

struct link_throttle {
    struct link_throttle_slot {
        int purpose; /* enum token_purpose + 1; 0 = a free slot */
        int64_t event_id;
        int64_t subject;
        int64_t person_id;
        int64_t credit_us; /* time saved up; a POST costs THROTTLE_REFILL_S */
        int64_t at_us;     /* of the last POST */
    } slots[THROTTLE_SLOTS];
};

/* Takes one; false when the link has been used too often, and may be again in THROTTLE_REFILL_S.
 * Links of one purpose, subject and person are one link, whenever they were made: many are asked
 * about one session, and none of them uses up what is another's. */
bool link_throttle_take(struct link_throttle *throttle, const struct token *token, int64_t now_us);

#endif
