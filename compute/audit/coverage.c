#include "compute/audit/coverage_internal.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/schema/ids.h"

const bf_coverage_description bf_coverage_descriptions[BF_COVERAGE_STATUSES] = {
#define COVERAGE(name, wants_attention, meaning) {#name, wants_attention, meaning},
#include "compute/audit/coverage.def"
#undef COVERAGE
};

/* ---- judgement ------------------------------------------------------------------------------- */

bool bf_failure_is_expected(int8_t category, bool is_bootstrap)
{
    switch (category) {
    case BF_FAILURE_INSUFFICIENT_DATA:
    case BF_FAILURE_EXPECTED_INCOMPLETE:
        return true;
    case BF_FAILURE_MISSING_DEPENDENCY:
        return is_bootstrap;
    default:
        return false;
    }
}

int32_t bf_failures_to_investigate(const bf_columns *failures, int64_t first, int64_t rows,
                                   bf_day day)
{
    const int8_t *category = failures->data[BF_failure_failure_category];
    int32_t count = 0;
    for (int64_t i = first; i < first + rows; i++)
        count += !bf_failure_is_expected(category[i], bf_day_is_bootstrap(day));
    return count;
}

bf_coverage_status bf_coverage_judge(const bf_unit_coverage *unit, bool is_bootstrap)
{
    bool none = unit->rows == 0 && unit->expected > 0;
    if (is_bootstrap)
        return BF_COVERAGE_BOOTSTRAP;
    if (none && unit->date_level)
        return BF_COVERAGE_DEPS_MISSING;
    if (unit->unaccounted > 0 && unit->rows + unit->records > 0)
        return BF_COVERAGE_PARTIAL;
    if (none && unit->skips > 0)
        return BF_COVERAGE_SKIPPED;
    if (none && unit->errors == 0)
        return BF_COVERAGE_UNTRACKED;
    if (unit->errors > 0)
        return BF_COVERAGE_INVESTIGATE;
    return unit->rows > 0 ? BF_COVERAGE_OK : BF_COVERAGE_NO_GAMES;
}

bool bf_coverage_is_hole(const bf_unit_coverage *unit)
{
    return unit->rows == 0 && unit->expected > 0 && unit->status != BF_COVERAGE_SKIPPED &&
           unit->status != BF_COVERAGE_BOOTSTRAP;
}

/* ---- the coverage of all dates --------------------------------------------------------------- */

static bf_status number_entities(int32_t **out, bf_coverage *coverage, bf_dict dictionary,
                                 bf_error *err)
{
    const bf_dictionary *texts = &coverage->dictionaries[dictionary];
    BF_TRY(BF_ALLOC(out, (size_t)texts->count, err));
    for (int32_t code = 0; code < texts->count; code++) {
        int32_t entity = bf_dictionary_find(&coverage->dictionaries[BF_DICT_ENTITIES],
                                            bf_dictionary_text(texts, code));
        (*out)[code] = entity >= 0 ? entity : coverage->entities++;
    }
    return BF_OK;
}

static bf_status alloc_entities(bf_coverage *coverage, bf_error *err)
{
    BF_TRY(BF_ALLOC(&coverage->marks, (size_t)coverage->entities, err));
    BF_TRY(BF_ALLOC(&coverage->touched, (size_t)coverage->entities, err));
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        if (!bf_coverage_accumulates(p))
            continue;
        BF_TRY(BF_ALLOC(&coverage->seen[p], (size_t)coverage->entities, err));
        BF_TRY(BF_ALLOC(&coverage->seen_list[p], (size_t)coverage->entities, err));
    }
    return BF_OK;
}

static bf_status fill_coverage(bf_coverage *coverage, bf_error *err)
{
    const bf_dictionary *names = &coverage->dictionaries[BF_DICT_PROCESSORS];
    const bf_dictionary *entities = &coverage->dictionaries[BF_DICT_ENTITIES];
    coverage->entities = entities->count;
    coverage->date_level = bf_dictionary_find(entities, "DATE_LEVEL");
    BF_TRY(BF_ALLOC(&coverage->units, (size_t)coverage->date_count * BF_PROCESSOR_COUNT, err));
    BF_TRY(BF_ALLOC(&coverage->processors, (size_t)names->count, err));
    for (int32_t code = 0; code < names->count; code++)
        coverage->processors[code] = (int8_t)bf_processor_find(bf_dictionary_text(names, code),
                                                               bf_dictionary_length(names, code));
    BF_TRY(number_entities(&coverage->of_player, coverage, BF_DICT_PLAYERS, err));
    BF_TRY(number_entities(&coverage->of_team, coverage, BF_DICT_TEAMS, err));
    return alloc_entities(coverage, err);
}

bf_status bf_coverage_create(bf_coverage **out, int32_t date_count,
                             const bf_dictionary *dictionaries, bf_error *err)
{
    BF_TRY(BF_ALLOC(out, 1, err));
    (*out)->date_count = date_count;
    (*out)->dictionaries = dictionaries;
    bf_status st = fill_coverage(*out, err);
    if (st != BF_OK) {
        bf_coverage_free(*out);
        *out = NULL;
    }
    return st;
}

void bf_coverage_free(bf_coverage *coverage)
{
    if (coverage == NULL)
        return;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        free(coverage->seen[p]);
        free(coverage->seen_list[p]);
    }
    free(coverage->units);
    free(coverage->processors);
    free(coverage->of_player);
    free(coverage->of_team);
    free(coverage->marks);
    free(coverage->touched);
    free(coverage);
}

static void forget(bf_coverage *coverage)
{
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        for (int64_t i = 0; i < coverage->seen_count[p]; i++)
            coverage->seen[p][coverage->seen_list[p][i]] = false;
        coverage->seen_count[p] = 0;
    }
}

static bool can_be_examined(const bf_audit_date *date, int processor)
{
    return date->columns[bf_processors[processor].table] != NULL &&
           date->columns[BF_OUTPUT_failure] != NULL;
}

void bf_coverage_date(bf_coverage *coverage, const bf_audit_date *date, const bf_expected *expected,
                      bf_issues *issues)
{
    if (bf_season_year(date->day) != coverage->season)
        forget(coverage);
    coverage->season = bf_season_year(date->day);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_unit_coverage *unit = &coverage->units[(int64_t)date->index * BF_PROCESSOR_COUNT + p];
        *unit = (bf_unit_coverage){.day = date->day, .status = BF_COVERAGE_NOT_RUN};
        if (!date->written[bf_processors[p].table] || date->units[p].status == BF_UNIT_NOT_RUN)
            continue;
        if (can_be_examined(date, p))
            bf_coverage_examine(coverage, date, p, expected == NULL ? NULL : &expected[p], unit,
                                issues);
        else
            unit->status = BF_COVERAGE_DAMAGED;
    }
}

const bf_unit_coverage *bf_coverage_unit(const bf_coverage *coverage, int32_t date, int processor)
{
    return &coverage->units[(int64_t)date * BF_PROCESSOR_COUNT + processor];
}

void bf_coverage_total(bf_unit_coverage *out, int64_t statuses[BF_COVERAGE_STATUSES],
                       const bf_coverage *coverage, int processor)
{
    *out = (bf_unit_coverage){.status = 0};
    memset(statuses, 0, BF_COVERAGE_STATUSES * sizeof *statuses);
    for (int32_t d = 0; d < coverage->date_count; d++) {
        const bf_unit_coverage *unit = bf_coverage_unit(coverage, d, processor);
        statuses[unit->status]++;
        out->expected += unit->expected;
        out->rows += unit->rows;
        out->records += unit->records;
        out->unaccounted += unit->unaccounted;
        out->skips += unit->skips;
        out->errors += unit->errors;
        out->listed += unit->listed;
        out->listed_rows += unit->listed_rows;
        out->listed_records += unit->listed_records;
        for (int c = 0; c < BF_FAILURE_COUNT; c++)
            out->categories[c] += unit->categories[c];
    }
}

bf_record_sum bf_coverage_records(const bf_coverage *coverage, int processor, int category)
{
    bf_record_sum sum = {0};
    for (int32_t d = 0; d < coverage->date_count; d++) {
        const bf_unit_coverage *unit = bf_coverage_unit(coverage, d, processor);
        int64_t records = unit->categories[category];
        if (records == 0)
            continue;
        sum.first = sum.records == 0 ? unit->day : sum.first;
        sum.last = unit->day;
        sum.records += records;
        sum.dates++;
        if (!bf_failure_is_expected((int8_t)category, bf_day_is_bootstrap(unit->day)))
            sum.not_expected += records;
    }
    return sum;
}
