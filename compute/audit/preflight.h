/* Pre-flight: is the input good enough to compute from (spec/backfill.md §6, B18). Questions asked
 * of the history before anything is written. */
#ifndef BF_AUDIT_PREFLIGHT_H
#define BF_AUDIT_PREFLIGHT_H

#include "compute/base/text.h"
#include "compute/history/history.h"

typedef enum { BF_FINDING_NOTE, BF_FINDING_WARNING, BF_FINDING_FATAL } bf_severity;

enum { BF_FINDING_BYTES = 320, BF_MAX_FINDINGS = 64 };

typedef struct bf_finding {
    bf_severity severity;
    char text[BF_FINDING_BYTES]; /* one line */
} bf_finding;

typedef struct bf_preflight {
    int32_t count; /* findings in the order of the checks */
    bf_finding findings[BF_MAX_FINDINGS];
    int32_t fatal;                     /* of them */
    bool contaminated[BF_MAX_SEASONS]; /* by season of the history: of the dates, without zones
                                          (B26) */
} bf_preflight;

/* Checks what the as-of dates `dates` need: their seasons. */
BF_CHECK_RESULT bf_status bf_preflight_check(bf_preflight *out, const bf_history *history,
                                             const bf_day *dates, int32_t date_count,
                                             bf_error *err);

#endif
