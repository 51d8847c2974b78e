/* Differences between two tables: rows matched by key, cells compared by kind of column. */
#ifndef BF_AUDIT_COMPARE_H
#define BF_AUDIT_COMPARE_H

#include "compute/base/memory.h"
#include "compute/schema/table.h"

/* Rows of one date of a table, of one of the two sides. */
typedef struct bf_compare_side {
    const bf_columns *columns;
    const bf_dictionary *dictionaries;
} bf_compare_side;

/* Differences so far, of one table over its dates. */
typedef struct bf_comparison {
    const bf_table_schema *schema;
    /* Decimals may be one unit of the last stored digit apart, doubles 1e-9 of their size. Hashes,
     * which follow any such difference, are then not compared. */
    bool tolerant;
    int64_t matched;               /* rows on both sides */
    int64_t alone[2];              /* rows on one side only */
    int64_t cells[BF_MAX_COLUMNS]; /* differing ones by column */
} bf_comparison;

/* Called for each difference: `column` of rows a and b, or -1 and the row of the side that has it
 * alone (the other is -1). */
typedef void bf_compare_report(void *context, int column, int64_t row_a, int64_t row_b);

/* Adds the differences of one date. `scratch` is for use during the call. */
BF_CHECK_RESULT bf_status bf_compare_date(bf_comparison *out, const bf_compare_side sides[2],
                                          bf_compare_report *report, void *context,
                                          bf_arena *scratch, bf_error *err);

/* Differing cells and rows together. */
int64_t bf_comparison_total(const bf_comparison *comparison);

/* Columns that tell the rows of a date apart: the processor where there is one, and the table's
 * key. Returns how many, at most two. */
int bf_table_identity(int out[2], const bf_table_schema *schema);

#endif
