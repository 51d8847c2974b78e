#include "compute/features/date.h"

#include <stdlib.h>
#include <string.h>

#include "compute/features/processor.h"
#include "compute/features/reprocess.h"
#include "compute/schema/digest.h"

#define READS(short_name) (1u << BF_PROCESSOR_##short_name)

/* Typed functions of a processor behind the registry's untyped ones. */
#define PROCESSOR(short_name, ...)                                                                 \
    static void hash_##short_name(void *rows, int64_t count, const bf_dictionary *dictionaries,    \
                                  const bf_hash_start *start)                                      \
    {                                                                                              \
        bf_##short_name##_hash_rows(rows, count, dictionaries, start);                             \
    }                                                                                              \
    static void store_##short_name(bf_columns *out, int64_t first, const void *rows,               \
                                   int64_t count)                                                  \
    {                                                                                              \
        bf_##short_name##_store(out, first, rows, count);                                          \
    }
#include "compute/features/processors.def"
#undef PROCESSOR

const bf_processor bf_processors[BF_PROCESSOR_COUNT] = {
#define PROCESSOR(name, class_name_, reads_)                                                       \
    {.short_name = #name,                                                                          \
     .class_name = class_name_,                                                                    \
     .table = BF_OUTPUT_##name,                                                                    \
     .reads = (reads_),                                                                            \
     .select = bf_##name##_select,                                                                 \
     .compute = bf_##name##_compute,                                                               \
     .hash = hash_##name,                                                                          \
     .store = store_##name,                                                                        \
     .row_bytes = sizeof(bf_##name##_row)},
#include "compute/features/processors.def"
#undef PROCESSOR
};

int bf_processor_find(const char *name, size_t size)
{
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const char *names[] = {bf_processors[p].short_name, bf_processors[p].class_name,
                               strcmp(bf_processors[p].short_name, "ml") == 0 ? "mlfs" : ""};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (size > 0 && strlen(names[i]) == size && strncasecmp(names[i], name, size) == 0)
                return p;
        }
    }
    return -1;
}

bf_status bf_processors_parse(unsigned *out, const char *list, bf_error *err)
{
    static const char known[] =
#define PROCESSOR(short_name, ...) " " #short_name
#include "compute/features/processors.def"
#undef PROCESSOR
        ;
    *out = list == NULL ? (1u << BF_PROCESSOR_COUNT) - 1 : 0;
    for (const char *at = list; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, ",");
        int p = bf_processor_find(at, size);
        if (p < 0)
            return bf_error_set(err, BF_E_USAGE,
                                "--processors: there is no processor '%.*s'; there are%s",
                                (int)size, at, known);
        *out |= 1u << p;
        at += size + (at[size] == ',');
    }
    return BF_OK;
}

unsigned bf_processors_needed(unsigned processors)
{
    for (int p = BF_PROCESSOR_COUNT - 1; p >= 0; p--) { /* a processor reads earlier ones only */
        if (processors >> p & 1u)
            processors |= bf_processors[p].reads;
    }
    return processors;
}

bf_status bf_date_create(bf_date **out, const bf_history *history, bf_context_mode context_mode,
                         bf_error *err)
{
    BF_TRY(BF_ALLOC(out, 1, err));
    bf_date *date = *out;
    date->history = history;
    date->context_mode = context_mode;
    date->attempts_at_us = BF_NULL_I64;
    bf_status st = bf_hash_create(&date->hash, err);
    for (int t = 0; t < BF_OUTPUT_COUNT && st == BF_OK; t++)
        st = BF_ALLOC(&date->nulled[t], (size_t)bf_outputs[t].column_count, err);
    if (st != BF_OK) {
        bf_date_free(date);
        *out = NULL;
        return st;
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_row_hash_start(&date->row_hash_start[t], date->hash, &bf_outputs[t]);
    return BF_OK;
}

void bf_date_free(bf_date *date)
{
    if (date == NULL)
        return;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        free(date->nulled[t]);
    bf_hash_free(date->hash);
    bf_arena_free(&date->arena);
    free(date);
}

void bf_date_begin(bf_date *date, bf_day day)
{
    bf_arena_reset(&date->arena);
    memset(date->selections, 0, sizeof date->selections);
    memset(date->rows, 0, sizeof date->rows);
    date->context = NULL;
    date->reprocess_skipped = 0;
    date->attempts = NULL;
    date->attempt_count = 0;
    date->day = day;
    if (!bf_history_is_game_date(date->history, day))
        date->status = BF_UNIT_NO_GAMES;
    else
        date->status = bf_day_is_bootstrap(day) ? BF_UNIT_SKIPPED_BOOTSTRAP : BF_UNIT_SUCCESS;
}

bf_status bf_date_select(bf_date *date, bf_processor_id processor, bf_error *err)
{
    bf_selection *selection = &date->selections[processor];
    *selection = (bf_selection){.status = date->status};
    if (date->status != BF_UNIT_SUCCESS)
        return BF_OK;
    BF_TRY(bf_processors[processor].select(selection, date, err));
    for (int64_t i = 0; i < selection->failure_count; i++) {
        const bf_dictionary *names = &date->history->dictionaries[BF_DICT_PROCESSORS];
        selection->failures[i].processor_name =
            bf_dictionary_find(names, bf_processors[processor].class_name);
    }
    bool records_attempts = processor == BF_PROCESSOR_pdc && date->attempts_at_us != BF_NULL_I64;
    return records_attempts ? bf_reprocess_select(date, err) : BF_OK;
}

bf_status bf_date_compute(bf_date *date, bf_processor_id processor, bf_columns *out, int64_t first,
                          bf_error *err)
{
    const bf_processor *p = &bf_processors[processor];
    const bf_dictionary *dictionaries = date->history->dictionaries;
    int64_t count = date->selections[processor].count;
    BF_TRY(bf_arena_alloc(&date->rows[processor], &date->arena, (size_t)count, p->row_bytes, err));
    if (count > 0) {
        BF_TRY(p->compute(date, err));
        p->hash(date->rows[processor], count, dictionaries, &date->row_hash_start[p->table]);
        p->store(out, first, date->rows[processor], count);
    }
    bf_digest_rows(date->digests[p->table], date->hash, out, first, count, dictionaries);
    return BF_OK;
}

const void *bf_date_row(const bf_date *date, bf_processor_id processor, int32_t entity)
{
    const bf_selection *selection = &date->selections[processor];
    const int32_t *at = selection->entities;
    int64_t count = selection->count;
    if (count == 0)
        return NULL;
    while (count > 1) { /* without a branch: which half is as good as random */
        int64_t half = count / 2;
        at += half & -(int64_t)(at[half] <= entity);
        count -= half;
    }
    size_t row = (size_t)(at - selection->entities);
    return *at == entity
               ? (const char *)date->rows[processor] + row * bf_processors[processor].row_bytes
               : NULL;
}

void bf_date_store_failures(bf_date *date, unsigned processors, bf_columns *out, int64_t first)
{
    const bf_dictionary *names = &date->history->dictionaries[BF_DICT_PROCESSORS];
    int64_t at = first;
    for (int32_t code = 0; code < names->count; code++) {
        const char *name = bf_dictionary_text(names, code);
        int p = bf_processor_find(name, strlen(name));
        if (p < 0 || (processors >> p & 1u) == 0)
            continue;
        bf_failure_store(out, at, date->selections[p].failures, date->selections[p].failure_count);
        at += date->selections[p].failure_count;
    }
    bf_digest_rows(date->digests[BF_OUTPUT_failure], date->hash, out, first, at - first,
                   date->history->dictionaries);
}

bf_status bf_selection_init(bf_selection *out, bf_date *date, int64_t entities, bf_error *err)
{
    out->status = BF_UNIT_SUCCESS;
    BF_TRY(BF_ARENA_ALLOC(&out->entities, &date->arena, (size_t)entities, err));
    return BF_ARENA_ALLOC(&out->failures, &date->arena, (size_t)entities + 1, err);
}

void bf_selection_add(bf_selection *selection, int32_t entity)
{
    selection->entities[selection->count++] = entity;
}

void bf_selection_fail(bf_selection *selection, const bf_date *date, int32_t failure_entity,
                       int8_t category, int8_t reason, bool can_retry, int8_t expected,
                       int8_t actual)
{
    selection->failures[selection->failure_count++] =
        (bf_failure_row){.analysis_date = date->day,
                         .entity_id = failure_entity,
                         .failure_category = category,
                         .failure_reason = reason,
                         .can_retry = can_retry,
                         .expected_game_count = expected,
                         .actual_game_count = actual};
}

void bf_selection_fail_date(bf_selection *selection, const bf_date *date, int8_t reason)
{
    selection->status = BF_UNIT_FAILED;
    selection->count = selection->failure_count = 0;
    bf_selection_fail(selection, date, date->history->date_level, BF_FAILURE_MISSING_DEPENDENCY,
                      reason, true, BF_NULL_I8, BF_NULL_I8);
}
