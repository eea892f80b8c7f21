/* maildir.c: every name once, never half a message. */
#include "support/testing.h"

#include "support/server.h"

#include "notifier/maildir.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];
static char box[96];
static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new();
    (void)snprintf(root, sizeof root, "/tmp/rollcall-maildir-XXXXXX");
    assert_non_null(mkdtemp(root));
    (void)snprintf(box, sizeof box, "%s/a/b/maildir", root);
    assert_int_equal(maildir_make(box, false, &err), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    arena_free(arena);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static const char *in_box(const char *path)
{
    return arena_printf(arena, "%s/%s", box, path);
}

static int put(const char *name, const char *text, bool is_repeat)
{
    struct err err = {0};
    int r = maildir_put(box, name, text, strlen(text), is_repeat, &err);
    if (r < 0) {
        print_message("%s\n", err.message);
    }
    return r;
}

static void making_it_twice_is_fine_and_a_sub_folder_is_marked(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(maildir_make(box, false, &err), 0);
    assert_int_equal(maildir_make(in_box(".Matrix"), true, &err), 0);
    assert_int_equal(access(in_box(".Matrix/maildirfolder"), F_OK), 0);
    assert_int_equal(access(in_box(".Matrix/cur"), F_OK), 0);
    assert_int_not_equal(access(in_box("maildirfolder"), F_OK), 0);
}

static void a_message_lands_in_new_and_tmp_is_empty(void **state)
{
    (void)state;
    assert_int_equal(put("1.one.x", "text", false), 0);
    assert_string_equal(test_read_file(arena, in_box("new/1.one.x"), NULL), "text");
    assert_int_equal(test_count_files(in_box("tmp"), ""), 0);
}

static void the_same_name_is_written_once_and_stays_as_it_was(void **state)
{
    (void)state;
    assert_int_equal(put("1.two.x", "first", false), 0);
    assert_int_equal(put("1.two.x", "second", true), MAILDIR_KNOWN);
    assert_int_equal(put("1.two.x", "third", false), MAILDIR_KNOWN);
    assert_string_equal(test_read_file(arena, in_box("new/1.two.x"), NULL), "first");
    assert_int_equal(test_count_files(in_box("tmp"), ""), 0);
}

static void a_message_that_was_read_is_not_delivered_again(void **state)
{
    (void)state;
    assert_int_equal(put("1.three.x", "text", false), 0);
    assert_int_equal(rename(in_box("new/1.three.x"), in_box("cur/1.three.x:2,S")), 0);
    assert_int_equal(put("1.three.x", "text", true), MAILDIR_KNOWN);
    assert_int_not_equal(access(in_box("new/1.three.x"), F_OK), 0);
    /* a name that only begins alike is another one */
    assert_int_equal(put("1.thr", "text", true), 0);
}

static void what_a_crash_left_in_tmp_is_replaced(void **state)
{
    (void)state;
    int fd = open(in_box("tmp/1.four.x"), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "half a mess", 11), 11);
    (void)close(fd);
    assert_int_equal(put("1.four.x", "a message", true), 0);
    assert_string_equal(test_read_file(arena, in_box("new/1.four.x"), NULL), "a message");
    assert_int_equal(test_count_files(in_box("tmp"), ""), 0);
}

static void a_folder_that_is_gone_is_an_error_that_names_it(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(maildir_put("/nonexistent/maildir", "1.x", "a", 1, false, &err), ERR_SYSTEM);
    assert_non_null(strstr(err.message, "/nonexistent/maildir"));
    assert_int_equal(maildir_make("/dev/null/maildir", false, &err), ERR_SYSTEM);
}

static void a_delivery_that_fails_leaves_nothing_behind(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(mkdir(in_box("full"), 0700), 0);
    assert_int_equal(mkdir(in_box("full/tmp"), 0700), 0); /* no new: linking fails */
    assert_int_equal(maildir_put(in_box("full"), "1.x", "a", 1, false, &err), ERR_SYSTEM);
    assert_int_equal(test_count_files(in_box("full/tmp"), ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(making_it_twice_is_fine_and_a_sub_folder_is_marked),
        cmocka_unit_test(a_message_lands_in_new_and_tmp_is_empty),
        cmocka_unit_test(the_same_name_is_written_once_and_stays_as_it_was),
        cmocka_unit_test(a_message_that_was_read_is_not_delivered_again),
        cmocka_unit_test(what_a_crash_left_in_tmp_is_replaced),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error_that_names_it),
        cmocka_unit_test(a_delivery_that_fails_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
