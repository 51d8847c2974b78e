/* mend_results FILE: makes an altered results file agree with itself again: data_hash of every row,
 * the digest of every date, the seal. So it looks as a mistaken program would have written it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/schema/digest.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/results_internal.h"

static void require(bool condition, const bf_error *err)
{
    if (condition)
        return;
    fprintf(stderr, "mend_results: %s\n", err->message);
    exit(1);
}

static void write_dataset(hid_t file, const char *name, hid_t type, const void *values)
{
    bf_error err = BF_ERROR_INIT;
    (void)snprintf(err.message, sizeof err.message, "%s: cannot be written", name);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    require(dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0 &&
                H5Dclose(dataset) >= 0,
            &err);
}

/* A table's hashes and digests, computed anew. */
typedef struct mended {
    uint64_t *hashes; /* NULL for a table without data_hash */
    uint8_t (*digests)[BF_SHA256_BYTES];
} mended;

static mended compute(bf_results *results, bf_output table, bf_hash *hash)
{
    const bf_layout *layout = bf_results_layout(results);
    bf_error err = BF_ERROR_INIT;
    bf_columns columns;
    mended it = {0};
    require(bf_results_read(&columns, results, table, 0, layout->total[table], &err) == BF_OK,
            &err);
    require(BF_ALLOC(&it.digests, (size_t)layout->date_count, &err) == BF_OK, &err);
    for (int32_t d = 0; d < layout->date_count; d++)
        bf_digest_rows(it.digests[d], hash, &columns, layout->first[table][d],
                       layout->rows[table][d], layout->dictionaries);
    if (bf_table_find_column(&bf_outputs[table], "data_hash") >= 0) {
        bf_hash_start start;
        bf_row_hash_start(&start, hash, &bf_outputs[table]);
        require(BF_ALLOC(&it.hashes, (size_t)columns.rows, &err) == BF_OK, &err);
        for (int64_t i = 0; i < columns.rows; i++)
            it.hashes[i] = bf_row_hash(&start, &columns, i, layout->dictionaries);
    }
    bf_columns_free(&columns);
    return it;
}

static void store(hid_t file, bf_output table, const mended *it)
{
    char name[BF_RESULTS_NAME_BYTES];
    (void)snprintf(name, sizeof name, "/tables/%s/dates/digest", bf_outputs[table].name);
    write_dataset(file, name, H5T_STD_U8LE, it->digests);
    (void)snprintf(name, sizeof name, "/tables/%s/data_hash", bf_outputs[table].name);
    if (it->hashes != NULL)
        write_dataset(file, name, H5T_STD_U64LE, it->hashes);
}

int main(int argc, char **argv)
{
    bf_error err = BF_ERROR_INIT;
    bf_results *results;
    bf_hash *hash;
    bool sealed;
    mended tables[BF_OUTPUT_COUNT] = {{0}};
    uint8_t seal[BF_SHA256_BYTES];
    if (argc != 2) {
        fputs("usage: mend_results FILE\n", stderr);
        return 2;
    }
    (void)MPI_Init(&argc, &argv);
    bf_h5_quiet();
    require(bf_results_open_unsealed(&results, &sealed, argv[1], &err) == BF_OK, &err);
    require(bf_hash_create(&hash, &err) == BF_OK, &err);
    const bf_layout *layout = bf_results_layout(results);
    bf_run_outcome outcome = *bf_results_outcome(results);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (!layout->written[t])
            continue;
        tables[t] = compute(results, (bf_output)t, hash);
        outcome.digests[t] = (const uint8_t(*)[BF_SHA256_BYTES])tables[t].digests;
    }
    bf_results_seal(seal, hash, layout, &outcome, outcome.sessions_json);
    bf_results_close(results);
    hid_t file = H5Fopen(argv[1], H5F_ACC_RDWR, H5P_DEFAULT);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (tables[t].digests != NULL)
            store(file, (bf_output)t, &tables[t]);
        free(tables[t].hashes);
        free(tables[t].digests);
    }
    write_dataset(file, BF_RESULTS_SEAL, H5T_STD_U8LE, seal);
    (void)H5Fclose(file);
    bf_hash_free(hash);
    (void)MPI_Finalize();
    return 0;
}
