/* Two versions of the same rows of a table: which differ, and where first. */
#ifndef BF_AUDIT_DIFFERENCE_H
#define BF_AUDIT_DIFFERENCE_H

#include "compute/schema/table.h"

/* Rows first .. first + rows - 1, sorted by key. Borrows. */
typedef struct bf_rows {
    const bf_columns *columns;
    int64_t first, rows;
    const bf_dictionary *dictionaries;
} bf_rows;

typedef struct bf_difference {
    int64_t only_a, only_b, changed; /* rows; changed: in both, with another value */
    int64_t row_a, row_b; /* the first of them by key, from the first row; -1: it is not there */
    int column;           /* the first whose value differs; -1 if the row is only in one */
} bf_difference;

/* Compares all stored columns but data_hash, keys by their texts. Both are rows of one date. */
void bf_difference_of(bf_difference *out, const bf_rows *a, const bf_rows *b);

#endif
