#include "compute/base/decimal.h"

const double bf_pow10[19] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                             1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
const int64_t bf_pow10_int[19] = {1,
                                  10,
                                  100,
                                  1000,
                                  10000,
                                  100000,
                                  1000000,
                                  10000000,
                                  100000000,
                                  1000000000,
                                  10000000000,
                                  100000000000,
                                  1000000000000,
                                  10000000000000,
                                  100000000000000,
                                  1000000000000000,
                                  10000000000000000,
                                  100000000000000000,
                                  1000000000000000000};

/* Below this, doubles hold halves exactly, so a tie can be seen. */
static const double EXACT_LIMIT = 4503599627370496.0 / 2; /* 2^51 */

static int64_t whole(double rounded)
{
    return fabs(rounded) < EXACT_LIMIT ? (int64_t)rounded : BF_DECIMAL_NONE; /* false for NaN */
}

int64_t bf_round_even(double x, int digits)
{
    return whole(rint(x * bf_pow10[digits]));
}

int64_t bf_round_away(double x, int digits)
{
    double magnitude = floor(fabs(x) * bf_pow10[digits] + 0.5);
    return whole(x < 0 ? -magnitude : magnitude);
}

/* Of the magnitude: there `product - below` is exact, below zero it is not (-0.49999999999999994 + 1). */
static int64_t round_print_magnitude(double x, int digits)
{
    double product = x * bf_pow10[digits];
    if (!(product < EXACT_LIMIT))
        return BF_DECIMAL_NONE;
    double below = floor(product);
    double from_half = product - below - 0.5; /* exact */
    if (from_half == 0.0) {
        double rest = fma(x, bf_pow10[digits], -product); /* what rounding the product lost */
        if (rest == 0.0)
            return (int64_t)rint(product);
        return (int64_t)below + (rest > 0.0 ? 1 : 0);
    }
    return (int64_t)below + (from_half > 0.0 ? 1 : 0);
}

int64_t bf_round_print(double x, int digits)
{
    int64_t magnitude = round_print_magnitude(fabs(x), digits);
    return x < 0.0 && magnitude != BF_DECIMAL_NONE ? -magnitude : magnitude;
}
