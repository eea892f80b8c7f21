/* workers: every worker that there is, one row each. */
#ifndef ROLLCALL_CTL_WORKERS_H
#define ROLLCALL_CTL_WORKERS_H

struct worker_row {
    const char *name;
    int (*run)(void); /* until SIGTERM; returns the exit status */
};

extern const struct worker_row worker_rows[]; /* ends with a NULL name */

#endif
