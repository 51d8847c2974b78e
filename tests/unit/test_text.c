/* The text buffer: numbers as they are spelled in JSON, escaping, the upper bound. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/text.h"
#include "tests/support/unit.h"

enum { LIMIT_BYTES = 4096 };

static void test_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t scaled;
        int digits;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {0, 2, "0.00"},
        {5, 1, "0.5"},
        {-5, 1, "-0.5"},
        {1234, 2, "12.34"},
        {-100, 2, "-1.00"},
        {7, 3, "0.007"},
        {-7, 9, "-0.000000007"},
        {42, 0, "42"},
        {-42, 0, "-42"},
        {INT64_MAX, 0, "9223372036854775807"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MIN, 18, "-9.223372036854775808"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bf_text text = BF_TEXT_INIT(LIMIT_BYTES);
        bf_text_decimal(&text, cases[i].scaled, cases[i].digits);
        assert_string_equal(text.data, cases[i].text);
        bf_text_free(&text);
    }
}

static void check_double(double value, const char *expected)
{
    bf_text text = BF_TEXT_INIT(LIMIT_BYTES);
    bf_text_double(&text, value);
    assert_string_equal(text.data, expected);
    bf_text_free(&text);
}

static void test_doubles(void **state)
{
    (void)state;
    check_double(0.0, "0.0");
    check_double(13.0, "13.0");
    check_double(-2.5, "-2.5");
    check_double(0.1, "0.1");
    check_double(0.1 + 0.2, "0.30000000000000004");
    check_double(1.0 / 3.0, "0.3333333333333333");
    check_double(1e22, "1e+22");
    check_double(123456.0, "123456.0");
}

/* The text reads back as the same double, is at most 17 digits, and no shorter one does that. */
static void test_doubles_read_back(void **state)
{
    (void)state;
    uint64_t seed = 42;
    bf_text text = BF_TEXT_INIT(LIMIT_BYTES), shorter = BF_TEXT_INIT(LIMIT_BYTES);
    for (int i = 0; i < 100000; i++) {
        double value = (unit_random_fraction(&seed) - 0.5) * (i % 2 == 0 ? 1.0 : 1000.0);
        if (i % 3 == 0)
            value = round(value * 10000.0) / 10000.0;
        bf_text_clear(&text);
        bf_text_double(&text, value);
        assert_true(strtod(text.data, NULL) == value);
        for (int precision = 14; precision >= 1; precision--) {
            bf_text_clear(&shorter);
            bf_text_format(&shorter, "%.*g", precision, value);
            if (strtod(shorter.data, NULL) == value)
                assert_true(text.size_bytes <=
                            shorter.size_bytes + 2); /* 2: the ".0" of a whole number */
        }
    }
    bf_text_free(&text);
    bf_text_free(&shorter);
}

static void test_json_strings(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(LIMIT_BYTES);
    bf_text_json_string(&text, "a\"b\\c\n\t\x01 Don\xc4\x8di\xc4\x87 </x>");
    assert_string_equal(text.data,
                        "\"a\\\"b\\\\c\\u000a\\u0009\\u0001 Don\xc4\x8di\xc4\x87 </x>\"");
    bf_text_clear(&text);
    assert_int_equal(text.size_bytes, 0);
    assert_string_equal(text.data, "");
    bf_text_json_string(&text, "");
    assert_string_equal(text.data, "\"\"");
    bf_text_free(&text);
}

static void test_pieces_add_up(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(LIMIT_BYTES);
    bf_error err = BF_ERROR_INIT;
    assert_null(text.data);
    bf_text_string(&text, "rows: ");
    bf_text_integer(&text, -745000);
    bf_text_format(&text, " of %s %02d%%", "all", 7);
    bf_text_append(&text, "\0x", 2);
    assert_int_equal(text.size_bytes, 26);
    assert_memory_equal(text.data, "rows: -745000 of all 07%\0x", 26);
    assert_int_equal(bf_text_status(&text, &err), BF_OK);
    for (int i = 0; i < 500; i++)
        bf_text_string(&text, "abcdef");
    assert_int_equal(text.size_bytes, 26 + 500 * 6);
    bf_text_free(&text);
}

static void test_grouped(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {-7, "-7"},
                 {999, "999"},
                 {1000, "1,000"},
                 {-999, "-999"},
                 {-123456, "-123,456"},
                 {488007, "488,007"},
                 {INT64_MAX, "9,223,372,036,854,775,807"},
                 {INT64_MIN, "-9,223,372,036,854,775,808"}};
    char text[BF_GROUPED_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(bf_grouped(text, cases[i].number), cases[i].text);
}

static void test_the_bound_is_remembered(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(10);
    bf_error err = BF_ERROR_INIT;
    bf_text_string(&text, "123456789");
    assert_int_equal(bf_text_status(&text, &err), BF_OK);
    bf_text_string(&text, "0");
    assert_int_equal(bf_text_status(&text, &err), BF_E_MEMORY);
    assert_string_equal(text.data, "123456789");
    bf_text_string(&text, "");
    bf_text_clear(&text);
    assert_int_equal(bf_text_status(&text, &err), BF_OK);
    bf_text_format(&text, "%s", "0123456789");
    assert_int_equal(bf_text_status(&text, &err), BF_E_MEMORY);
    bf_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals),          cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_doubles_read_back), cmocka_unit_test(test_json_strings),
        cmocka_unit_test(test_pieces_add_up),     cmocka_unit_test(test_the_bound_is_remembered),
        cmocka_unit_test(test_grouped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
