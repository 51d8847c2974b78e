/* Each reason makes a run want a look; seasons are told once, in their order. */
#include "compute/audit/attention.h"
#include "tests/support/unit.h"

static void test_each_reason(void **state)
{
    (void)state;
    static const struct {
        bf_attention attention;
        const char *text;
    } cases[] = {{{.failed = 1},
                  "units without rows 1, records to investigate 0, nulled values 0, "
                  "contaminated seasons 0"},
                 {{.to_investigate = 2},
                  "units without rows 0, records to investigate 2, nulled values 0, "
                  "contaminated seasons 0"},
                 {{.nulled = INT64_MAX},
                  "units without rows 0, records to investigate 0, nulled values "
                  "9223372036854775807, contaminated seasons 0"},
                 {{.contaminated_count = 4},
                  "units without rows 0, records to investigate 0, nulled values "
                  "0, contaminated seasons 4"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[BF_ATTENTION_TEXT_BYTES];
        assert_true(bf_attention_is_wanted(&cases[i].attention));
        bf_attention_describe(text, &cases[i].attention);
        assert_string_equal(text, cases[i].text);
    }
    assert_false(bf_attention_is_wanted(&(bf_attention){0}));
}

static void test_seasons(void **state)
{
    (void)state;
    bf_attention attention = {0};
    static const int seasons[] = {2023, 2021, 2023, 2022, 2021, 2024};
    for (size_t i = 0; i < sizeof seasons / sizeof *seasons; i++)
        bf_attention_season(&attention, seasons[i]);
    assert_int_equal(attention.contaminated_count, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(attention.contaminated[i], 2021 + i);
    for (int season = 1900; season < 2100; season++)
        bf_attention_season(&attention, season);
    assert_int_equal(attention.contaminated_count, BF_MAX_SEASONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_reason),
        cmocka_unit_test(test_seasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
