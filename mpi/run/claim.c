#include "mpi/run/claim.h"

#include "mpi/run/round.h"

enum { LAST_BYTES = 1 << 20 /* rounds do not get smaller than this: a write for each column */ };

static uint64_t pack(int32_t begin, int32_t end)
{
    return (uint64_t)(uint32_t)begin << 32 | (uint32_t)end;
}

static void unpack(uint64_t claim, int32_t *begin, int32_t *end)
{
    *begin = (int32_t)(claim >> 32);
    *end = (int32_t)(claim & UINT32_MAX);
}

void bf_claims_init(bf_claim *claims, const bf_run *run)
{
    for (int k = 0; k < run->topology.size; k++)
        atomic_store(&claims[k], pack(run->range[k], run->range[k + 1]));
}

/* Where a round ends that begins a range. */
static int32_t round_end(const bf_run *run, int64_t most_bytes, int32_t begin, int32_t end)
{
    int64_t bytes = bf_round_date_bytes(run, begin);
    int32_t until = begin + 1;
    for (; until < end; until++) {
        bytes += bf_round_date_bytes(run, until);
        if (bytes > most_bytes || (bytes > LAST_BYTES && until - begin >= end - until))
            break;
    }
    return until;
}

static bool take_own(bf_claim *own, const bf_run *run, int64_t most_bytes, int32_t *begin,
                     int32_t *end)
{
    uint64_t claim = atomic_load(own);
    int32_t until;
    do {
        unpack(claim, begin, end);
        if (*begin == *end)
            return false;
        until = round_end(run, most_bytes, *begin, *end);
    } while (!atomic_compare_exchange_weak(own, &claim, pack(until, *end)));
    *end = until;
    return true;
}

/* Moves the far half of the longest range to `own`, which is empty. */
static bool take_from_others(bf_claim *claims, int ranks, bf_claim *own)
{
    for (;;) {
        int32_t begin, end, longest = 0;
        uint64_t claim = 0;
        bf_claim *from = NULL;
        for (int k = 0; k < ranks; k++) {
            uint64_t seen = atomic_load(&claims[k]);
            unpack(seen, &begin, &end);
            if (end - begin > longest) {
                longest = end - begin;
                claim = seen;
                from = &claims[k];
            }
        }
        if (from == NULL)
            return false;
        unpack(claim, &begin, &end);
        int32_t middle = begin + longest / 2;
        if (atomic_compare_exchange_strong(from, &claim, pack(begin, middle))) {
            atomic_store(own, pack(middle, end));
            return true;
        }
    }
}

bool bf_claims_take(bf_claim *claims, const bf_run *run, int64_t most_bytes, int32_t *begin,
                    int32_t *end)
{
    bf_claim *own = &claims[run->topology.rank];
    while (!take_own(own, run, most_bytes, begin, end)) {
        if (!take_from_others(claims, run->topology.size, own))
            return false;
    }
    return true;
}

int32_t bf_claims_left(bf_claim *claims, const bf_run *run)
{
    int32_t begin, end;
    unpack(atomic_load(&claims[run->topology.rank]), &begin, &end);
    return end - begin;
}
