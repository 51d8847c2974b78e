/* How a column of an output table is described in the results file: CF attributes from its
 * descriptor. */
#ifndef BF_IO_RESULTS_COLUMNS_H
#define BF_IO_RESULTS_COLUMNS_H

#include "io/hdf5/cf.h"
#include "io/hdf5/results.h"

typedef union bf_fill {
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint64_t u64;
    double f64;
} bf_fill;

/* What the dataset of a column holds. */
typedef struct bf_column_form {
    bf_type type;
    bool constant; /* every element is `fill`; else the values are stored */
    bool missing;  /* null is `null_value` */
    bf_fill fill, null_value;
    const char *only_text; /* the one text of a constant */
} bf_column_form;

bf_column_form bf_column_form_of(const bf_column *column, const bf_run_facts *facts);

void bf_column_describe(bf_cf *cf, hid_t dataset, const bf_column *column,
                        const bf_column_form *form);

/* flag_values 0 .. count - 1 (flag_masks if `masks`) and flag_meanings; flag_texts where the texts
 * have spaces, which flag_meanings cannot hold. */
void bf_column_flags(bf_cf *cf, hid_t dataset, bf_type type, bool masks, int count,
                     const char *const *texts);

#endif
