/* matcher: the stages resolve -> match -> clash -> plan, each a worker off the queue. */
#ifndef ROLLCALL_MATCHER_MATCHER_H
#define ROLLCALL_MATCHER_MATCHER_H

#include "store/queue.h"

extern const struct worker resolve_worker;
extern const struct worker match_worker;
extern const struct worker clash_worker;
extern const struct worker plan_worker;

#endif
