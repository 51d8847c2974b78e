#include "tests/support/made_league.h"

#include "tests/support/unit.h"

bf_status test_made_try(test_made *out, const bf_synth_options *options, bf_error *err)
{
    assert_int_equal(bf_intern_create(&out->texts, err), BF_OK);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        assert_int_equal(bf_raw_init(&out->raws[t], (bf_input)t, out->texts, err), BF_OK);
    return bf_synth_league(out->raws, options, err);
}

void test_made_free(test_made *league)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        bf_raw_reset(&league->raws[t]);
    bf_intern_free(league->texts);
}

test_made test_made_create(int first_season, int last_season, int scale, uint64_t seed)
{
    test_made out;
    bf_error err = BF_ERROR_INIT;
    bf_synth_options options = {first_season, last_season, scale, seed};
    if (test_made_try(&out, &options, &err) != BF_OK)
        fail_msg("%s", err.message);
    return out;
}

int64_t test_made_rows(const test_made *league, bf_input table)
{
    return league->raws[table].columns.rows;
}

bool test_made_is_null(const test_made *league, bf_input table, int column, int64_t row)
{
    return bf_column_is_null(&bf_inputs[table].columns[column],
                             league->raws[table].columns.data[column], row);
}

int64_t test_made_get(const test_made *league, bf_input table, int column, int64_t row)
{
    return bf_column_integer(&bf_inputs[table].columns[column],
                             league->raws[table].columns.data[column], row);
}

const char *test_made_text(const test_made *league, bf_dict dictionary, int64_t code)
{
    return bf_intern_text(league->texts, dictionary, (int32_t)code);
}
