/* A run: its phases open, select, plan, define, fill, publish (DESIGN §1), one file each, and what
 * they hand on to each other. Each phase is Collective over run->world and ends in agreement: all
 * ranks return the same status. */
#ifndef BF_RUN_RUN_H
#define BF_RUN_RUN_H

#include <mpi.h>

#include "compute/audit/attention.h"
#include "compute/features/processor.h"
#include "io/hdf5/results.h"
#include "io/hdf5/snapshot.h"
#include "mpi/log.h"
#include "mpi/options.h"
#include "mpi/run/agree.h"

typedef enum {
#define PHASE(name) BF_PHASE_##name,
#include "mpi/run/phases.def"
#undef PHASE
    BF_PHASE_COUNT
} bf_phase;

const char *bf_phase_name(bf_phase phase);

/* The ranks and their nodes. */
typedef struct bf_topology {
    MPI_Comm world, node, leaders; /* leaders: MPI_COMM_NULL on ranks that lead no node */
    MPI_Comm team;                 /* ranks whose rows are written as one: a node's, of several; on
                                    * the only node each rank is a team (docs/adr/0007) */
    int rank, size;                /* in world */
    int node_rank, node_size;
    int node_index, node_count;
    int team_rank, team_size;
    int32_t *place; /* [size] position of a rank when ranks are ordered node by node */
    char (*hosts)[MPI_MAX_PROCESSOR_NAME]; /* [node_count] names of the nodes; rank 0 */
} bf_topology;

/* Collective. Finds the nodes; BACKFILL_FORCE_NODES=N (a seam for tests) cuts the ranks of one
 * machine into N. It duplicates `comm`, so that a library's messages do not meet ours. */
BF_CHECK_RESULT bf_status bf_topology_init(bf_topology *out, MPI_Comm comm, bf_error *err);
void bf_topology_reset(bf_topology *topology); /* Collective. */

/* Memory that the ranks of a node or a team share; not zeroed. */
typedef struct bf_shared {
    MPI_Win window;
    unsigned char *base;
    size_t size_bytes;
} bf_shared;

/* Collective over `comm`, as the two functions after it. */
BF_CHECK_RESULT bf_status bf_shared_create(bf_shared *out, MPI_Comm comm, size_t size_bytes,
                                           const char *what, bf_error *err);
void bf_shared_free(bf_shared *shared);
/* What any rank wrote before it is seen by all after it. */
void bf_shared_fence(const bf_shared *shared, MPI_Comm comm);

/* Counts of a date: what select finds out. Plain data, sent between ranks. */
typedef struct bf_date_counts {
    int32_t rows[BF_OUTPUT_COUNT];
    int32_t failures[BF_PROCESSOR_COUNT];
    int32_t to_investigate; /* failure records of class investigate (spec/backfill.md §7.3) */
    int8_t status[BF_PROCESSOR_COUNT];
} bf_date_counts;

typedef struct bf_run {
    const bf_options *options;
    bf_topology topology;
    unsigned processors; /* bit p: table of p is written */
    unsigned needed;     /* and those computed for their sake */
    bf_context_mode context_mode;

    /* open */
    bf_shared history_block;
    bf_history history;
    int32_t date_count;
    bf_day *dates;          /* ascending; bootstrap dates included */
    bf_attention attention; /* rank 0: as far as the input gives reasons */
    bf_run_facts facts;
    char *options_json, *inputs_json; /* owned; facts borrows */

    /* select, plan */
    bf_date_counts *counts;          /* [date_count] on all ranks */
    int64_t *rows[BF_OUTPUT_COUNT];  /* [date_count] */
    int64_t *first[BF_OUTPUT_COUNT]; /* [date_count] prefix sums */
    bf_layout layout;
    int32_t *todo; /* [todo_count] dates to compute, indexes into dates; all but the done ones */
    int32_t todo_count;
    int32_t *range; /* [size + 1] the rank at a place begins with todo[range[place]] .. */
    int64_t row_bytes[BF_OUTPUT_COUNT]; /* in the file; 0 for tables that are not written */

    /* define, fill (rank 0 where it says so) */
    char *path, *part_path, *checkpoint_path, *lock_path;
    int lock;       /* rank 0: file descriptor, -1 if not held */
    bool *done;     /* [date_count] durable in the file */
    bf_unit *units; /* rank 0: [date_count * BF_PROCESSOR_COUNT] */
    uint8_t (*digests[BF_OUTPUT_COUNT])[BF_SHA256_BYTES]; /* rank 0: [date_count] */
    int64_t *nulled[BF_OUTPUT_COUNT];                     /* rank 0: [columns] */
    struct bf_fill *fill;      /* made by define, where it is begun (fill.h) */
    char *earlier_sessions;    /* rank 0: JSON of the sessions before, or NULL */
    int64_t reprocess_skipped; /* rank 0: of the dates of this session (B23) */
    int64_t breakers_tripped;  /* the same, of their attempts */
    int merged_files; /* rank 0: whose rows these are (backfill merge); 0 if they were computed */
    bool resumed, nothing_to_do;
    double phase_s[BF_PHASE_COUNT];
    int64_t start_us;
} bf_run;

/* Collective. All phases in their order; stops after plan with --dry-run, and after define if
 * nothing is to do. */
BF_CHECK_RESULT bf_status bf_run_phases(bf_run *run, bf_error *err);

/* Collective. Frees what the phases made and gives the lock back. */
void bf_run_reset(bf_run *run);

BF_CHECK_RESULT bf_status bf_run_open(bf_run *run, bf_error *err);
BF_CHECK_RESULT bf_status bf_run_select(bf_run *run, bf_error *err);
BF_CHECK_RESULT bf_status bf_run_plan(bf_run *run, bf_error *err);

/* Collective. Cuts the dates that are not done into ranges, one a rank: the part of the plan that a
 * resumed run makes again once it knows what is done. */
BF_CHECK_RESULT bf_status bf_run_divide(bf_run *run, bf_error *err);

/* Collective. --dry-run: prints dates by class, exact rows, bytes, memory, disk and the ranges of
 * the ranks, of what an interrupted run has left to do. Changes nothing. */
BF_CHECK_RESULT bf_status bf_run_print_plan(bf_run *run, bf_error *err);

/* Collective. Finds out what is done already, without lock and without changing anything. On rank 0
 * `refusal` is why define would refuse results or checkpoint of another run; "" if it would not. */
BF_CHECK_RESULT bf_status bf_run_preview(bf_run *run, char *refusal, size_t size, bf_error *err);

/* Local. True in daily mode where PDC is written: reprocess_attempts is a table of the run. */
bool bf_run_records_attempts(const bf_run *run);

/* Local. The line that people grep for (spec/backfill.md §8): of a date at debug level, of the run
 * at info level. */
void bf_run_log_reprocess(const bf_run *run, bf_log_level level, int64_t count, int64_t tripped);

BF_CHECK_RESULT bf_status bf_run_define(bf_run *run, bf_error *err);

/* As define, of a run of one rank that computes nothing (backfill merge). */
BF_CHECK_RESULT bf_status bf_run_define_alone(bf_run *run, bf_error *err);

BF_CHECK_RESULT bf_status bf_run_fill(bf_run *run, bf_error *err);
BF_CHECK_RESULT bf_status bf_run_publish(bf_run *run, bf_error *err);

/* Local (rank 0). What the log says at the end; BF_E_ATTENTION if something wants it (exit 1). */
BF_CHECK_RESULT bf_status bf_run_conclude(const bf_run *run, bf_error *err);

/* Local (rank 0). Removes what a killed run may have left beside complete results. */
BF_CHECK_RESULT bf_status bf_run_remove_leftovers(const bf_run *run, bf_error *err);

#endif
