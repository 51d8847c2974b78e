/* Status codes (the contract with scripts) and error messages. */
#include <string.h>

#include "compute/base/error.h"
#include "tests/support/unit.h"

static void test_exit_codes(void **state)
{
    (void)state;
    static const struct {
        bf_status status;
        int exit_code;
    } contract[] = {
        {BF_OK, 0},        {BF_E_ATTENTION, 1}, {BF_E_USAGE, 2},        {BF_E_INPUT, 3},
        {BF_E_OUTPUT, 4},  {BF_E_UPLOAD, 5},    {BF_E_UPLOAD_AGAIN, 5}, {BF_E_STOPPED, 6},
        {BF_E_MEMORY, 70}, {BF_E_INTERNAL, 70}};
    assert_int_equal(LENGTH(contract), BF_STATUS_COUNT);
    for (size_t i = 0; i < LENGTH(contract); i++)
        assert_int_equal(bf_status_exit_code(contract[i].status), contract[i].exit_code);
}

/* spec/backfill.md §4.3: 70, 4, 5, 3, 6, 1. */
static void test_the_worst_status_wins(void **state)
{
    (void)state;
    static const bf_status ascending[] = {BF_OK,       BF_E_ATTENTION, BF_E_STOPPED, BF_E_INPUT,
                                          BF_E_UPLOAD, BF_E_OUTPUT,    BF_E_INTERNAL};
    for (size_t a = 0; a < LENGTH(ascending); a++) {
        for (size_t b = 0; b < LENGTH(ascending); b++)
            assert_int_equal(bf_status_worst(ascending[a], ascending[b]), ascending[a > b ? a : b]);
    }
}

static void test_names(void **state)
{
    (void)state;
    for (int status = 0; status < BF_STATUS_COUNT; status++) {
        assert_int_equal(strncmp(bf_status_symbol((bf_status)status), "BF_", 3), 0);
        assert_true(strlen(bf_status_text((bf_status)status)) > 0);
        assert_int_equal(bf_status_is_transient((bf_status)status), status == BF_E_UPLOAD_AGAIN);
    }
}

static void test_messages(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_error_set(&err, BF_E_INPUT, "column %s: expected %d", "points", 3),
                     BF_E_INPUT);
    assert_int_equal(err.status, BF_E_INPUT);
    bf_error_prefix(&err, "snapshot %s", "2021.h5");
    assert_string_equal(err.message, "snapshot 2021.h5: column points: expected 3");
    assert_int_equal(bf_error_set(NULL, BF_E_OUTPUT, "x"), BF_E_OUTPUT);
    bf_error_prefix(NULL, "x");
}

static void test_long_messages_are_cut(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    char text[2 * BF_ERROR_MESSAGE_BYTES];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)bf_error_set(&err, BF_E_INPUT, "%s", text);
    assert_int_equal(strlen(err.message), BF_ERROR_MESSAGE_BYTES - 1);
    bf_error_prefix(&err, "where");
    assert_int_equal(strlen(err.message), BF_ERROR_MESSAGE_BYTES - 1);
    assert_int_equal(strncmp(err.message, "where: xxx", 10), 0);
    bf_error_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.message), BF_ERROR_MESSAGE_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_the_worst_status_wins),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_long_messages_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
