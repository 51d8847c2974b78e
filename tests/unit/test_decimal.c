/* The three rounding schemes: at ties, beside them, and against printf for millions of values. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compute/base/decimal.h"
#include "tests/support/unit.h"

/* What printing with %.*f gives, as a scaled integer. */
static int64_t printed(double x, int digits)
{
    char text[400];
    (void)snprintf(text, sizeof text, "%.*f", digits, x);
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '.')
            *to++ = *from;
    }
    *to = '\0';
    return strtoll(text, NULL, 10);
}

static void check_print(double x, int digits)
{
    int64_t found = bf_round_print(x, digits), expected = printed(x, digits);
    if (found != expected)
        fail_msg("bf_round_print(%a, %d): %lld, printf gives %lld", x, digits, (long long)found,
                 (long long)expected);
}

/* x, both its neighbours, and the same below zero. */
static void check_print_around(double x, int digits)
{
    const double values[] = {x, nextafter(x, -INFINITY), nextafter(x, INFINITY)};
    for (size_t i = 0; i < LENGTH(values); i++) {
        check_print(values[i], digits);
        check_print(-values[i], digits);
    }
}

static void test_print_examples_of_the_specification(void **state)
{
    (void)state;
    assert_int_equal(bf_round_print(1.75, 1), 18);
    assert_int_equal(bf_round_print(0.25, 1), 2);
    assert_int_equal(bf_round_print(1.25, 1), 12);
    assert_int_equal(bf_round_print(0.15, 1), 1);
    assert_int_equal(bf_round_print(0.05, 1), 1);
    assert_int_equal(bf_round_print(-0.04, 1), 0);
}

/* Halves of the last digit: exact in binary (0.125) or only nearly so (0.15). */
static void test_print_at_ties_and_beside_them(void **state)
{
    (void)state;
    for (int digits = 0; digits <= 9; digits++) {
        for (int64_t k = 0; k < 20000; k++)
            check_print_around(((double)k + 0.5) / bf_pow10[digits], digits);
    }
    for (int power = 1; power <= 12; power++) {
        for (int64_t k = 1; k < 5000; k += 2)
            check_print_around((double)k / (double)(INT64_C(1) << power),
                               power > 1 ? power - 1 : 0);
    }
}

static void test_print_of_means_and_shares(void **state)
{
    (void)state;
    for (int games = 1; games <= 82; games++) {
        for (int sum = 0; sum < 3000; sum++) {
            check_print((double)sum / games, 4);
            check_print((double)sum / 10.0 / games, 1);
        }
    }
}

static void test_print_of_random_values(void **state)
{
    (void)state;
    uint64_t seed = 20211019;
    for (int i = 0; i < 2000000; i++) {
        double magnitude = bf_pow10[unit_random(&seed) % 7];
        check_print((unit_random_fraction(&seed) - 0.5) * magnitude,
                    (int)(unit_random(&seed) % 10));
    }
}

static void test_even(void **state)
{
    (void)state;
    assert_int_equal(bf_round_even(0.5, 0), 0);
    assert_int_equal(bf_round_even(1.5, 0), 2);
    assert_int_equal(bf_round_even(2.5, 0), 2);
    assert_int_equal(bf_round_even(-2.5, 0), -2);
    assert_int_equal(bf_round_even(0.125, 2), 12);
    assert_int_equal(bf_round_even(0.375, 2), 38);
    /* The tie is one of the product: 0.15 is below it, 0.15 * 10 is not. */
    assert_int_equal(bf_round_even(0.15, 1), 2);
    assert_int_equal(bf_round_even(0.25, 1), 2);
    assert_int_equal(bf_round_even(nextafter(0.25, 1.0), 1), 3);
    assert_int_equal(bf_round_even(nextafter(0.25, 0.0), 1), 2);
    assert_int_equal(bf_round_even(-0.001, 2), 0);
}

static void test_away(void **state)
{
    (void)state;
    assert_int_equal(bf_round_away(0.5, 0), 1);
    assert_int_equal(bf_round_away(-0.5, 0), -1);
    assert_int_equal(bf_round_away(2.5, 0), 3);
    assert_int_equal(bf_round_away(-2.5, 0), -3);
    assert_int_equal(bf_round_away(0.125, 2), 13);
    assert_int_equal(bf_round_away(-0.125, 2), -13);
    assert_int_equal(bf_round_away(nextafter(0.125, 0.0), 2), 12);
    assert_int_equal(bf_round_away(0.0, 3), 0);
    assert_int_equal(bf_round_away(-0.0004, 3), 0);
}

/* Where all schemes must say the same: further from a tie than the error of a product. */
static void test_schemes_agree_between_ties(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        int64_t whole = (int64_t)(unit_random(&seed) % 2000001) - 1000000;
        double x = ((double)whole + 0.9 * (unit_random_fraction(&seed) - 0.5)) / 1000.0;
        assert_int_equal(bf_round_even(x, 3), whole);
        assert_int_equal(bf_round_away(x, 3), whole);
        assert_int_equal(bf_round_print(x, 3), whole);
    }
}

static void test_what_has_no_decimal(void **state)
{
    (void)state;
    static const double bad[] = {NAN, INFINITY, -INFINITY, DBL_MAX, -DBL_MAX, 4503599627370496.0};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_true(bf_round_even(bad[i], 0) == BF_DECIMAL_NONE);
        assert_true(bf_round_away(bad[i], 0) == BF_DECIMAL_NONE);
        assert_true(bf_round_print(bad[i], 0) == BF_DECIMAL_NONE);
    }
    assert_int_equal(bf_round_print(DBL_MIN, 4), 0);
    assert_int_equal(bf_round_print(-DBL_TRUE_MIN, 9), 0);
}

static void test_reading_back_is_one_division(void **state)
{
    (void)state;
    assert_true(bf_decimal_value(5567, 2) == 55.67);
    for (int64_t scaled = -200000; scaled <= 200000; scaled++) {
        for (int digits = 1; digits <= 4; digits++)
            assert_int_equal(bf_round_print(bf_decimal_value(scaled, digits), digits), scaled);
    }
    for (int digits = 0; digits <= 18; digits++)
        assert_true(bf_pow10[digits] == (double)bf_pow10_int[digits]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_examples_of_the_specification),
        cmocka_unit_test(test_print_at_ties_and_beside_them),
        cmocka_unit_test(test_print_of_means_and_shares),
        cmocka_unit_test(test_print_of_random_values),
        cmocka_unit_test(test_even),
        cmocka_unit_test(test_away),
        cmocka_unit_test(test_schemes_agree_between_ties),
        cmocka_unit_test(test_what_has_no_decimal),
        cmocka_unit_test(test_reading_back_is_one_division),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
