/* The dialogue by itself: bytes in, bytes out. What is known when the line dies behind any byte,
 * what a server may say that makes no sense, and dots. */
#include "support/testing.h"

#include "net/smtp_dialogue.h"

#include <stdio.h>
#include <string.h>

enum { N_JOBS = 2 };

static const char *const texts[N_JOBS] = {"Subject: 0\r\n\r\n.\r\nfirst text\r\n..\r\n",
                                          ".Subject: 1\r\n\r\nsecond text\r\n"};
static const char *const marks[N_JOBS] = {"first text", "second text"};

/* One connection with two messages to send. */
struct talk {
    struct smtp_dialogue d;
    struct smtp_job jobs[N_JOBS];
    struct verdict verdicts[N_JOBS];
    struct str said; /* all that left */
    size_t n_begun;
    int n_told[N_JOBS];
    bool has_verdict[N_JOBS];
};

static void collect(struct talk *t)
{
    for (int i = 0; i < t->d.n_over; i++) {
        size_t id = t->d.over[i].id;
        assert_true(id < t->n_begun);
        t->n_told[id]++;
        t->has_verdict[id] = t->d.over[i].has_verdict;
    }
    t->d.n_over = 0;
}

/* What is to leave leaves, and the next message begins as soon as it may. */
static void go_on(struct talk *t)
{
    collect(t);
    while (t->n_begun < N_JOBS && smtp_dialogue_has_room(&t->d)) {
        assert_true(smtp_dialogue_begin(&t->d, &t->jobs[t->n_begun], t->n_begun, 0));
        t->n_begun++;
    }
    while (t->d.out_offset < t->d.out.len) { /* one byte at a time */
        str_add_char(&t->said, t->d.out.data[t->d.out_offset]);
        smtp_dialogue_sent(&t->d, 1);
    }
}

static void begin(struct talk *t, bool is_pipelined)
{
    const struct smtp_offers offers = {.pipelining = is_pipelined};
    *t = (struct talk){0};
    smtp_dialogue_init(&t->d, &offers);
    for (size_t i = 0; i < N_JOBS; i++) {
        t->jobs[i] = (struct smtp_job){.from = "us@example.org",
                                       .to = "you@example.org",
                                       .message = texts[i],
                                       .len = strlen(texts[i]),
                                       .verdict = &t->verdicts[i]};
    }
    go_on(t);
}

static void hear(struct talk *t, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        smtp_dialogue_hear(&t->d, bytes + i, 1);
        go_on(t);
    }
}

static void end(struct talk *t)
{
    smtp_dialogue_lose(&t->d, "lost", "the connection was lost");
    collect(t);
    for (size_t i = 0; i < t->n_begun; i++) {
        assert_int_equal(t->n_told[i], 1);
    }
}

static void done(struct talk *t)
{
    smtp_dialogue_done(&t->d);
    str_done(&t->said);
}

static void a_line_that_dies_behind_any_byte_leaves_no_false_verdict(void **state)
{
    (void)state;
    static const char first[] = "250 from\r\n250-to\r\n250 to\r\n354 go\r\n250 2.0.0 taken\r\n";
    char all[256];
    (void)snprintf(all, sizeof all, "%s%s", first, first);
    size_t taken[N_JOBS] = {strlen(first), strlen(all)};
    for (int is_pipelined = 0; is_pipelined < 2; is_pipelined++) {
        for (size_t n = 0; n <= strlen(all); n++) {
            struct talk t;
            begin(&t, is_pipelined != 0);
            hear(&t, all, n);
            end(&t);
            for (size_t i = 0; i < t.n_begun; i++) {
                bool has_left = strstr(str_text(&t.said), marks[i]) != NULL;
                bool is_sent = t.has_verdict[i] && t.verdicts[i].what == VERDICT_SENT;
                assert_int_equal(is_sent, n >= taken[i]);
                assert_false(has_left && !t.has_verdict[i]); /* it may have arrived */
                assert_true(is_sent || !t.has_verdict[i] || t.verdicts[i].what == VERDICT_LATER);
            }
            done(&t);
        }
    }
}

/* RFC 5321, section 4.5.2, the other way round. */
static void the_server_reads_what_was_meant(void **state)
{
    (void)state;
    struct talk t;
    struct str read = {0};
    begin(&t, true);
    const char *replies =
        "250 a\r\n250 b\r\n354 c\r\n250 d\r\n250 a\r\n250 b\r\n354 c\r\n250 d\r\n";
    hear(&t, replies, strlen(replies));
    const char *at = str_text(&t.said);
    for (size_t i = 0; i < N_JOBS; i++) {
        at = strstr(at, "DATA\r\n") + 6;
        /* the next commands leave behind the text, which ends where a dot stands alone */
        for (str_clear(&read); !(at[0] == '.' && at[1] == '\r'); at = strchr(at, '\n') + 1) {
            const char *line = at[0] == '.' ? at + 1 : at;
            str_add_n(&read, line, (size_t)(strchr(at, '\n') + 1 - line));
        }
        assert_string_equal(str_text(&read), texts[i]);
    }
    str_done(&read);
    end(&t);
    done(&t);
}

static void addresses_cannot_say_commands(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "a@example.org>\r\nDATA\r\n",
        "a@example.org\nRSET",
        "a\r@example.org",
        "a@b@example.org",
        "a b@example.org",
        "<a@example.org",
        "a@example.org> SIZE=1",
        "a@exa\r\nmple.org",
        "a\xff@example.org",
        "a@example.org\tx",
        "@example.org",
        "a@",
        "\"a\r\n\"@example.org",
        "a\xe2\x80\xa8@example.org",
    };
    const struct smtp_offers offers = {.pipelining = true}; /* no SMTPUTF8 */
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct smtp_dialogue d;
        struct verdict verdict = {0};
        struct smtp_job job = {.from = "us@example.org",
                               .to = addresses[i],
                               .message = texts[0],
                               .len = strlen(texts[0]),
                               .verdict = &verdict};
        smtp_dialogue_init(&d, &offers);
        assert_false(smtp_dialogue_begin(&d, &job, 0, 0));
        assert_int_equal(verdict.what, VERDICT_REFUSED);
        assert_int_equal(verdict.scope, VERDICT_RECIPIENT);
        job.from = job.to;
        job.to = "you@example.org";
        assert_false(smtp_dialogue_begin(&d, &job, 0, 0));
        assert_int_equal(verdict.what, VERDICT_REFUSED);
        assert_int_equal(verdict.scope, VERDICT_CHANNEL); /* the sender is everybody's */
        assert_int_equal(d.out.len, 0);
        smtp_dialogue_done(&d);
    }
}

/* Replies in any order, and noise: an end in any case, one for each message, and never "sent" for a
 * text that has not left. */
static void nonsense_ends(void **state)
{
    (void)state;
    static const char *const words[] = {
        "250 ok\r\n", "354 go\r\n", "250-\r\n", "421 bye\r\n", "550 no\r\n", "451 wait\r\n", "2",
        "\r\n",       "999 x\r\n",  "\n",       "25x\r\n",     "250\r\n",    "554-5.7.1\r\n"};
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        struct talk t;
        begin(&t, round % 2 == 0);
        for (int i = 0; i < 14 && !t.d.is_broken; i++) {
            seed = seed * 1664525u + 1013904223u;
            unsigned pick = (seed >> 16) % 24;
            const char *word =
                words[pick < sizeof words / sizeof words[0] ? pick : pick % 2]; /* mostly sense */
            hear(&t, word, strlen(word));
        }
        end(&t);
        for (size_t i = 0; i < t.n_begun; i++) {
            if (t.has_verdict[i] && t.verdicts[i].what == VERDICT_SENT) {
                assert_non_null(strstr(str_text(&t.said), marks[i]));
            }
        }
        done(&t);
    }
}

static void an_endless_reply_is_cut_off(void **state)
{
    (void)state;
    struct talk t;
    begin(&t, true);
    for (int i = 0; i < 1 << 20 && !t.d.is_broken; i++) {
        smtp_dialogue_hear(&t.d, "250-more of it\r\n", 16);
    }
    assert_true(t.d.is_broken);
    end(&t);
    assert_int_equal(t.verdicts[0].what, VERDICT_LATER);
    done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_dies_behind_any_byte_leaves_no_false_verdict),
        cmocka_unit_test(the_server_reads_what_was_meant),
        cmocka_unit_test(addresses_cannot_say_commands),
        cmocka_unit_test(nonsense_ends),
        cmocka_unit_test(an_endless_reply_is_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
