/* find: the room, session or track that somebody means by a few words. */
#ifndef ROLLCALL_CTL_FIND_H
#define ROLLCALL_CTL_FIND_H

#include "core/conference.h"

/*
 * Each takes the whole id or name, else how a name begins, else a part of it; case, accents and
 * punctuation do not matter. Of several sessions, those that are cancelled stand back, and so do
 * the contributions of a block that fits as well. ERR_USAGE when none or more than one is left: the
 * message names those that fit, or, of rooms and tracks, all there are.
 */
int find_room(const struct conference *conf, const char *text, int *ret,
              struct err *err) MUST_CHECK;
int find_session(const struct conference *conf, const char *text, int *ret,
                 struct err *err) MUST_CHECK;
int find_track(const struct conference *conf, const char *text, int *ret,
               struct err *err) MUST_CHECK;

/* Reads a time for a session that lies at old_us (0 = nowhere yet): ISO 8601, "10:00" for the same
 * day, "Fri 10:00" for that day of the conference. */
int find_time(const struct conference *conf, const char *text, int64_t old_us, int64_t *ret_us,
              struct err *err) MUST_CHECK;

#endif
