#include "compute/history/cut.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/history/season.h"

/* Marks the rows of a table that stay, and counts them. Without a date they all do. */
static int64_t mark_kept(bool *keep, const bf_columns *columns, bf_input table, bf_day day)
{
    int date_column = bf_input_date_column(table);
    bool is_result =
        table == BF_INPUT_tog || table == BF_INPUT_tdg; /* only a played game has one */
    int64_t kept = 0;
    for (int64_t i = 0; i < columns->rows; i++) {
        keep[i] = true;
        if (date_column >= 0) {
            bf_day date = ((const bf_day *)columns->data[date_column])[i];
            keep[i] = is_result ? date < day : date <= day;
        }
        kept += keep[i];
    }
    return kept;
}

/* Moves the rows that stay to the column's new place, which is never behind the old one. */
static void move_column(void *to, const void *from, size_t size, const bool *keep, int64_t rows)
{
    char *out = to;
    for (int64_t i = 0; i < rows;) {
        int64_t end = i;
        while (end < rows && keep[end])
            end++;
        size_t bytes = (size_t)(end - i) * size;
        memmove(out, (const char *)from + (size_t)i * size, bytes);
        out += bytes;
        i = end;
        while (i < rows && !keep[i])
            i++;
    }
}

static void count_entities(int64_t *first, const int32_t *entities, int64_t rows, int32_t count)
{
    memset(first, 0, ((size_t)count + 1) * sizeof *first);
    for (int64_t i = 0; i < rows; i++)
        first[entities[i] + 1]++;
    for (int32_t e = 0; e < count; e++)
        first[e + 1] += first[e];
}

static void move_table(bf_history *to, const bf_history *from, bf_input table, const bool *keep)
{
    const bf_columns *old = &from->inputs[table];
    bf_columns *new = &to->inputs[table];
    int entity_column = bf_input_entity_column(table);
    for (int c = 0; c < old->schema->column_count; c++)
        move_column(new->data[c], old->data[c], bf_column_row_bytes(&old->schema->columns[c]), keep,
                    old->rows);
    if (to->entity_first[table] != NULL) {
        bf_dict entities = old->schema->columns[entity_column].dictionary;
        count_entities(to->entity_first[table], new->data[entity_column], new->rows,
                       to->sizes.dict_count[entities]);
    }
}

/* What a row of player_game_summary says before its game: who, for whom, against whom, active. */
static bool is_known_before(const bf_column *column, int c)
{
    return column->kind == BF_KIND_KEY || column->kind == BF_KIND_DATE || c == BF_pgs_season_year ||
           c == BF_pgs_is_active;
}

static void hide_results(bf_history *history, bf_day day)
{
    bf_columns *players = &history->inputs[BF_INPUT_pgs];
    const bf_day *dates = players->data[BF_pgs_game_date];
    for (int c = 0; c < players->schema->column_count; c++) {
        const bf_column *column = &players->schema->columns[c];
        if (is_known_before(column, c))
            continue;
        for (int64_t i = 0; i < players->rows; i++) {
            if (dates[i] == day)
                bf_column_fill_null(column, players->data[c], i, 1);
        }
    }
}

/* The derived parts follow the inputs in the block. */
static void clear_derived(bf_history *history, unsigned char *block)
{
    unsigned char *derived = (unsigned char *)history->player_entity;
    memset(derived, 0, bf_history_bytes(&history->sizes) - (size_t)(derived - block));
}

bf_status bf_history_cut(bf_history *history, void *block, bf_day day, bf_error *err)
{
    bool *keep[BF_INPUT_COUNT] = {NULL};
    bf_history_sizes sizes = history->sizes;
    bf_status st = BF_OK;
    sizes.last_day = day < sizes.last_day ? day : sizes.last_day;
    while (sizes.season_count > 1 && sizes.seasons[sizes.season_count - 1] > bf_season_year(day))
        sizes.season_count--;
    for (int t = 0; t < BF_INPUT_COUNT && st == BF_OK; t++) {
        st = BF_ALLOC(&keep[t], (size_t)history->inputs[t].rows, err);
        if (st == BF_OK)
            sizes.rows[t] = mark_kept(keep[t], &history->inputs[t], (bf_input)t, day);
    }
    if (st == BF_OK) {
        bf_history old = *history;
        bf_history_layout(history, &sizes, block);
        for (int t = 0; t < BF_INPUT_COUNT; t++)
            move_table(history, &old, (bf_input)t, keep[t]);
        hide_results(history, day);
        clear_derived(history, block);
        st = bf_history_derive(history, 0, 1, err);
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        free(keep[t]);
    return st;
}
