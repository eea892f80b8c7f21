/* rehearsal: what would be sent if sessions were moved, by the stages themselves. */
#ifndef ROLLCALL_CTL_REHEARSAL_H
#define ROLLCALL_CTL_REHEARSAL_H

#include "core/suggest.h"

/*
 * Counts the messages that the moves of suggestion would cause, as the database is: the stages work
 * in one transaction that is undone. Nobody is told anything, and messages that wait for a digest
 * count as well. conf is what the suggestion was made from. Sets n_messages. Workers that want the
 * same people wait meanwhile.
 */
int rehearse(const struct conference *conf, struct suggestion *suggestion,
             struct err *err) MUST_CHECK;

#endif
