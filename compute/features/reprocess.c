#include "compute/features/reprocess.h"

#include <stdlib.h>

#include "compute/features/context.h"
#include "compute/features/processor.h"
#include "compute/schema/digest.h"

enum {
    BREAKER_ATTEMPTS = 3, /* attempts; the third trips the breaker */
    BREAKER_DAYS = 7      /* days that it stays so */
};
static const int64_t DAY_US = INT64_C(86400) * 1000000;

/* All four windows of PDC are complete (spec/players.md §6.2). */
static bool is_complete(const bf_completeness_base *base, bf_day as_of)
{
    return bf_completeness_is_ready(bf_completeness_games(base, 5), true) &&
           bf_completeness_is_ready(bf_completeness_games(base, 10), true) &&
           bf_completeness_is_ready(bf_completeness_days(base, as_of, 7), true) &&
           bf_completeness_is_ready(bf_completeness_days(base, as_of, 14), true);
}

static int by_entity(const void *a, const void *b)
{
    int32_t x = ((const bf_reprocess_row *)a)->entity_id;
    int32_t y = ((const bf_reprocess_row *)b)->entity_id;
    return (x > y) - (x < y);
}

/* Continues the numbers of the attempts that were recorded for the date before. */
static void number_attempts(bf_date *date)
{
    const bf_history *history = date->history;
    const char *class_name = bf_processors[BF_PROCESSOR_pdc].class_name;
    int32_t pdc = bf_dictionary_find(&history->dictionaries[BF_DICT_PROCESSORS], class_name);
    const int32_t *names = BF_INPUT_COLUMN(history, attempts, processor_name, int32_t);
    const int32_t *entities = BF_INPUT_COLUMN(history, attempts, entity_id, int32_t);
    const bf_day *days = BF_INPUT_COLUMN(history, attempts, analysis_date, bf_day);
    const int32_t *numbers = BF_INPUT_COLUMN(history, attempts, attempt_number, int32_t);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_attempts].rows; i++) {
        if (names[i] != pdc || days[i] != date->day)
            continue;
        bf_reprocess_row *row =
            bsearch(&(bf_reprocess_row){.entity_id = entities[i]}, date->attempts,
                    (size_t)date->attempt_count, sizeof *date->attempts, by_entity);
        if (row != NULL && numbers[i] >= row->attempt_number)
            row->attempt_number = numbers[i] + 1;
    }
}

bf_status bf_reprocess_select(bf_date *date, bf_error *err)
{
    const bf_selection *selected = &date->selections[BF_PROCESSOR_pdc];
    bf_context *context;
    if (selected->count == 0)
        return BF_OK;
    BF_TRY(bf_context_of(&context, date, err));
    BF_TRY(BF_ARENA_ALLOC(&date->attempts, &date->arena, (size_t)selected->count, err));
    const bf_context_row *row = context->rows;
    for (int64_t i = 0; i < selected->count; i++, row++) {
        while (row->player != selected->entities[i])
            row++;
        if (is_complete(&row->completeness, date->day))
            continue;
        bf_completeness ten = bf_completeness_games(&row->completeness, 10);
        date->attempts[date->attempt_count++] =
            (bf_reprocess_row){.entity_id = date->history->player_entity[row->player],
                               .analysis_date = date->day,
                               .attempt_number = 1,
                               .completeness_pct = bf_completeness_percentage(ten, 100.0),
                               .notes = BF_ATTEMPT_NOTE};
    }
    number_attempts(date);
    for (int64_t i = 0; i < date->attempt_count; i++) {
        bf_reprocess_row *it = &date->attempts[i];
        it->circuit_breaker_tripped = it->attempt_number >= BREAKER_ATTEMPTS;
        it->circuit_breaker_until = it->circuit_breaker_tripped
                                        ? date->attempts_at_us + BREAKER_DAYS * DAY_US
                                        : BF_NULL_I64;
    }
    return BF_OK;
}

void bf_reprocess_store_date(bf_date *date, bf_columns *out, int64_t first)
{
    bf_reprocess_store(out, first, date->attempts, date->attempt_count);
    bf_digest_rows(date->digests[BF_OUTPUT_reprocess], date->hash, out, first, date->attempt_count,
                   date->history->dictionaries);
}

int64_t bf_reprocess_tripped(const bf_date *date)
{
    int64_t tripped = 0;
    for (int64_t i = 0; i < date->attempt_count; i++)
        tripped += date->attempts[i].circuit_breaker_tripped;
    return tripped;
}
