#include "io/text/out.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "compute/base/fault.h"
#include "tests/support/unit.h"

static char directory[] = "/tmp/test_out_XXXXXX";
static char path[64];

static char *contents(size_t *size)
{
    char *text = calloc(1, 1 << 22);
    gzFile file = gzopen(path, "rb"); /* reads plain files as they are */
    assert_non_null(file);
    *size = (size_t)gzread(file, text, 1 << 22);
    (void)gzclose(file);
    return text;
}

static void writes_plain_and_compressed(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    uint64_t random = 3;
    size_t size = 3000001, found_size;
    char *text = malloc(size);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)('a' + unit_random(&random) % 20);
    for (int gzip = 0; gzip < 2; gzip++) {
        bf_out *out = NULL;
        assert_int_equal(bf_out_create(&out, path, gzip, &err), BF_OK);
        assert_int_equal(bf_out_write(out, text, 1, &err), BF_OK);
        assert_int_equal(bf_out_write(out, text + 1, 0, &err), BF_OK);
        assert_int_equal(bf_out_write(out, text + 1, size - 1, &err), BF_OK);
        assert_int_not_equal(access(path, F_OK), 0); /* no name before it is whole */
        assert_int_equal(bf_out_commit(out, &err), BF_OK);
        char *found = contents(&found_size);
        assert_int_equal(found_size, size);
        assert_memory_equal(found, text, size);
        free(found);
        assert_int_equal(unlink(path), 0);
    }
    free(text);
}

static void nothing_is_a_file_too(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    size_t size;
    for (int gzip = 0; gzip < 2; gzip++) {
        bf_out *out = NULL;
        assert_int_equal(bf_out_create(&out, path, gzip, &err), BF_OK);
        assert_int_equal(bf_out_commit(out, &err), BF_OK);
        free(contents(&size));
        assert_int_equal(size, 0);
        assert_int_equal(unlink(path), 0);
    }
}

static void abandoned_leaves_nothing(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_out *out = NULL;
    assert_int_equal(bf_out_create(&out, path, true, &err), BF_OK);
    assert_int_equal(bf_out_write(out, "text", 4, &err), BF_OK);
    bf_out_abandon(out);
    assert_int_equal(rmdir(directory), 0);
    assert_int_equal(bf_out_create(&out, path, false, &err),
                     BF_E_OUTPUT); /* the directory is gone */
    assert_null(out);
    assert_non_null(strstr(err.message, "No such file"));
    bf_out_abandon(NULL);
    assert_true(mkdtemp(strcpy(directory, "/tmp/test_out_XXXXXX")) != NULL);
    (void)snprintf(path, sizeof path, "%s/rows.csv", directory);
}

static void a_full_disk_and_a_gone_reader(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_out *out = NULL;
    assert_int_equal(bf_out_create(&out, path, false, &err), BF_OK);
    bf_fault_arm(BF_FAULT_WRITE, 1);
    assert_int_equal(bf_out_write(out, "text", 4, &err), BF_E_OUTPUT);
    assert_non_null(strstr(err.message, "no space left"));
    bf_out_abandon(out);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(bf_out_open(&out, ends[1], "the pipe", false, &err), BF_OK);
    assert_int_equal(bf_out_write(out, "text", 4, &err), BF_E_OUTPUT);
    bf_out_abandon(out);
    assert_string_equal(err.message, ""); /* nobody needs to be told */
    (void)close(ends[1]);
}

int main(void)
{
    if (mkdtemp(directory) == NULL)
        return 1;
    (void)snprintf(path, sizeof path, "%s/rows.csv", directory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_plain_and_compressed),
        cmocka_unit_test(nothing_is_a_file_too),
        cmocka_unit_test(abandoned_leaves_nothing),
        cmocka_unit_test(a_full_disk_and_a_gone_reader),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)rmdir(directory);
    return failed;
}
