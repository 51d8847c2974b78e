#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/decimal.h"
#include "compute/base/fault.h"
#include "compute/schema/rows.h"
#include "io/text/spell.h"
#include "tests/support/unit.h"

/* A dictionary of three texts, for every kind of key. */
static const char texts[] = "ann\0bob \"b\", jr\0line\nbreak";
static const int64_t offsets[] = {0, 4, 16, sizeof texts};
static const bf_dictionary three = {.count = 3, .offset = offsets, .bytes = texts};
static bf_dictionary dictionaries[BF_DICT_COUNT];

static bf_columns columns;
static bf_spell *spell;

/* One row of the table, all null. */
static void begin(bf_output table)
{
    bf_error err = BF_ERROR_INIT;
    for (int d = 0; d < BF_DICT_COUNT; d++)
        dictionaries[d] = three;
    assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[table], 1, &err), BF_OK);
    for (int c = 0; c < columns.schema->column_count; c++) {
        if (bf_column_is_stored(&columns.schema->columns[c]))
            bf_column_fill_null(&columns.schema->columns[c], columns.data[c], 0, 1);
    }
    assert_int_equal(bf_spell_create(&spell, &bf_outputs[table], dictionaries, "0123456789abcdef",
                                     INT64_C(1769860800500000), &err),
                     BF_OK);
}

static void end(void)
{
    bf_spell_free(spell);
    bf_columns_free(&columns);
}

static int column_of(const char *name)
{
    int c = bf_table_find_column(columns.schema, name);
    if (c < 0)
        fail_msg("no column %s", name);
    return c;
}

static void set(const char *name, int64_t value)
{
    int c = column_of(name);
    bf_column_set_integer(&columns.schema->columns[c], columns.data[c], 0, value);
}

static void set_double(const char *name, double value)
{
    ((double *)columns.data[column_of(name)])[0] = value;
}

static void expect(const char *name, const char *expected)
{
    bf_text text = BF_TEXT_INIT(1 << 16);
    bf_spell_cell(&text, spell, &columns, column_of(name), 0);
    assert_string_equal(text.data == NULL ? "" : text.data, expected);
    bf_text_free(&text);
}

static void cells_by_kind(void **state)
{
    (void)state;
    begin(BF_OUTPUT_pdc);
    expect("points_avg_last_5", "");
    set("points_avg_last_5", 132000);
    expect("points_avg_last_5", "13.2000");
    set("points_avg_last_5", -5);
    expect("points_avg_last_5", "-0.0005");
    set("assisted_rate_last_10", 698113208);
    expect("assisted_rate_last_10", "0.698113208");
    set("games_played_season", 37);
    expect("games_played_season", "37");
    set("cache_date", 19007);
    expect("cache_date", "2022-01-15");
    set("player_lookup", 1);
    expect("player_lookup", "bob \"b\", jr");
    set("primary_scoring_zone", 1);
    expect("primary_scoring_zone", "mid_range");
    set("is_production_ready", 0);
    expect("is_production_ready", "false");
    set_double("completeness_percentage", 100.0);
    expect("completeness_percentage", "100.0");
    set_double("completeness_percentage", (double)INFINITY);
    expect("completeness_percentage", "");
    set("data_hash", 0x0123456789abcdef);
    expect("data_hash", "0123456789abcdef");
    set("data_hash", 255);
    expect("data_hash", "00000000000000ff");
    set("insufficient_data_reason", 0);
    expect("insufficient_data_reason", "Only 37 games played, need 10 minimum");
    expect("cache_version", "v1");
    expect("data_quality_issues", "[]");
    expect("reprocess_attempt_count", "0");
    expect("circuit_breaker_until", "");
    expect("created_at", "2026-01-31 12:00:00.500000 UTC");
    end();
    begin(BF_OUTPUT_tdza);
    expect("calculation_notes", "");
    set("calculation_notes", 5);
    expect("calculation_notes", "No paint attempts; No three-point attempts");
    expect("completeness_percentage", "100.0");
    end();
    begin(BF_OUTPUT_failure);
    expect("run_id", "0123456789abcdef");
    set("failure_reason", 0);
    set("actual_game_count", 3);
    set("expected_game_count", 15);
    expect("failure_reason", "Only 3 team games before the date, need 15");
    end();
}

static void lists_and_objects(void **state)
{
    (void)state;
    begin(BF_OUTPUT_pcf);
    expect("data_quality_issues", "[]");
    set("data_quality_issues", 3);
    expect("data_quality_issues",
           "[\"own_data_incomplete\", \"upstream_player_shot_zone_incomplete\"]");
    set("fatigue_context_json/days_rest", 2);
    set("fatigue_context_json/back_to_back", 0);
    set_double("fatigue_context_json/minutes_last_7", 86.0);
    set("fatigue_context_json/bonuses_applied", 1);
    expect(
        "fatigue_context_json",
        "{\"days_rest\": 2, \"back_to_back\": false, \"games_last_7\": null, \"minutes_last_7\": "
        "86.0, "
        "\"avg_minutes_pg_last_7\": null, \"back_to_backs_last_14\": null, \"player_age\": null, "
        "\"penalties_applied\": [], \"bonuses_applied\": [\"extra_rest: +5\"], \"final_score\": "
        "null}");
    set("shot_zone_context_json/missing_data", 1);
    expect("shot_zone_context_json", "{\"missing_data\": true}");
    set("shot_zone_context_json/missing_data", 0);
    set("shot_zone_context_json/player_primary_zone", 0);
    set_double("shot_zone_context_json/final_score", -0.33);
    expect(
        "shot_zone_context_json",
        "{\"player_primary_zone\": \"paint\", \"primary_zone_frequency\": null, "
        "\"opponent_weak_zone\": null, "
        "\"opponent_defense_vs_league\": null, \"mismatch_type\": null, \"final_score\": -0.33}");
    end();
    begin(BF_OUTPUT_ml);
    double *features = columns.data[column_of("features")];
    for (int i = 0; i < 25; i++)
        features[i] = i == 24 ? 1.0 / 3 : 0.5 * i;
    bf_text text = BF_TEXT_INIT(1 << 16);
    bf_spell_cell(&text, spell, &columns, column_of("features"), 0);
    assert_int_equal(strncmp(text.data, "[0.0, 0.5, 1.0, ", 16), 0);
    assert_non_null(strstr(text.data, ", 0.3333333333333333]"));
    bf_text_free(&text);
    end();
}

static void rows_as_csv(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(1 << 16);
    begin(BF_OUTPUT_failure);
    bf_spell_csv_header(&text, columns.schema);
    set("processor_name", 0);
    set("analysis_date", 19007);
    set("entity_id", 1);
    set("failure_category", 0);
    set("failure_reason", 2);
    set("can_retry", 1);
    set("expected_game_count", 5);
    set("actual_game_count", 4);
    bf_spell_csv_row(&text, spell, &columns, 0);
    assert_string_equal(
        text.data,
        "processor_name,run_id,analysis_date,entity_id,failure_category,failure_reason,can_retry,"
        "created_at,expected_game_count,actual_game_count\n"
        "ann,0123456789abcdef,2022-01-15,\"bob \"\"b\"\", jr\",INSUFFICIENT_DATA,"
        "\"Only 4 games played, need 5 minimum\",true,2026-01-31 12:00:00.500000 UTC,5,4\n");
    bf_text_clear(&text);
    set("entity_id", 2);
    set("expected_game_count", BF_NULL_I8);
    bf_spell_csv_row(&text, spell, &columns, 0);
    assert_non_null(strstr(text.data, ",\"line\nbreak\","));
    assert_non_null(strstr(text.data, " UTC,,4\n"));
    end();
    bf_text_free(&text);
}

static void rows_as_json(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(1 << 16);
    begin(BF_OUTPUT_failure);
    set("processor_name", 0);
    set("entity_id", 1);
    set("failure_reason", 3);
    set("can_retry", 0);
    bf_spell_json_row(&text, spell, &columns, 0);
    assert_string_equal(
        text.data,
        "{\"processor_name\":\"ann\",\"run_id\":\"0123456789abcdef\","
        "\"entity_id\":\"bob \\\"b\\\", jr\",\"failure_reason\":\"A count in the window of games "
        "is negative\",\"can_retry\":false,\"created_at\":\"2026-01-31 12:00:00.500000 UTC\"}\n");
    end();
    bf_text_clear(&text);
    begin(BF_OUTPUT_pcf);
    set("total_composite_adjustment", -725);
    set("shot_zone_context_json/missing_data", 1);
    bf_spell_json_row(&text, spell, &columns, 0);
    assert_non_null(strstr(text.data, "\"total_composite_adjustment\":-7.25,"));
    assert_non_null(
        strstr(text.data, "\"shot_zone_context_json\":\"{\\\"missing_data\\\": true}\","));
    assert_non_null(strstr(text.data, "\"data_quality_issues\":[],"));
    assert_null(strstr(text.data, "source_player_context_hash"));
    end();
    bf_text_free(&text);
}

/* Every template asks for columns of its own table. */
static void templates_name_columns(void **state)
{
    (void)state;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; c < bf_outputs[t].column_count; c++) {
            const bf_column *column = &bf_outputs[t].columns[c];
            for (int i = 0; column->kind == BF_KIND_PHRASE && i < bf_set_size(column->set); i++) {
                const char *text = bf_set_text(column->set, i);
                while ((text = strchr(text, '{')) != NULL) {
                    char name[64] = "";
                    assert_int_equal(sscanf(text, "{%63[^}]", name), 1);
                    int of = bf_table_find_column(&bf_outputs[t], name);
                    assert_true(of >= 0);
                    assert_true(bf_outputs[t].columns[of].kind == BF_KIND_INT ||
                                bf_outputs[t].columns[of].kind == BF_KIND_FLOAT);
                    text++;
                }
            }
        }
    }
}

/* The quick way gives what printing with ever more digits gives. */
static void doubles_read_back_the_same(void **state)
{
    (void)state;
    uint64_t random = 1;
    bf_text text = BF_TEXT_INIT(1 << 16);
    for (int i = 0; i < 200000; i++) {
        uint64_t drawn = unit_random(&random);
        double value = (double)(int64_t)(drawn % 2000001) - 1000000;
        value = drawn >> 60 < 8 ? value / bf_pow10[(drawn >> 40) % 8]
                                : value * unit_random_fraction(&random);
        char slow[40];
        for (int precision = 15; precision <= 17; precision++) {
            (void)snprintf(slow, sizeof slow, "%.*g", precision, value);
            if (strtod(slow, NULL) == value)
                break;
        }
        if (strpbrk(slow, ".e") == NULL)
            strcat(slow, ".0");
        bf_text_clear(&text);
        bf_text_double(&text, value);
        assert_string_equal(text.data, slow);
    }
    bf_text_free(&text);
}

static void memory_that_is_short_is_told(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_text text = BF_TEXT_INIT(100); /* less than a row */
    begin(BF_OUTPUT_pdc);
    bf_spell_csv_row(&text, spell, &columns, 0);
    assert_int_equal(bf_text_status(&text, &err), BF_E_MEMORY);
    bf_text_free(&text);
    end();
    for (int nth = 1; nth < 30; nth++) {
        bf_fault_arm(BF_FAULT_ALLOC, nth);
        bf_status st =
            bf_spell_create(&spell, &bf_outputs[BF_OUTPUT_ml], dictionaries, "x", 0, &err);
        bool hit = bf_fault_countdown[BF_FAULT_ALLOC] == 0;
        bf_fault_arm(BF_FAULT_ALLOC, 0);
        assert_int_equal(st, hit ? BF_E_MEMORY : BF_OK);
        if (st == BF_OK)
            bf_spell_free(spell);
        if (!hit)
            return;
    }
    fail();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_by_kind),
        cmocka_unit_test(lists_and_objects),
        cmocka_unit_test(rows_as_csv),
        cmocka_unit_test(rows_as_json),
        cmocka_unit_test(templates_name_columns),
        cmocka_unit_test(doubles_read_back_the_same),
        cmocka_unit_test(memory_that_is_short_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
