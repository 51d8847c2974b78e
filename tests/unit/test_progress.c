/* Progress lines as people grep them, and when they appear. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mpi/log.h"
#include "mpi/progress.h"
#include "tests/support/unit.h"

static void check_line(int64_t done, int64_t total, double elapsed_s, const char *expected)
{
    char line[BF_PROGRESS_LINE_BYTES];
    bf_progress_line(line, done, total, elapsed_s);
    assert_string_equal(line, expected);
}

static void test_lines(void **state)
{
    (void)state;
    check_line(0, 845, 3.0, "progress: 0/845 dates | Rate: 0.0 dates/sec | ETA: unknown");
    check_line(120, 845, 8.45, "progress: 120/845 dates | Rate: 14.2 dates/sec | ETA: 0.9min");
    check_line(845, 845, 10.0, "progress: 845/845 dates | Rate: 84.5 dates/sec | ETA: 0.0min");
    check_line(0, 0, 0.0, "progress: 0/0 dates | Rate: 0.0 dates/sec | ETA: 0.0min");
    check_line(1, 845, 0.0, "progress: 1/845 dates | Rate: 0.0 dates/sec | ETA: unknown");
}

/* What `steps` prints to stderr. */
static const char *captured(void (*steps)(void))
{
    static char text[4096];
    int kept = dup(STDERR_FILENO), ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    steps();
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    assert_int_equal(close(ends[1]), 0);
    ssize_t size = read(ends[0], text, sizeof text - 1);
    assert_true(size >= 0);
    text[size] = '\0';
    (void)close(ends[0]);
    (void)close(kept);
    return text;
}

static int lines_of(const char *text)
{
    int lines = 0;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    return lines;
}

static void run_silently(void)
{
    bf_progress_init(10, 0.0, true);
    for (int i = 1; i <= 10; i++)
        bf_progress_update(i);
    bf_progress_end();
}

static void run_in_a_file(void)
{
    bf_progress_init(3, 0.01, false);
    for (int i = 1; i <= 2; i++) {
        (void)usleep(20000);
        bf_progress_update(i);
        bf_progress_update(i); /* within the interval */
    }
    bf_progress_update(3);
    bf_progress_end();
    bf_progress_update(3); /* after the end */
}

static void run_to_a_line(void)
{
    bf_progress_init(1, 0.01, false);
    (void)usleep(20000);
    bf_progress_update(1);
    bf_progress_end(); /* what it would say was just said */
}

static void run_on_a_terminal(void)
{
    bf_progress_init(2, 5.0, true);
    bf_progress_update(1);
    bf_log(BF_LOG_WARNING, "between");
    bf_progress_update(2);
    bf_progress_end();
    bf_log(BF_LOG_INFO, "after");
}

static void test_when_lines_appear(void **state)
{
    (void)state;
    bf_log_init(0, BF_LOG_INFO);
    assert_string_equal(captured(run_silently), "");
    const char *text = captured(run_in_a_file);
    assert_int_equal(lines_of(text), 3); /* two intervals, one end */
    assert_non_null(strstr(text, "INFO rank=0 progress: 3/3 dates | Rate: "));
    assert_int_equal(lines_of(captured(run_to_a_line)), 1);
}

static void test_bar(void **state)
{
    (void)state;
    const char *text = captured(run_on_a_terminal);
    const char *between = strstr(text, "WARNING rank=0 between\n");
    assert_non_null(between);
    assert_int_equal(strncmp(text, "\r\033[K", 4), 0); /* the line clears the bar */
    const char *bar = strstr(text, "\r[####################] 2/2 dates | Rate: ");
    assert_non_null(bar);
    assert_true(between < bar);
    const char *after = strchr(bar, '\n') + 1;
    assert_true(after[0] != '\r' && strstr(after, "INFO rank=0 after\n") != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_when_lines_appear),
        cmocka_unit_test(test_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
