/* What a processor is: `select` says who gets a row and who a failure record instead; `compute`
 * makes the rows of those selected (facts, then values). One file each, in the order of
 * processors.def. A processor reads the history before the date, the date's listing, and rows of
 * earlier processors of the same date. */
#ifndef BF_FEATURES_PROCESSOR_H
#define BF_FEATURES_PROCESSOR_H

#include "compute/base/memory.h"
#include "compute/features/date.h"

typedef struct bf_processor {
    const char *short_name; /* tdza */
    const char *class_name; /* processor_name of failure records */
    bf_output table;
    unsigned reads; /* bit p: reads rows of processor p of the same date */

    /* Fills *out: entities that get a row, ascending, and failure records. Looks at facts of input
     * rows and counts of games only, so that it is exact before any value is computed. Not called
     * on bootstrap dates and dates without games. */
    bf_status (*select)(bf_selection *out, bf_date *date, bf_error *err);

    /* Makes a row for each selected entity in date->rows[processor]. */
    bf_status (*compute)(bf_date *date, bf_error *err);

    /* data_hash of each row, and the rows into columns. */
    void (*hash)(void *rows, int64_t count, const bf_dictionary *dictionaries,
                 const bf_hash_start *start);
    void (*store)(bf_columns *out, int64_t first, const void *rows, int64_t count);
    size_t row_bytes;
} bf_processor;

extern const bf_processor bf_processors[BF_PROCESSOR_COUNT];

/* Processor by short or class name, also MLFS for ml (spec/backfill.md B1); -1 if there is none. */
int bf_processor_find(const char *name, size_t size);

/* A list "tdza,pcf" as a bit each; all for NULL. BF_E_USAGE for a name that is none. */
BF_CHECK_RESULT bf_status bf_processors_parse(unsigned *out, const char *list, bf_error *err);

#define PROCESSOR(short_name, ...)                                                                 \
    BF_CHECK_RESULT bf_status bf_##short_name##_select(bf_selection *out, bf_date *date,           \
                                                       bf_error *err);                             \
    BF_CHECK_RESULT bf_status bf_##short_name##_compute(bf_date *date, bf_error *err);
#include "compute/features/processors.def"
#undef PROCESSOR

#endif
