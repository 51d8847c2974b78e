/* Rounding of doubles to scaled integers: the three schemes of the specs, each in one place.
 * A result is value * 10^digits; BF_DECIMAL_NONE when the value is NaN, infinite or beyond 2^52. */
#ifndef BF_BASE_DECIMAL_H
#define BF_BASE_DECIMAL_H

#include <math.h>
#include <stdint.h>

#define BF_DECIMAL_NONE INT64_MIN

extern const double bf_pow10[19];       /* 10^0 .. 10^18, exact */
extern const int64_t bf_pow10_int[19];

/* rint(x * 10^digits): ties of the product to even (spec/zones.md §1.5 R_even; PSZA). */
int64_t bf_round_even(double x, int digits);

/* sign(x) * floor(|x| * 10^digits + 0.5) (spec/zones.md §1.5 R_away; TDZA). */
int64_t bf_round_away(double x, int digits);

/* What printing with %.*f gives: the exact binary value, exact ties to even (spec/players.md §1.3
 * RND; PCF, PDC). Exact because product and remainder (fma) together are the true product. */
int64_t bf_round_print(double x, int digits);

/* A stored decimal as a double: one division (DESIGN §4, spec README resolution 14). */
static inline double bf_decimal_value(int64_t scaled, int digits)
{
    return (double)scaled / bf_pow10[digits];
}

#endif
