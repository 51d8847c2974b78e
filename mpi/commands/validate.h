/* backfill validate: what the parts of the command share. All functions are Local. */
#ifndef BF_MPI_VALIDATE_H
#define BF_MPI_VALIDATE_H

#include "compute/audit/attention.h"
#include "compute/audit/contamination.h"
#include "compute/audit/coverage.h"
#include "compute/audit/integrity.h"
#include "compute/audit/issues.h"
#include "compute/features/processor.h"
#include "io/hdf5/results.h"
#include "io/hdf5/snapshot.h"
#include "mpi/options.h"

/* The snapshot, and what was found with it. */
typedef struct bf_validate_snapshot {
    bf_snapshot *snapshot; /* NULL without one */
    void *block;           /* of the history */
    bf_history history;
    bf_date *date;
    int32_t *map;                           /* bf_expected_map */
    int64_t game_types[BF_GAME_TYPE_COUNT]; /* dates with games of the type */
    int32_t sample_count;
    int32_t *samples;    /* [sample_count] dates of the look-ahead audit, ascending */
    int64_t compared;    /* (date, table) pairs of the audit */
    int64_t differences; /* of them */
} bf_validate_snapshot;

typedef struct bf_validation {
    const bf_options *options;
    bf_results *results;
    bool sealed;          /* what no digest covers is as it was written */
    const char *snapshot; /* directory; NULL: validated without one */
    unsigned processors;  /* bit p: the table of p is in the file */
    bf_hash *hash;
    bf_coverage *coverage;
    bf_contamination contamination;
    bf_integrity integrity;
    bf_attention attention; /* why the run itself ended with exit code 1, if it did */
    bf_issues issues;
    bf_validate_snapshot with;
} bf_validation;

/* What `options` says of a snapshot; NULL if nothing. */
const char *bf_validate_snapshot_of(const bf_options *options);

/* Looks at all of v->results, and at v->snapshot if it is not NULL. `v` has options, results,
 * sealed and snapshot; bf_validate_reset in any case. */
BF_CHECK_RESULT bf_status bf_validate_results(bf_validation *v, bf_error *err);
void bf_validate_reset(bf_validation *v);

/* What was found, as a status with its message: damage BF_E_INPUT, what wants a look
 * BF_E_ATTENTION. */
BF_CHECK_RESULT bf_status bf_validate_conclude(const bf_validation *v, bf_error *err);

/* Opens v->snapshot, if there is one, and loads its history. BF_E_USAGE if it is not the one that
 * the run read. */
BF_CHECK_RESULT bf_status bf_validate_open_snapshot(bf_validation *v, bf_error *err);

/* Who should have what on a date; *out is NULL without a snapshot. */
BF_CHECK_RESULT bf_status bf_validate_expected(const bf_expected **out,
                                               bf_expected room[BF_PROCESSOR_COUNT],
                                               bf_validation *v, bf_day day, bf_error *err);

/* The dates of the file against the game dates of the snapshot; --sample dates computed again. The
 * history is cut on the way: nothing else can be asked of it afterwards. */
BF_CHECK_RESULT bf_status bf_validate_look_ahead(bf_validation *v, bf_error *err);

void bf_validate_close_snapshot(bf_validate_snapshot *with);

/* The report on standard output. */
void bf_validate_print_text(const bf_validation *v);
BF_CHECK_RESULT bf_status bf_validate_print_json(const bf_validation *v, bf_error *err);

#endif
