/* Are the rows those that were written? Digests, data_hash, dates, the order of keys, and the rows
 * that ML says it was made from. */
#ifndef BF_AUDIT_INTEGRITY_H
#define BF_AUDIT_INTEGRITY_H

#include "compute/audit/audit.h"
#include "compute/audit/issues.h"

typedef struct bf_integrity {
    int64_t digests, rows, hashes; /* that were compared */
} bf_integrity;

/* Compares the date's rows of a table with their digest, their date and each data_hash; marks
 * date->damaged. */
void bf_integrity_check(bf_integrity *sum, bf_audit_date *date, bf_output table, bf_hash *hash,
                        bf_issues *issues);

/* Keys ascend and none is given twice. */
void bf_integrity_check_order(const bf_audit_date *date, bf_output table, bf_issues *issues);

/* The number of rows and the digest that ML's rows keep of each table they were made from. */
void bf_integrity_check_upstream(const bf_audit_date *date, bf_issues *issues);

#endif
