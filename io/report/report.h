/* The report of a results file: one HTML page that needs nothing but itself. Pure formatting of
 * what the audits found (compute/audit) and what the file says of its run. */
#ifndef BF_IO_REPORT_H
#define BF_IO_REPORT_H

#include "compute/audit/attention.h"
#include "compute/audit/contamination.h"
#include "compute/audit/coverage.h"
#include "compute/audit/integrity.h"
#include "compute/audit/issues.h"
#include "compute/base/text.h"
#include "io/hdf5/results.h"

enum { BF_REPORT_BYTES_MAX = 1 << 28 };

/* What a page is made of. Borrows everything. */
typedef struct bf_report {
    const char *name; /* of the results file, without directories */
    const bf_layout *layout;
    const bf_run_facts *facts;
    const bf_run_outcome *outcome;
    uint8_t digests[BF_OUTPUT_COUNT][BF_SHA256_BYTES]; /* of the tables that are written */
    const bf_coverage *coverage;
    const bf_contamination *contamination;
    const bf_integrity *integrity;
    const bf_attention *attention; /* how the run itself ended */
    const bf_issues *issues;
    bool with_snapshot;           /* expectations are those of the snapshot that the run read */
    int32_t look_ahead_dates;     /* computed again from the games before them */
    int64_t look_ahead_different; /* (date, table) pairs that came out otherwise */
} bf_report;

/* Appends the page. The same facts give the same bytes. BF_E_MEMORY. */
BF_CHECK_RESULT bf_status bf_report_page(bf_text *out, const bf_report *report, bf_error *err);

/* Local. May a page be written to `path`? BF_E_USAGE where something lies that is not one of our
 * reports; BF_E_OUTPUT where there is no directory that can be written. */
BF_CHECK_RESULT bf_status bf_report_check_target(const char *path, bf_error *err);

#endif
