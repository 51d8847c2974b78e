/* Import on several ranks: each parses some of the files, rank 0 puts them together. */
#ifndef BF_MPI_IMPORT_GATHER_H
#define BF_MPI_IMPORT_GATHER_H

#include <mpi.h>

#include "compute/history/raw.h"
#include "io/text/exports.h"

/* All input tables, with the texts of their keys. */
typedef struct bf_raw_tables {
    bf_raw raw[BF_INPUT_COUNT];
    bf_intern *texts;
    bf_unused unused[BF_INPUT_COUNT]; /* columns of the source that the tables do not have */
} bf_raw_tables;

BF_CHECK_RESULT bf_status bf_raw_tables_init(bf_raw_tables *tables, bf_error *err);
void bf_raw_tables_reset(bf_raw_tables *tables);

/* Collective. Rows that the ranks read of their files, in file order, into `tables` of rank 0;
 * those of the other ranks are emptied on the way. */
BF_CHECK_RESULT bf_status bf_raw_tables_gather(bf_raw_tables *tables, const bf_exports *exports,
                                               MPI_Comm comm, bf_error *err);

#endif
