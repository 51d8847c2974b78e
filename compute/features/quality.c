#include "compute/features/quality.h"

#include "compute/schema/column.h"

enum { FEATURES = BF_FEATURE_COUNT };

static const int32_t weights[BF_LABEL_COUNT] = {100, 75, 100, 40}; /* §3.1 */

const char *bf_label_name(bf_label label)
{
    static const char *const names[BF_LABEL_COUNT] = {"phase4", "phase3", "calculated", "default"};
    return names[label];
}

static int32_t label_count(const bf_quality *quality)
{
    int32_t count = 0;
    for (int l = 0; l < BF_LABEL_COUNT; l++)
        count += quality->labels[l];
    return count;
}

int32_t bf_quality_score(const bf_quality *quality)
{
    int32_t count = label_count(quality);
    if (count == 0)
        return 0;
    int32_t sum = (FEATURES - count) * weights[BF_LABEL_DEFAULT];
    for (int l = 0; l < BF_LABEL_COUNT; l++)
        sum += quality->labels[l] * weights[l];
    return 100 / FEATURES * sum; /* 100 * sum / 25: exact */
}

int8_t bf_quality_tier(int32_t score)
{
    static const int32_t at_least[] = {9500, 7500, 5000,
                                       2500}; /* gold, silver, bronze, poor (§3.2) */
    int8_t tier = BF_QUALITY_TIER_GOLD;
    while (tier < BF_QUALITY_TIER_UNUSABLE && score < at_least[tier])
        tier++;
    return tier;
}

int8_t bf_quality_data_source(const bf_quality *quality)
{
    int32_t count = label_count(quality);
    int32_t phase4 = quality->labels[BF_LABEL_PHASE4], phase3 = quality->labels[BF_LABEL_PHASE3];
    if (count == 0)
        return BF_NULL_I8;
    if (10 * phase4 >= 9 * count) /* share of 0.90 or more */
        return BF_DATA_SOURCE_PHASE4;
    if (2 * phase4 >= count) /* 0.50 */
        return BF_DATA_SOURCE_PHASE4_PARTIAL;
    return 2 * phase3 >= count ? BF_DATA_SOURCE_PHASE3 : BF_DATA_SOURCE_MIXED;
}
