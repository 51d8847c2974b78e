/* Quality of a feature vector by where its features came from (spec/ml_features.md §3.1 to §3.3).
 */
#ifndef BF_FEATURES_QUALITY_H
#define BF_FEATURES_QUALITY_H

#include <stdint.h>

typedef enum {
    BF_LABEL_PHASE4,     /* a value of an upstream table */
    BF_LABEL_PHASE3,     /* a value of the history, or of the context */
    BF_LABEL_CALCULATED, /* a formula of §2.2 */
    BF_LABEL_DEFAULT,    /* a constant */
    BF_LABEL_COUNT
} bf_label;

const char *bf_label_name(bf_label label); /* phase4, phase3, calculated, default */

/* Number of features with each label. */
typedef struct bf_quality {
    int32_t labels[BF_LABEL_COUNT];
} bf_quality;

int32_t bf_quality_score(
    const bf_quality *quality);        /* hundredths; a feature without a label counts as default */
int8_t bf_quality_tier(int32_t score); /* BF_QUALITY_TIER_* */
int8_t
bf_quality_data_source(const bf_quality *quality); /* BF_DATA_SOURCE_*; null without a label */

#endif
