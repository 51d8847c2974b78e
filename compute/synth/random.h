/* The made-up league's own generator: xoshiro256** seeded by splitmix64 (Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators", 2021; both in the public domain). The C
 * library's generators differ between machines; this one, and everything drawn with it, does not:
 * integers, and doubles made by additions and multiplications that IEEE 754 defines to the last
 * bit.
 *
 * A draw changes the generator, so two draws never stand in one expression: C does not say which of
 * them would come first. */
#ifndef BF_SYNTH_RANDOM_H
#define BF_SYNTH_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct bf_random {
    uint64_t state[4];
} bf_random;

/* Streams of one seed are independent of each other. */
void bf_random_init(bf_random *out, uint64_t seed, uint64_t stream);

static inline uint64_t bf_random_rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static inline uint64_t bf_random_next(bf_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = bf_random_rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = bf_random_rotate(s[3], 45);
    return result;
}

/* 0 .. n - 1, n > 0; uneven by less than n / 2^32. */
static inline int bf_random_below(bf_random *random, int n)
{
    return (int)(((bf_random_next(random) >> 32) * (uint64_t)n) >> 32);
}

/* At least 0, below 1, in steps of 2^-53. */
static inline double bf_random_uniform(bf_random *random)
{
    return (double)(bf_random_next(random) >> 11) * 0x1p-53;
}

static inline bool bf_random_chance(bf_random *random, double probability)
{
    return bf_random_uniform(random) < probability;
}

/* Mean 0, standard deviation 1, within -6 .. 6: the sum of twelve uniform numbers. */
double bf_random_normal(bf_random *random);

/* Puts 0 .. n - 1 into `out` in random order. */
void bf_random_permutation(bf_random *random, int *out, int n);

#endif
