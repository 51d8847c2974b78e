/* backfill digest: what the rows are, in a line a table; equal for any number of ranks. */
#include <stdio.h>

#include "io/hdf5/results.h"
#include "mpi/commands/commands.h"

/* Reads all rows of the table, which compares each date with its digest, and digests those digests.
 */
static bf_status digest_table(uint8_t out[BF_SHA256_BYTES], bf_results *results, bf_output table,
                              bf_error *err)
{
    bf_status st = BF_OK;
    int32_t dates = bf_results_layout(results)->date_count;
    for (int32_t from = 0, to; st == BF_OK && from < dates; from = to) {
        bf_columns columns;
        st =
            bf_results_read_dates(&columns, &to, results, table, from, BF_RESULTS_BLOCK_BYTES, err);
        bf_columns_free(&columns);
    }
    if (st == BF_OK)
        bf_results_table_digest(out, results, table);
    return st;
}

bf_status bf_command_digest(const bf_options *options, bf_error *err)
{
    bf_results *results = NULL;
    BF_TRY(bf_results_open(&results, options->arguments[0], err));
    bf_status st = BF_OK;
    for (int t = 0; t < BF_OUTPUT_COUNT && st == BF_OK; t++) {
        uint8_t digest[BF_SHA256_BYTES];
        char hex[BF_SHA256_HEX_BYTES];
        if (!bf_results_layout(results)->written[t])
            continue;
        st = digest_table(digest, results, (bf_output)t, err);
        bf_hash_hex(hex, digest);
        if (st == BF_OK)
            (void)printf("%s %s\n", bf_outputs[t].name, hex);
    }
    bf_results_close(results);
    return st;
}
