/* A session kept in a file: only its own upload gets it back, and only its owner reads it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/cloud/kept.h"
#include "tests/support/unit.h"

static char path[64];

static void put(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void a_session_comes_back_to_its_upload(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    char session[BF_KEPT_BYTES];
    struct stat about;
    assert_false(bf_kept_read(session, path, "job_1"));
    assert_int_equal(bf_kept_write(path, "job_1", "https://host/x?upload_id=1", &err), BF_OK);
    assert_true(bf_kept_read(session, path, "job_1"));
    assert_string_equal(session, "https://host/x?upload_id=1");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_false(bf_kept_read(session, path, "job_2"));
    assert_false(bf_kept_read(session, path, "job_"));
    assert_int_equal(bf_kept_write(path, "job_1", NULL, &err), BF_OK);
    assert_false(bf_kept_read(session, path, "job_1"));
    assert_int_equal(bf_kept_write(path, "job_1", NULL, &err), BF_OK); /* there is none */
}

static void what_was_cut_off_is_no_session(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "job_1", "job_1\n", "job_1\n\n",
                                        "job_1\nhttps://host/x"};
    char session[BF_KEPT_BYTES];
    for (size_t i = 0; i < LENGTH(texts); i++) {
        put(texts[i]);
        if (bf_kept_read(session, path, "job_1"))
            fail_msg("'%s' gave '%s'", texts[i], session);
    }
    put("job_1\nx\n");
    assert_true(bf_kept_read(session, path, "job_1"));
}

static void a_place_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_kept_write("/nowhere/x", "job_1", "y", &err), BF_E_OUTPUT);
    assert_non_null(strstr(err.message, "/nowhere/x"));
}

int main(void)
{
    char directory[] = "/tmp/test_kept_XXXXXX";
    if (mkdtemp(directory) == NULL)
        return 1;
    (void)snprintf(path, sizeof path, "%s/session", directory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_comes_back_to_its_upload),
        cmocka_unit_test(what_was_cut_off_is_no_session),
        cmocka_unit_test(a_place_that_cannot_be_written_is_an_error),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)rmdir(directory);
    return failed;
}
