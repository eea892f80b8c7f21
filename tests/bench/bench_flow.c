/*
 * How long does one change take until its message lies in the outbox? Against a Rollcall that runs
 * with the sample: the time from the commit of one row to the notification that the plan stage's
 * commit gives. Counts round trips of four stages.
 *
 *   ROLLCALL_VAR=/tmp/bench build/rollcall up --sample &     then, when it has settled,
 *   build/tests/bench_flow 'postgresql://rollcall@/rollcall?host=...' 200
 */
#include "base/clock.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 5000

static PGconn *connect_to(const char *url)
{
    PGconn *conn = PQconnectdb(url);
    if (PQstatus(conn) != CONNECTION_OK) {
        (void)fprintf(stderr, "%s", PQerrorMessage(conn));
        exit(2);
    }
    return conn;
}

static void run(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        (void)fprintf(stderr, "%s: %s", sql, PQerrorMessage(conn));
        exit(2);
    }
    PQclear(result);
}

/* The statement with $1 = number. */
static void run_numbered(PGconn *conn, const char *sql, int number)
{
    char text[16];
    const char *values[] = {text};
    (void)snprintf(text, sizeof text, "%d", number);
    PGresult *result = PQexecParams(conn, sql, 1, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "%s: %s", sql, PQerrorMessage(conn));
        exit(2);
    }
    PQclear(result);
}

static bool drain(PGconn *conn)
{
    bool any = false;
    (void)PQconsumeInput(conn);
    for (PGnotify *note = NULL; (note = PQnotifies(conn)) != NULL; any = true) {
        PQfreemem(note);
    }
    return any;
}

/* Microseconds until a message is in the outbox; -1 = none came. */
static int64_t wait_for_message(PGconn *ear, int64_t start_us)
{
    while (!drain(ear)) {
        struct pollfd pfd = {.fd = PQsocket(ear), .events = POLLIN};
        if (poll(&pfd, 1, WAIT_MS) <= 0) {
            return -1;
        }
    }
    return clock_monotonic_us() - start_us;
}

static int by_value(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

static void print(const char *what, int64_t *times, int n, int lost)
{
    qsort(times, (size_t)n, sizeof *times, by_value);
    printf("%-28s n=%d p50=%.1f ms p90=%.1f ms p99=%.1f ms max=%.1f ms without message=%d\n", what,
           n, (double)times[n / 2] / 1e3, (double)times[n * 9 / 10] / 1e3,
           (double)times[n * 99 / 100] / 1e3, (double)times[n - 1] / 1e3, lost);
}

static void measure(PGconn *conn, PGconn *ear, const char *what, const char *sql, int n)
{
    int64_t *times = calloc((size_t)n, sizeof *times);
    int done = 0;
    for (int i = 0; i < n; i++) {
        (void)drain(ear);
        int64_t start_us = clock_monotonic_us();
        run_numbered(conn, sql, i);
        int64_t us = wait_for_message(ear, start_us);
        if (us >= 0) {
            times[done++] = us;
        }
        (void)poll(NULL, 0, 30); /* let the stages fall asleep again */
    }
    if (done > 0) {
        print(what, times, done, n - done);
    } else {
        printf("%-28s no message came\n", what);
    }
    free(times);
}

/* What is changed, with $1 the number of the round. Names are made of syllables, so that newcomers
 * are not one letter from one another. */
static const struct change {
    const char *key;
    const char *what;
    const char *sql;
} changes[] = {
    {"registration", "a registration",
     "insert into registrant (event_id, key, name, email, interests) select e.event_id, 'bench-' "
     "|| "
     "k, "
     "initcap(translate(substr(md5(k), 1, 7), '0123456789', 'aeiouaeiou')) || ' ' || "
     "initcap(translate(substr(md5(k), 8, 9), '0123456789', 'aeiouaeiou')), 'bench' || k || "
     "'@example.org', 'scheduler; memory' from event e, (select $1::integer || '-' || "
     "pg_backend_pid()) as key (k)"},
    {"answer", "an answer",
     "insert into answer (event_id, person_id, reply, via) select event_id, person_id, case "
     "($1::integer / 97) % 2 when 0 then 'no' else 'yes' end, 'web' from resolution where "
     "person_id "
     "is not null order by mention_id offset $1::integer % 97 limit 1"},
    {"slot", "a moved slot",
     "update session set starts_at = starts_at + interval '1 minute' * (1 - 2 * ($1::integer % "
     "2)), "
     "ends_at = ends_at + interval '1 minute' * (1 - 2 * ($1::integer % 2)) where session_id = "
     "(select session_id from told group by session_id order by count(*) desc, session_id limit "
     "1)"},
};

static bool is_asked_for(const char *key, int argc, char **argv)
{
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], key) == 0) {
            return true;
        }
    }
    return argc == 3;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        (void)fprintf(stderr, "usage: bench_flow DATABASE-URL N [registration|answer|slot]...\n");
        return 2;
    }
    PGconn *conn = connect_to(argv[1]);
    PGconn *ear = connect_to(argv[1]);
    int n = atoi(argv[2]);
    run(conn, "set search_path = rollcall");
    run(ear, "listen rollcall_deliver");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (is_asked_for(changes[i].key, argc, argv)) {
            measure(conn, ear, changes[i].what, changes[i].sql, n);
        }
    }
    PQfinish(ear);
    PQfinish(conn);
    return 0;
}
