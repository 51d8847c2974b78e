/* What cleaning finds out about kept rows: remarks, types of games, and which seasons there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/history/clean_rows.h"
#include "compute/history/league.h"

/* Column of attempts that belongs to a column of makes (fg_makes: fg_attempts); -1 if there is
 * none. */
static int attempts_of(const bf_table_schema *schema, int makes)
{
    static const char suffix[] = "_makes";
    const char *name = schema->columns[makes].name;
    size_t size = strlen(name), stem = size - (sizeof suffix - 1);
    char attempts[64];
    if (size < sizeof suffix || strcmp(name + stem, suffix) != 0)
        return -1;
    (void)snprintf(attempts, sizeof attempts, "%.*s_attempts", (int)stem, name);
    return bf_table_find_column(schema, attempts);
}

/* Counts kept rows with a negative count, and with makes above attempts, which both are accepted.
 */
bf_status bf_clean_count_remarks(bf_clean *clean, bf_input t, bf_error *err)
{
    enum { NEGATIVE = 1, ABOVE = 2 };
    bf_clean_table *table = &clean->tables[t];
    const bf_raw *raw = &clean->raw[t];
    const bf_table_schema *schema = &bf_inputs[t];
    uint8_t *remarks = NULL;
    BF_TRY(BF_ALLOC(&remarks, (size_t)table->count, err));
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if (column->kind != BF_KIND_INT)
            continue;
        int attempts = attempts_of(schema, c);
        int64_t null = bf_column_null(column);
        for (int64_t i = 0; i < table->count; i++) {
            int64_t value = bf_column_integer(column, raw->columns.data[c], table->rows[i]);
            int64_t tried = attempts < 0
                                ? null
                                : bf_column_integer(&schema->columns[attempts],
                                                    raw->columns.data[attempts], table->rows[i]);
            if (value < 0 && value != null)
                remarks[i] |= NEGATIVE;
            if (value != null && tried != null && value > tried)
                remarks[i] |= ABOVE;
        }
    }
    for (int64_t i = 0; i < table->count; i++) {
        bf_row_counts *counts = &table->counts[bf_raw_slot(raw, table->rows[i])];
        counts->negative += (remarks[i] & NEGATIVE) != 0;
        counts->makes_above += (remarks[i] & ABOVE) != 0;
    }
    free(remarks);
    return BF_OK;
}

int8_t bf_clean_schedule_type(const bf_clean *clean, int32_t row)
{
    const bf_raw *raw = &clean->raw[BF_INPUT_schedule];
    return bf_game_type_of(
        bf_intern_text(clean->texts, BF_DICT_NUMBERS, bf_raw_i32(raw, BF_schedule_game_id)[row]),
        ((const int8_t *)raw->columns.data[BF_schedule_is_playoffs])[row],
        ((const int8_t *)raw->columns.data[BF_schedule_is_regular_season])[row]);
}

/* Whether a season has something to compute from: a kept row of a game table, or a final league
 * game. */
static bool has_games(const bf_clean *clean, int slot)
{
    static const bf_input games[] = {BF_INPUT_pgs, BF_INPUT_tog, BF_INPUT_tdg};
    enum { FINAL = 3 };
    for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
        const int64_t *first = &clean->tables[games[i]].first[slot];
        if (first[1] > first[0])
            return true;
    }
    const bf_clean_table *schedule = &clean->tables[BF_INPUT_schedule];
    const int8_t *status = clean->raw[BF_INPUT_schedule].columns.data[BF_schedule_game_status];
    for (int64_t i = schedule->first[slot]; i < schedule->first[slot + 1]; i++) {
        int32_t row = schedule->rows[i];
        if ((status[row] == FINAL || status[row] == BF_NULL_I8) &&
            bf_clean_schedule_type(clean, row) != BF_GAME_TYPE_OTHER)
            return true;
    }
    return false;
}

bf_status bf_clean_find_seasons(bf_clean *clean, bf_error *err)
{
    for (int slot = 0; slot < BF_SEASON_SLOTS; slot++) {
        int64_t rows = 0;
        for (int t = 0; t < BF_INPUT_COUNT; t++)
            rows += clean->raw[t].date_column < 0
                        ? 0
                        : clean->tables[t].first[slot + 1] - clean->tables[t].first[slot];
        int season = BF_FIRST_SEASON + slot;
        if (rows == 0)
            continue;
        if (!has_games(clean, slot)) {
            char text[BF_SEASON_TEXT_BYTES];
            bf_season_format(text, season);
            bf_warn(clean->warnings, "season %s has %lld rows but no game: it is left out", text,
                    (long long)rows);
            continue;
        }
        if (clean->season_count == BF_MAX_SEASONS)
            return bf_error_set(err, BF_E_INPUT, "more than %d seasons", BF_MAX_SEASONS);
        clean->seasons[clean->season_count++] = season;
    }
    return BF_OK;
}
