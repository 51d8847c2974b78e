/* Rounding of doubles to scaled integers: the three schemes of the specs, each in one place.
 * A result is value * 10^digits; BF_DECIMAL_NONE when it is NaN, infinite or beyond 2^51. Inline,
 * because a row rounds a dozen values. */
#ifndef BF_BASE_DECIMAL_H
#define BF_BASE_DECIMAL_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define BF_DECIMAL_NONE INT64_MIN

extern const double bf_pow10[19]; /* 10^0 .. 10^18, exact */
extern const int64_t bf_pow10_int[19];

/* Below this, doubles hold halves exactly, so a tie can be seen; false for NaN as for what is
 * larger. */
static inline bool bf_round_has_halves(double scaled)
{
    return fabs(scaled) < 2251799813685248.0; /* 2^51 */
}

/* rint(x * 10^digits): ties of the product to even (spec/zones.md §1.5 R_even; PSZA). */
static inline int64_t bf_round_even(double x, int digits)
{
    double product = x * bf_pow10[digits];
    return bf_round_has_halves(product) ? (int64_t)llrint(product) : BF_DECIMAL_NONE;
}

/* sign(x) * floor(|x| * 10^digits + 0.5) (spec/zones.md §1.5 R_away; TDZA). */
static inline int64_t bf_round_away(double x, int digits)
{
    double shifted = fabs(x) * bf_pow10[digits] + 0.5;
    if (!bf_round_has_halves(shifted))
        return BF_DECIMAL_NONE;
    int64_t magnitude = (int64_t)shifted; /* of what is not negative the floor */
    return x < 0 ? -magnitude : magnitude;
}

/* What printing with %.*f gives: the exact binary value, exact ties to even (spec/players.md §1.3
 * RND; PCF, PDC). Exact because product and remainder (fma) together are the true product; of the
 * magnitude, where product less its floor is exact (-0.49999999999999994 + 1 is not). */
static inline int64_t bf_round_print(double x, int digits)
{
    double product = fabs(x) * bf_pow10[digits];
    if (!bf_round_has_halves(product))
        return BF_DECIMAL_NONE;
    int64_t magnitude = (int64_t)product;
    double from_half = product - (double)magnitude - 0.5; /* exact */
    if (from_half == 0.0) {
        double rest = fma(fabs(x), bf_pow10[digits], -product); /* what rounding the product lost */
        magnitude += rest == 0.0 ? magnitude & 1 : rest > 0.0;
    } else {
        magnitude += from_half > 0.0;
    }
    return x < 0.0 ? -magnitude : magnitude;
}

/* A stored decimal as a double: one division (DESIGN §4, spec README resolution 14). */
static inline double bf_decimal_value(int64_t scaled, int digits)
{
    return (double)scaled / bf_pow10[digits];
}

#endif
