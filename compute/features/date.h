/* The work of one as-of date: selections, rows and failure records of all processors, in scratch
 * memory that is reused from date to date. */
#ifndef BF_FEATURES_DATE_H
#define BF_FEATURES_DATE_H

#include "compute/base/decimal.h"
#include "compute/base/hash.h"
#include "compute/base/memory.h"
#include "compute/history/history.h"
#include "compute/history/window.h"
#include "compute/plan/unit.h"
#include "compute/schema/rows.h"

typedef enum {
#define PROCESSOR(short_name, ...) BF_PROCESSOR_##short_name,
#include "compute/features/processors.def"
#undef PROCESSOR
    BF_PROCESSOR_COUNT
} bf_processor_id;

/* Where the rows of the player context come from (spec/context.md §1). */
typedef enum {
    BF_CONTEXT_AUTO,    /* the context table as it is, on dates that it covers; else derived */
    BF_CONTEXT_DERIVED, /* from the history */
    BF_CONTEXT_PARITY   /* the reference's stand-in */
} bf_context_mode;

/* Who gets a row of a processor, and who a record instead. In the date's arena. */
typedef struct bf_selection {
    bf_unit_status status;
    int32_t *entities; /* [count] codes of players or teams, ascending */
    bf_window *
        windows; /* [count] the games that select looked at, for the facts; NULL if it keeps none */
    int64_t count;
    bf_failure_row *failures; /* [failure_count] ascending in entity */
    int64_t failure_count;
} bf_selection;

typedef struct bf_date {
    const bf_history *history;    /* borrowed */
    bf_context_mode context_mode; /* as asked for; what a date used is in its context */
    bf_day day;
    bf_unit_status status; /* BF_UNIT_SUCCESS: a date to compute; or why not */
    bf_arena arena;        /* scratch of the date */
    bf_hash *hash;
    bf_hash_start row_hash_start[BF_OUTPUT_COUNT];
    bf_selection selections[BF_PROCESSOR_COUNT];
    void *rows[BF_PROCESSOR_COUNT];                    /* bf_<short>_row, one a selected entity */
    uint8_t digests[BF_OUTPUT_COUNT][BF_SHA256_BYTES]; /* of the tables stored so far */
    struct bf_context *context; /* of the date, NULL until it is asked for: context.h */
    int64_t reprocess_skipped;  /* rows of PDC that daily mode would record as attempts (B23) */
    int64_t attempts_at_us;     /* daily mode: when attempts are recorded, the run's timestamp; else
                                 * BF_NULL_I64 */
    bf_reprocess_row *attempts; /* [attempt_count] daily mode, ascending in entity: reprocess.h */
    int64_t attempt_count;
    int64_t *nulled[BF_OUTPUT_COUNT]; /* [columns] values that did not fit, summed over all dates */
} bf_date;

BF_CHECK_RESULT bf_status bf_date_create(bf_date **out, const bf_history *history,
                                         bf_context_mode context_mode, bf_error *err);
void bf_date_free(bf_date *date);

/* Starts an as-of date; what was there of the last one is gone. */
void bf_date_begin(bf_date *date, bf_day day);

/* Selects for a processor: sets date->selections[processor]. */
BF_CHECK_RESULT bf_status bf_date_select(bf_date *date, bf_processor_id processor, bf_error *err);

/* Computes a processor's rows (it and what it reads have been selected, what it reads has been
 * computed) and stores them at row `first` of `out`; sets the table's digest of the date. */
BF_CHECK_RESULT bf_status bf_date_compute(bf_date *date, bf_processor_id processor, bf_columns *out,
                                          int64_t first, bf_error *err);

/* Row of an entity (player or team) among the date's rows of a processor, NULL if it has none. */
const void *bf_date_row(const bf_date *date, bf_processor_id processor, int32_t entity);

/* The same with its type: bf_tdza_find, bf_psza_find, ... So a processor reads another one's table
 * of the date, not its code. */
#define PROCESSOR(short_name, ...)                                                                 \
    static inline const bf_##short_name##_row *bf_##short_name##_find(const bf_date *date,         \
                                                                      int32_t entity)              \
    {                                                                                              \
        return bf_date_row(date, BF_PROCESSOR_##short_name, entity);                               \
    }
#include "compute/features/processors.def"
#undef PROCESSOR

/* Stores the failure records of the processors in `processors` (a bit each), in the order processor
 * name, entity; sets the digest. */
void bf_date_store_failures(bf_date *date, unsigned processors, bf_columns *out, int64_t first);

/* `processors` and all whose rows they read, directly or not. */
unsigned bf_processors_needed(unsigned processors);

/* For select functions: allocate for at most `entities` rows and records, add, or fail the whole
 * date. */
BF_CHECK_RESULT bf_status bf_selection_init(bf_selection *out, bf_date *date, int64_t entities,
                                            bf_error *err);
void bf_selection_add(bf_selection *selection, int32_t entity);
void bf_selection_fail(bf_selection *selection, const bf_date *date, int32_t failure_entity,
                       int8_t category, int8_t reason, bool can_retry, int8_t expected,
                       int8_t actual);
void bf_selection_fail_date(bf_selection *selection, const bf_date *date, int8_t reason);

/* A rounded value as a NUMERIC column stores it: null, and counted, if it is none or has too many
 * digits (DESIGN §4, resolution 15). */
static inline int32_t bf_fit(int64_t scaled, const bf_column *column, int64_t *nulled)
{
    if (scaled == BF_DECIMAL_NONE || scaled < column->low || scaled > column->high) {
        ++*nulled;
        return BF_NULL_I32;
    }
    return (int32_t)scaled;
}

static inline int64_t bf_fit_64(int64_t scaled, const bf_column *column, int64_t *nulled)
{
    if (scaled == BF_DECIMAL_NONE || scaled < column->low || scaled > column->high) {
        ++*nulled;
        return BF_NULL_I64;
    }
    return scaled;
}

/* A stored NUMERIC as the number it stands for, NaN for null (DESIGN §4, resolution 14):
 * BF_STORED(pdc, row, points_avg_last_5). */
static inline double bf_stored_value(int64_t stored, const bf_column *column)
{
    int64_t null = column->type == BF_TYPE_I64 ? BF_NULL_I64 : BF_NULL_I32;
    return stored == null ? BF_NULL_F64 : bf_decimal_value(stored, column->decimals);
}
#define BF_STORED(short_name, row, field)                                                          \
    bf_stored_value((row)->field,                                                                  \
                    &bf_outputs[BF_OUTPUT_##short_name].columns[BF_##short_name##_##field])

#endif
