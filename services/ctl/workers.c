#include "ctl/workers.h"

#include "matcher/matcher.h"
#include "notifier/notifier.h"
#include "web/web.h"

#include <stddef.h>

static int run_resolve(void)
{
    return worker_run(&resolve_worker);
}

static int run_match(void)
{
    return worker_run(&match_worker);
}

static int run_clash(void)
{
    return worker_run(&clash_worker);
}

static int run_plan(void)
{
    return worker_run(&plan_worker);
}

static int run_deliver(void)
{
    return worker_run(&notifier_worker);
}

const struct worker_row worker_rows[] = {
    {"resolve", run_resolve}, {"match", run_match}, {"clash", run_clash}, {"plan", run_plan},
    {"deliver", run_deliver}, {"web", web_run},     {NULL, NULL},
};
