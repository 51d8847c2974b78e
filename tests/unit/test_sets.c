/* The closed sets of texts. */
#include <string.h>

#include "compute/schema/sets.h"
#include "tests/support/unit.h"

static void test_every_text_is_found_as_its_code(void **state)
{
    (void)state;
    for (int s = 0; s < BF_SET_COUNT; s++) {
        bf_set set = (bf_set)s;
        assert_in_range(bf_set_size(set), 1, 127);
        assert_true(strlen(bf_set_name(set)) > 0);
        for (int code = 0; code < bf_set_size(set); code++) {
            const char *text = bf_set_text(set, code);
            assert_int_equal(bf_set_find(set, text, strlen(text)), code); /* also: no text twice */
        }
    }
    assert_int_equal(bf_set_size(BF_SET_NONE), 0);
}

static void test_case_and_other(void **state)
{
    (void)state;
    assert_int_equal(bf_set_find(BF_SET_PLAYER_STATUS, "OUT", 3), BF_PLAYER_STATUS_OUT);
    assert_int_equal(bf_set_find(BF_SET_PLAYER_STATUS, "out of town", 11), BF_PLAYER_STATUS_OTHER);
    assert_int_equal(bf_set_find(BF_SET_ZONE, "Paint", 5), BF_ZONE_PAINT);
    assert_int_equal(bf_set_find(BF_SET_ZONE, "pain", 4), -1);
    assert_int_equal(bf_set_find(BF_SET_ZONE, "", 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_text_is_found_as_its_code),
        cmocka_unit_test(test_case_and_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
