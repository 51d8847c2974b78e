#include "compute/history/season.h"

#include <stdlib.h>

#include "compute/schema/ids.h"

const bf_row_count_field bf_row_count_fields[BF_ROW_COUNTS] = {
#define ROW_COUNT(name_, text_) {#name_, text_, offsetof(bf_row_counts, name_)},
#include "compute/history/counts.def"
#undef ROW_COUNT
};

void bf_row_counts_add(bf_row_counts *sum, const bf_row_counts *counts)
{
#define ROW_COUNT(name, text) sum->name += counts->name;
#include "compute/history/counts.def"
#undef ROW_COUNT
}

static const struct {
    int entity, date, tie;
} order_columns[BF_INPUT_COUNT] = {
    [BF_INPUT_pgs] = {BF_pgs_player_lookup, BF_pgs_game_date, BF_pgs_game_id},
    [BF_INPUT_tog] = {BF_tog_team_abbr, BF_tog_game_date, BF_tog_game_id},
    [BF_INPUT_tdg] = {BF_tdg_defending_team_abbr, BF_tdg_game_date, BF_tdg_game_id},
    [BF_INPUT_schedule] = {-1, BF_schedule_game_date, BF_schedule_game_id},
    [BF_INPUT_upgc] = {BF_upgc_player_lookup, BF_upgc_game_date, BF_upgc_game_id},
    [BF_INPUT_utgc] = {BF_utgc_team_abbr, BF_utgc_game_date, BF_utgc_game_id},
    [BF_INPUT_players] = {BF_players_player_lookup, -1, -1},
    [BF_INPUT_attempts] = {-1, -1, -1},
};

int bf_input_entity_column(bf_input table)
{
    return order_columns[table].entity;
}

int bf_input_date_column(bf_input table)
{
    return order_columns[table].date;
}

int bf_input_tie_column(bf_input table)
{
    return order_columns[table].tie;
}

void bf_season_free(bf_season *season)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        bf_columns_free(&season->tables[t]);
        free(season->entity_first[t]);
        free(season->by_date[t]);
    }
    for (int d = 0; d < BF_DICT_COUNT; d++)
        bf_text_list_free(&season->dictionaries[d]);
    *season = (bf_season){.season = 0};
}
