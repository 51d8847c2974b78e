/* The results file (DESIGN §4, docs/results-format.md): defined whole by rank 0, filled by the node
 * leaders, published by rank 0, read by every other command. */
#ifndef BF_IO_RESULTS_H
#define BF_IO_RESULTS_H

#include <mpi.h>

#include "compute/base/date.h"
#include "compute/base/hash.h"
#include "compute/plan/unit.h"
#include "compute/schema/table.h"

enum {
    BF_RESULTS_FORMAT_VERSION = 1,
    BF_RUN_ID_BYTES = 17,
    BF_UNIT_PROCESSORS =
        BF_OUTPUT_failure /* units of a date: the tables before the failures, one each */
};

extern const char *const bf_unit_processor_names[BF_UNIT_PROCESSORS]; /* tdza .. ml */
enum { BF_UNIT_STATUS_COUNT = BF_UNIT_NOT_RUN + 1 };
extern const char
    *const bf_unit_status_names[BF_UNIT_STATUS_COUNT]; /* as in the file: success, ... */

/* What /run says about a run; also what a resumed run must have in common. Texts borrow. */
typedef struct bf_run_facts {
    char run_id[BF_RUN_ID_BYTES]; /* 16 hex digits */
    int64_t run_timestamp_us;     /* the created_at of every row */
    const char *program_version;  /* "0.1.0" */
    const char *options_json;     /* object: option -> value, of all value-changing options */
    const char *inputs_json;      /* array of {season, origin, sha256, rows} */
    const char *context_mode;     /* auto, derived or parity */
    bool synthetic;
    char fingerprint[BF_SHA256_HEX_BYTES];
} bf_run_facts;

/* The shape of the file: exact rows of every (table, date), known before any value is computed. */
typedef struct bf_layout {
    bool written[BF_OUTPUT_COUNT];
    int32_t date_count;
    const bf_day *dates;                   /* ascending */
    const int64_t *rows[BF_OUTPUT_COUNT];  /* [date_count] */
    const int64_t *first[BF_OUTPUT_COUNT]; /* [date_count] prefix sums of rows */
    int64_t total[BF_OUTPUT_COUNT];
    const bf_dictionary *dictionaries; /* [BF_DICT_COUNT] */
} bf_layout;

/* What is known at the end, written by bf_results_publish. */
typedef struct bf_run_outcome {
    const bf_unit *units; /* [unit_count] ascending in (date, processor); the file gets one for each
                           * date and processor, those that are not given as BF_UNIT_NOT_RUN */
    int64_t unit_count;
    const uint8_t (*digests[BF_OUTPUT_COUNT])[BF_SHA256_BYTES]; /* [date_count] by table; NULL if
                                                                   not written */
    const int64_t
        *nulled[BF_OUTPUT_COUNT]; /* [column_count] values nulled because they did not fit */
    const char *sessions_json;    /* array of {start, end, ranks, nodes, hosts, phases: {...}} */
} bf_run_outcome;

/* Local (rank 0). Creates `path` with every dataset at its final size, reserves the space and
 * closes it. BF_E_OUTPUT ("no space left" when the disk is full). */
BF_CHECK_RESULT bf_status bf_results_define(const char *path, const bf_layout *layout,
                                            const bf_run_facts *facts, bf_error *err);

/* Writes rows of a defined file. Opened by the leaders among themselves. */
typedef struct bf_results_writer bf_results_writer;

/* Rows first .. first + rows - 1 of the file lie at memory row `memory_first` of the data given. */
typedef struct bf_slab {
    int64_t first, rows, memory_first;
} bf_slab;

/* Collective over `leaders`. */
BF_CHECK_RESULT bf_status bf_results_writer_open(bf_results_writer **out, const char *path,
                                                 const bf_layout *layout, MPI_Comm leaders,
                                                 bf_error *err);

/* Local. Lets the disk begin with what was written, so that bf_results_sync has less to wait for.
 */
void bf_results_write_behind(bf_results_writer *writer);

/* Collective over `node`; its rank 0 hands in the leader's writer, the others NULL. Where one
 * leader writes alone, all ranks of its node get a writer (docs/adr/0007); else *writer stays NULL.
 */
BF_CHECK_RESULT bf_status bf_results_writer_share(bf_results_writer **writer, const char *path,
                                                  MPI_Comm node, bf_error *err);

/* Collective over the writer's communicator, for every stored column of `columns` (slabs ascending
 * in the file and in memory, not overlapping; none is allowed: the leader then takes part with an
 * empty selection). Keeps the first error and goes on, so that all leaders make the same calls. */
BF_CHECK_RESULT bf_status bf_results_write(bf_results_writer *writer, bf_output table,
                                           const bf_columns *columns, const bf_slab *slabs,
                                           int slab_count, bf_error *err);

/* Collective over the leaders; ranks that share a writer call nothing. Everything written so far is
 * durable when it returns BF_OK. */
BF_CHECK_RESULT bf_status bf_results_sync(bf_results_writer *writer, bf_error *err);

/* Collective. Frees the writer whatever it returns. */
BF_CHECK_RESULT bf_status bf_results_writer_close(bf_results_writer *writer, bf_error *err);

/* Local (rank 0). Writes units, digests and sessions, marks `part` complete, makes it durable,
 * renames it to `path`. May be repeated after a crash at any point in it. */
BF_CHECK_RESULT bf_status bf_results_publish(const char *part, const char *path,
                                             const bf_layout *layout, const bf_run_outcome *outcome,
                                             bf_error *err);

/* Reading. */
typedef struct bf_results bf_results;

/* Local. Refuses (BF_E_INPUT) what is not a complete results file of this format version. */
BF_CHECK_RESULT bf_status bf_results_open(bf_results **out, const char *path, bf_error *err);

/* The same, but what no date's digest covers need not match its checksum (docs/results-format.md);
 * `*sealed` tells whether it does. Only for those who find out what is wrong. */
BF_CHECK_RESULT bf_status bf_results_open_unsealed(bf_results **out, bool *sealed, const char *path,
                                                   bf_error *err);
void bf_results_close(bf_results *results);

const char *bf_results_path(const bf_results *results);              /* borrowed */
const bf_layout *bf_results_layout(const bf_results *results);       /* borrowed */
const bf_run_facts *bf_results_facts(const bf_results *results);     /* borrowed */
const bf_run_outcome *bf_results_outcome(const bf_results *results); /* borrowed */

/* Local. Allocates `out` (bf_columns_free) and reads rows first .. first + rows - 1 of all columns.
 * Codes are within their sets and dictionaries, dates are dates: BF_E_INPUT names table and column
 * otherwise. */
BF_CHECK_RESULT bf_status bf_results_read(bf_columns *out, bf_results *results, bf_output table,
                                          int64_t first, int64_t rows, bf_error *err);

/* Local. Reads whole dates, dates[from] and as many more as take `block_bytes` together, and
 * compares them with their digests: BF_E_INPUT names table and date. `*to` is the date after the
 * last one read; its rows come next. At the end of the dates `*to` is `from` and `out` is empty. */
BF_CHECK_RESULT bf_status bf_results_read_dates(bf_columns *out, int32_t *to, bf_results *results,
                                                bf_output table, int32_t from, size_t block_bytes,
                                                bf_error *err);

/* Digest of a written table, made of those of its dates. */
void bf_results_table_digest(uint8_t out[BF_SHA256_BYTES], bf_results *results, bf_output table);

/* Local. Compares data_hash, which no digest covers, with the fields that it was made of. */
BF_CHECK_RESULT bf_status bf_results_check_hashes(bf_results *results, const bf_columns *columns,
                                                  bf_error *err);

enum { BF_RESULTS_BLOCK_BYTES = 16 << 20 }; /* a good block_bytes */

#endif
