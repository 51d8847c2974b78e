/* backfill digest: what the rows are, in a line a table; equal for any number of ranks. */
#include <stdio.h>

#include "compute/schema/digest.h"
#include "io/hdf5/results.h"
#include "mpi/commands/commands.h"

/* Reads all rows of the table, which compares each date with its digest, and digests those digests.
 */
static bf_status digest_table(uint8_t out[BF_SHA256_BYTES], bf_results *results, bf_output table,
                              bf_error *err)
{
    const bf_layout *layout = bf_results_layout(results);
    bf_hash *hash = NULL;
    bf_status st = BF_OK;
    for (int32_t from = 0, to; st == BF_OK && from < layout->date_count; from = to) {
        bf_columns columns;
        st =
            bf_results_read_dates(&columns, &to, results, table, from, BF_RESULTS_BLOCK_BYTES, err);
        bf_columns_free(&columns);
    }
    if (st == BF_OK)
        st = bf_hash_create(&hash, err);
    if (st != BF_OK)
        return st;
    bf_table_digest_begin(hash);
    for (int32_t d = 0; d < layout->date_count; d++) {
        if (layout->rows[table][d] > 0)
            bf_table_digest_date(hash, layout->dates[d],
                                 bf_results_outcome(results)->digests[table][d]);
    }
    bf_table_digest_end(hash, out);
    bf_hash_free(hash);
    return BF_OK;
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
