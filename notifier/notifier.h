/*
 * notifier: takes messages off the outbox, turns facts into words and hands them over.
 *
 * `rollcall worker deliver` is notifier_worker over the loop of store/queue.h. The commands
 * below belong to `rollcall`; they print to stdout, complain on stderr and return the exit status:
 * 0 fine, 1 found what was asked to look for or could not deliver, 2 bad usage.
 */
#ifndef ROLLCALL_NOTIFIER_H
#define ROLLCALL_NOTIFIER_H

struct worker;

extern const struct worker notifier_worker;

/* rollcall outbox [--state S] [--json] | show ID [--text|--html|--source] | retry ID|--dead */
int outbox_command(int argc, char **argv);
/* rollcall send --test ADDRESS */
int send_command(int argc, char **argv);

/* rollcall bounce [--to ADDRESS] [FILE|MAILDIR]; 75 = try again */
int bounce_command(int argc, char **argv);

/* What `rollcall help outbox` and `rollcall help send` print. */
extern const char outbox_help[];
extern const char send_help[];

#endif
