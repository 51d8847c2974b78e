/* Dates to ranks: the plan of a run, from exact row counts. */
#ifndef BF_PLAN_PLAN_H
#define BF_PLAN_PLAN_H

#include <stdint.h>

/* Cuts `count` items with costs of 0 or more into `parts` contiguous ranges whose largest cost is
 * as small as possible: range p is begin[p] .. begin[p + 1] - 1. There may be more parts than
 * items; ranges are then empty. */
void bf_plan_partition(int32_t *begin, const int64_t *cost, int32_t count, int32_t parts);

/* Even share `part` of `count` items: begin .. end - 1. */
void bf_plan_share(int32_t *begin, int32_t *end, int32_t count, int32_t part, int32_t parts);

#endif
