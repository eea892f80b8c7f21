/*
 * Mails composed from an agenda's facts (text, HTML, calendar) and handed to a server that takes
 * everything: the smtp channel as the notifier uses it, without the database. bench_smtp.py runs it
 * beside nodemailer and smtp-source.
 *
 *   bench_smtp URL N CONNECTIONS     prints messages per second, CPU microseconds a message,
 *                                    microseconds of composing, and the bytes of one message
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/settings.h"
#include "notifier/channel.h"
#include "notifier/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define GROUP 64

static int n_sent;
static struct verdict verdicts[GROUP];

static void must(int r, const struct err *err)
{
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", err->message);
        exit(2);
    }
}

static bool count(void *arg, const size_t *ids, size_t n)
{
    (void)arg;
    for (size_t i = 0; i < n; i++) {
        if (verdicts[ids[i]].what != VERDICT_SENT) {
            (void)fprintf(stderr, "%s %s\n", verdicts[ids[i]].code, verdicts[ids[i]].detail);
            exit(2);
        }
        n_sent++;
    }
    return true;
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * SECOND_US + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static struct outbox_message message_of(const char *payload, int i, struct arena *arena)
{
    return (struct outbox_message){
        .event_id = 1,
        .outbox_id = i + 1,
        .event_slug = "lpc2025",
        .dedupe_key = arena_printf(arena, "agenda:%d", i),
        .kind = "agenda",
        .channel = "mail",
        .address = arena_printf(arena, "reader%d@example.org", i),
        .payload = payload,
        .thread = arena_printf(arena, "agenda:%d", i),
        .created_us = 1762507800000000,
        .attempt = 1,
        .room_id = "",
    };
}

static void send_all(void *channel, const char *payload, int n)
{
    struct arena *arena = arena_new();
    for (int at = 0; at < n; at += GROUP) {
        struct outbox_message messages[GROUP];
        struct outbound items[GROUP];
        size_t m = (size_t)(n - at < GROUP ? n - at : GROUP);
        arena_reset(arena);
        for (size_t i = 0; i < m; i++) {
            messages[i] = message_of(payload, at + (int)i, arena);
            items[i] = (struct outbound){&messages[i], &verdicts[i], i};
        }
        smtp_channel.deliver_many(channel, items, m, arena, count, NULL);
    }
    arena_free(arena);
}

/* Composing alone: microseconds a message, and its size. */
static double compose_all(const char *payload, int n, size_t *ret_bytes)
{
    struct arena *arena = arena_new();
    struct sender sender;
    struct err err = {0};
    must(sender_load(&sender, &err), &err);
    int64_t start_us = cpu_us();
    for (int i = 0; i < n; i++) {
        struct str mail = {0};
        struct outbox_message message = message_of(payload, i, arena);
        must(compose_mail(&message, &sender, arena, &mail, &err), &err);
        *ret_bytes = mail.len;
        str_done(&mail);
        arena_reset(arena);
    }
    arena_free(arena);
    return (double)(cpu_us() - start_us) / n;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    void *channel = NULL;
    char *payload = NULL;
    size_t len = 0;
    if (argc < 4) {
        (void)fprintf(stderr, "usage: bench_smtp URL N CONNECTIONS\n");
        return 2;
    }
    int n = atoi(argv[2]);
    must(settings_load(&err), &err);
    must(setting_override(SET_SMTP_URL, argv[1], &err), &err);
    must(setting_override(SET_SMTP_TLS, "none", &err), &err);
    must(setting_override(SET_SMTP_CONNECTIONS, argv[3], &err), &err);
    must(file_read(SOURCE_DIR "/tests/notifier/payload/agenda.json", 1 << 20, arena, &payload, &len,
                   &err),
         &err);
    log_init("bench", LOG_ERROR);
    size_t bytes = 0;
    double compose_us = compose_all(payload, 2000, &bytes);
    must(smtp_channel.open(&channel, &err), &err);
    int64_t cpu = cpu_us();
    int64_t start_us = clock_monotonic_us();
    send_all(channel, payload, n);
    int64_t took_us = clock_monotonic_us() - start_us;
    printf("%.0f %.1f %.1f %zu\n", (double)n_sent * SECOND_US / (double)took_us,
           (double)(cpu_us() - cpu) / n, compose_us, bytes);
    smtp_channel.close(channel);
    arena_free(arena);
    return n_sent == n ? 0 : 1;
}
