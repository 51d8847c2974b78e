#include "compute/synth/random.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void bf_random_init(bf_random *out, uint64_t seed, uint64_t stream)
{
    uint64_t state = stream;
    state = splitmix(&state) ^ seed; /* neighbouring streams start far apart */
    for (int i = 0; i < 4; i++)
        out->state[i] = splitmix(&state);
}

double bf_random_normal(bf_random *random)
{
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t bits = bf_random_next(random);
        for (int k = 0; k < 4; k++)
            sum += (int64_t)(bits >> (16 * k) & 0xffff);
    }
    return (double)(sum - 6 * 0xffff) / 65536.0;
}

void bf_random_permutation(bf_random *random, int *out, int n)
{
    for (int i = 0; i < n; i++) {
        int at = bf_random_below(random, i + 1);
        out[i] = out[at];
        out[at] = i;
    }
}
