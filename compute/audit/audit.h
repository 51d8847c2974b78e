/* What the audits of finished tables look at: the rows of one date, all tables together. */
#ifndef BF_AUDIT_AUDIT_H
#define BF_AUDIT_AUDIT_H

#include "compute/base/hash.h"
#include "compute/plan/unit.h"
#include "compute/schema/table.h"

/* Borrows everything. */
typedef struct bf_audit_date {
    int32_t index; /* of the date in the file */
    bf_day day;
    const bf_dictionary *dictionaries;
    const bf_unit *units;                       /* [processors] */
    const bf_columns *columns[BF_OUTPUT_COUNT]; /* NULL: the file lacks the table, or the rows could
                                                 * not be read */
    int64_t first[BF_OUTPUT_COUNT];             /* row of `columns` with the date's first */
    int64_t rows[BF_OUTPUT_COUNT];              /* of the date */
    const uint8_t *digests[BF_OUTPUT_COUNT];    /* as the run wrote them; NULL as `columns` */
    const int64_t *nulled[BF_OUTPUT_COUNT];     /* [columns] values nulled in the whole run */
    bool written[BF_OUTPUT_COUNT];              /* the file has the table */
    bool damaged[BF_OUTPUT_COUNT];              /* these rows are not those that were written */
} bf_audit_date;

/* True if the rows of a table can be looked at. */
static inline bool bf_audit_has(const bf_audit_date *date, bf_output table)
{
    return date->columns[table] != NULL && !date->damaged[table];
}

/* Integer, code or mask in row `i` of the date. */
static inline int64_t bf_audit_integer(const bf_audit_date *date, bf_output table, int column,
                                       int64_t i)
{
    const bf_columns *columns = date->columns[table];
    return bf_column_integer(&columns->schema->columns[column], columns->data[column],
                             date->first[table] + i);
}

static inline bool bf_audit_is_null(const bf_audit_date *date, bf_output table, int column,
                                    int64_t i)
{
    const bf_columns *columns = date->columns[table];
    return bf_column_is_null(&columns->schema->columns[column], columns->data[column],
                             date->first[table] + i);
}

#endif
