#include "compute/plan/plan.h"

/* Fills ranges up to `limit` each; returns whether `parts` of them hold everything. */
static int fill_ranges(int32_t *begin, const int64_t *cost, int32_t count, int32_t parts,
                       int64_t limit)
{
    int32_t at = 0;
    for (int32_t part = 0; part < parts; part++) {
        int64_t used = 0;
        begin[part] = at;
        while (at < count && used + cost[at] <= limit)
            used += cost[at++];
    }
    begin[parts] = at;
    return at == count;
}

void bf_plan_partition(int32_t *begin, const int64_t *cost, int32_t count, int32_t parts)
{
    int64_t low = 0, high = 0; /* smallest limit that may do; one that does */
    for (int32_t i = 0; i < count; i++) {
        low = cost[i] > low ? cost[i] : low;
        high += cost[i];
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (fill_ranges(begin, cost, count, parts, middle))
            high = middle;
        else
            low = middle + 1;
    }
    (void)fill_ranges(begin, cost, count, parts, high);
}

void bf_plan_share(int32_t *begin, int32_t *end, int32_t count, int32_t part, int32_t parts)
{
    *begin = (int32_t)((int64_t)count * part / parts);
    *end = (int32_t)((int64_t)count * (part + 1) / parts);
}
