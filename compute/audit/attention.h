/* Why results that are complete want a look: the reasons for which a run ends with exit code 1
 * (DESIGN §2). The run asks it of what it counted, validate and report of what the file says. */
#ifndef BF_AUDIT_ATTENTION_H
#define BF_AUDIT_ATTENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "compute/history/history.h"

typedef struct bf_attention {
    int64_t failed;         /* units without rows */
    int64_t to_investigate; /* failure records of class investigate (spec/backfill.md §7.3) */
    int64_t nulled;         /* values that did not fit their column */
    int32_t contaminated_count;
    int32_t contaminated[BF_MAX_SEASONS]; /* ascending: seasons whose input lacks zones (B26) */
} bf_attention;

/* Adds a season that is not there yet. */
void bf_attention_season(bf_attention *attention, int season);

/* Is there a reason? */
bool bf_attention_is_wanted(const bf_attention *attention);

enum { BF_ATTENTION_TEXT_BYTES = 160 };

/* "units without rows 1, records to investigate 1, ..." */
void bf_attention_describe(char out[BF_ATTENTION_TEXT_BYTES], const bf_attention *attention);

#endif
