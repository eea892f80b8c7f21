/* notifier_rig: an event with an outbox, and the deliver worker as a process of its own. */
#ifndef ROLLCALL_TESTS_NOTIFIER_RIG_H
#define ROLLCALL_TESTS_NOTIFIER_RIG_H

#include "support/test_db.h"

#include "base/settings.h"

#include <sys/types.h>

struct rig {
    struct test_db db;
    char var[64]; /* temporary folder, also ROLLCALL_VAR; the Maildir is var/maildir */
};

void rig_init(struct rig *rig);
void rig_done(struct rig *rig);
void rig_set(enum setting_id id, const char *value);

/* Adds n messages of kind question to <prefix>1@example.org or @<prefix>1:example.org and so on. */
void rig_add(const struct rig *rig, const char *channel, const char *prefix, int n);
/* One message to that address. */
void rig_add_one(const struct rig *rig, const char *channel, const char *address);

/* The worker as a process; the settings of this moment are its own. Its log goes to var/log. */
pid_t rig_start(const struct rig *rig);
/* SIGTERM, and waits for the end; fails the test when the status is not 0. */
void rig_stop(pid_t pid);
/* Waits until `sql` gives `want`, 15 s at most; fails the test else. */
void rig_wait(const struct rig *rig, const char *sql, const char *want);
/* Starts, waits until nothing is waiting or leased, stops. */
void rig_drain(const struct rig *rig);

#endif
