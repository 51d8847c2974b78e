#include "compute/audit/compare.h"

#include <string.h>

#include "compute/schema/ids.h"
#include "tests/support/unit.h"

static const char texts_a[] = "ann\0bob\0carl", texts_b[] = "ann\0carl\0dan";
static const int64_t offsets_a[] = {0, 4, 8, 13}, offsets_b[] = {0, 4, 9, 13};
static bf_dictionary dictionaries[2][BF_DICT_COUNT];
static bf_columns columns[2];
static bf_arena scratch;

/* Rows of a side by the codes of their key, else null. */
static void side(int s, bf_output table, int key, const int32_t *codes, int64_t rows)
{
    bf_error err = BF_ERROR_INIT;
    for (int d = 0; d < BF_DICT_COUNT; d++)
        dictionaries[s][d] = s == 0 ? (bf_dictionary){3, offsets_a, texts_a}
                                    : (bf_dictionary){3, offsets_b, texts_b};
    assert_int_equal(bf_columns_alloc(&columns[s], &bf_outputs[table], rows, &err), BF_OK);
    for (int c = 0; c < bf_outputs[table].column_count; c++) {
        if (bf_column_is_stored(&bf_outputs[table].columns[c]))
            bf_column_fill_null(&bf_outputs[table].columns[c], columns[s].data[c], 0, rows);
    }
    if (rows > 0)
        memcpy(columns[s].data[key], codes, (size_t)rows * sizeof *codes);
}

static void count(void *context, int column, int64_t row_a, int64_t row_b)
{
    (void)column;
    assert_true(row_a >= 0 || row_b >= 0);
    ++*(int *)context;
}

static bf_comparison compare(bf_output table, bool tolerant)
{
    bf_error err = BF_ERROR_INIT;
    int reported = 0;
    bf_comparison out = {.schema = &bf_outputs[table], .tolerant = tolerant};
    const bf_compare_side sides[2] = {{&columns[0], dictionaries[0]},
                                      {&columns[1], dictionaries[1]}};
    assert_int_equal(bf_compare_date(&out, sides, count, &reported, &scratch, &err), BF_OK);
    assert_int_equal(reported, bf_comparison_total(&out));
    return out;
}

static void end(void)
{
    bf_columns_free(&columns[0]);
    bf_columns_free(&columns[1]);
    bf_arena_free(&scratch);
}

static void rows_are_matched_by_text(void **state)
{
    (void)state;
    side(0, BF_OUTPUT_pdc, BF_pdc_player_lookup, (const int32_t[]){0, 1, 2}, 3); /* ann bob carl */
    side(1, BF_OUTPUT_pdc, BF_pdc_player_lookup, (const int32_t[]){2, 1},
         2); /* dan carl, not in order */
    bf_comparison found = compare(BF_OUTPUT_pdc, false);
    assert_int_equal(found.matched, 1);
    assert_int_equal(found.alone[0], 2);
    assert_int_equal(found.alone[1], 1);
    assert_int_equal(bf_comparison_total(&found), 3);
    end();
    side(0, BF_OUTPUT_pdc, BF_pdc_player_lookup, NULL, 0);
    side(1, BF_OUTPUT_pdc, BF_pdc_player_lookup, NULL, 0);
    found = compare(BF_OUTPUT_pdc, false);
    assert_int_equal(bf_comparison_total(&found), 0);
    end();
}

static void failures_are_told_apart_by_processor(void **state)
{
    (void)state;
    side(0, BF_OUTPUT_failure, BF_failure_entity_id, (const int32_t[]){0, 0}, 2);
    side(1, BF_OUTPUT_failure, BF_failure_entity_id, (const int32_t[]){0, 0}, 2);
    memcpy(columns[0].data[BF_failure_processor_name], (const int32_t[]){0, 2}, 8); /* ann carl */
    memcpy(columns[1].data[BF_failure_processor_name], (const int32_t[]){1, 0}, 8); /* carl ann */
    bf_comparison found = compare(BF_OUTPUT_failure, false);
    assert_int_equal(found.matched, 2);
    assert_int_equal(bf_comparison_total(&found), 0);
    end();
}

static void cells_by_kind(void **state)
{
    (void)state;
    const int32_t ann = 0;
    side(0, BF_OUTPUT_pdc, BF_pdc_player_lookup, &ann, 1);
    side(1, BF_OUTPUT_pdc, BF_pdc_player_lookup, &ann, 1);
    int32_t *a = columns[0].data[BF_pdc_points_avg_last_5],
            *b = columns[1].data[BF_pdc_points_avg_last_5];
    *a = 100;
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_points_avg_last_5],
                     1); /* against null */
    *b = 101;
    assert_int_equal(compare(BF_OUTPUT_pdc, false).cells[BF_pdc_points_avg_last_5], 1);
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_points_avg_last_5], 0);
    *b = 99;
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_points_avg_last_5], 0);
    *b = 102;
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_points_avg_last_5], 1);
    *b = 100;
    double *x = columns[0].data[BF_pdc_l5_completeness_pct],
           *y = columns[1].data[BF_pdc_l5_completeness_pct];
    *x = 66.7;
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_l5_completeness_pct], 1);
    *y = 66.7 * (1 + 1e-12);
    assert_int_equal(compare(BF_OUTPUT_pdc, false).cells[BF_pdc_l5_completeness_pct], 1);
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_l5_completeness_pct], 0);
    *y = *x;
    *(uint64_t *)columns[0].data[BF_pdc_data_hash] = 7;
    assert_int_equal(compare(BF_OUTPUT_pdc, false).cells[BF_pdc_data_hash], 1);
    assert_int_equal(compare(BF_OUTPUT_pdc, true).cells[BF_pdc_data_hash], 0);
    end();
    /* whole numbers get no tolerance; codes of other dictionaries are compared as texts */
    side(0, BF_OUTPUT_pcf, BF_pcf_player_lookup, &ann, 1);
    side(1, BF_OUTPUT_pcf, BF_pcf_player_lookup, &ann, 1);
    *(int8_t *)columns[0].data[BF_pcf_fatigue_score] = 50;
    *(int8_t *)columns[1].data[BF_pcf_fatigue_score] = 51;
    *(int32_t *)columns[0].data[BF_pcf_game_id] = 2; /* carl */
    *(int32_t *)columns[1].data[BF_pcf_game_id] = 1; /* carl */
    bf_comparison found = compare(BF_OUTPUT_pcf, true);
    assert_int_equal(found.cells[BF_pcf_fatigue_score], 1);
    assert_int_equal(found.cells[BF_pcf_game_id], 0);
    assert_int_equal(bf_comparison_total(&found), 1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_matched_by_text),
        cmocka_unit_test(failures_are_told_apart_by_processor),
        cmocka_unit_test(cells_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
