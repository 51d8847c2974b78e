#include "compute/audit/attention.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void bf_attention_season(bf_attention *attention, int season)
{
    int32_t *seasons = attention->contaminated, count = attention->contaminated_count, at = 0;
    while (at < count && seasons[at] < season)
        at++;
    if (count == BF_MAX_SEASONS || (at < count && seasons[at] == season))
        return;
    memmove(seasons + at + 1, seasons + at, (size_t)(count - at) * sizeof *seasons);
    seasons[at] = season;
    attention->contaminated_count++;
}

bool bf_attention_is_wanted(const bf_attention *attention)
{
    return attention->failed > 0 || attention->to_investigate > 0 || attention->nulled > 0 ||
           attention->contaminated_count > 0;
}

void bf_attention_describe(char out[BF_ATTENTION_TEXT_BYTES], const bf_attention *attention)
{
    (void)snprintf(out, BF_ATTENTION_TEXT_BYTES,
                   "units without rows %" PRId64 ", records to investigate %" PRId64
                   ", nulled values %" PRId64 ", contaminated seasons %" PRId32,
                   attention->failed, attention->to_investigate, attention->nulled,
                   attention->contaminated_count);
}
