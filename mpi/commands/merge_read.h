/* What results files that are to be merged say of themselves: dates, units, digests, sessions. They
 * are opened one after the other, so that memory grows with the dates alone. */
#ifndef BF_MPI_MERGE_READ_H
#define BF_MPI_MERGE_READ_H

#include <jansson.h>

#include "mpi/run/run.h"

/* A date of the merged file. Rows and digest of a table are 0 where the files do not have it. */
typedef struct bf_piece_date {
    bf_day day;
    int32_t piece, index; /* whose date it is, and which of its dates */
    int64_t rows[BF_OUTPUT_COUNT];
    uint8_t digests[BF_OUTPUT_COUNT][BF_SHA256_BYTES];
    bf_unit units[BF_UNIT_PROCESSORS];
} bf_piece_date;

typedef struct bf_pieces {
    const char *const *paths; /* [count] borrowed */
    int count;
    bf_results *first;    /* stays open: the run borrows its dictionaries */
    bf_options options;   /* those of the run: mode and context are the files' */
    json_t *described;    /* options of the first file, whose texts `options` borrows */
    bf_piece_date *dates; /* [date_count] ascending */
    int32_t date_count;
    size_t capacity;
    int64_t nulled[BF_OUTPUT_COUNT][BF_MAX_COLUMNS]; /* sums */
    json_t *sessions;                                /* of all */
    int64_t run_timestamp_us;                        /* the latest */
    char run_timestamp[BF_TIMESTAMP_TEXT_BYTES];
} bf_pieces;

/* Local. Reads the pieces and makes of `run`, as after its phase select, the run that would write
 * them as one: BF_E_USAGE names what keeps two of them from being of one run. `out`, which
 * bf_pieces_reset frees in any case, lives as long as the run. */
BF_CHECK_RESULT bf_status bf_pieces_read(bf_pieces *out, bf_run *run, const bf_options *options,
                                         bf_error *err);
void bf_pieces_reset(bf_pieces *pieces);

/* Local. Opens a piece once more: *place[d] is where its date d stands among all of them. Owned by
 * the caller. BF_E_INPUT if it is not the file any more that was read. */
BF_CHECK_RESULT bf_status bf_pieces_open(bf_results **out, int32_t **place, const bf_pieces *pieces,
                                         int32_t piece, bf_error *err);

#endif
