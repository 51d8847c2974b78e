/* What a unit test needs: cmocka and the headers that it wants before itself. */
#ifndef BF_TESTS_UNIT_H
#define BF_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Number of elements of an array. */
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Numbers that are the same in every run (xorshift64*). */
static inline uint64_t unit_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* In [0, 1). */
static inline double unit_random_fraction(uint64_t *state)
{
    return (double)(unit_random(state) >> 11) / 9007199254740992.0;
}

#endif
