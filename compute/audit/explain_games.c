#include "compute/audit/explain_games.h"

#include <stdlib.h>

#include "compute/history/season.h"

/* Whose rows a window that is not empty holds; -1: all teams'. */
static int32_t entity_of(bf_window window, bf_input table, const bf_history *history)
{
    if (window.series == &history->series[BF_SERIES_LEAGUE])
        return -1;
    const int32_t *entities = history->inputs[table].data[bf_input_entity_column(table)];
    return entities[bf_window_row(window, 0)];
}

static bf_explain_games *group_of(bf_explain_part *part, bf_input table, int32_t entity)
{
    for (int i = 0; i < part->games_count; i++) {
        if (part->games[i].table == table && part->games[i].entity == entity)
            return &part->games[i];
    }
    part->games[part->games_count] = (bf_explain_games){.table = table, .entity = entity};
    return &part->games[part->games_count++];
}

/* Newest first; rows of one date as they stand in the table, backwards. */
static int compare_games(const void *a, const void *b)
{
    const bf_explain_game *x = a, *y = b;
    if (x->day != y->day)
        return x->day > y->day ? -1 : 1;
    return (x->row < y->row) - (x->row > y->row);
}

static void add_window(bf_explain_games *group, bf_window window, int index)
{
    for (int64_t back = 0; back < bf_window_games(window); back++)
        group->games[group->count++] = (bf_explain_game){bf_window_day(window, back),
                                                         bf_window_row(window, back), 1u << index};
}

/* Sorts, and makes one of the games that several windows hold. */
static void unite(bf_explain_games *group)
{
    int64_t kept = 0;
    qsort(group->games, (size_t)group->count, sizeof *group->games, compare_games);
    for (int64_t i = 0; i < group->count; i++) {
        if (kept > 0 && group->games[kept - 1].row == group->games[i].row)
            group->games[kept - 1].windows |= group->games[i].windows;
        else
            group->games[kept++] = group->games[i];
    }
    group->count = kept;
}

bf_status bf_explain_gather(bf_explain_part *part, const bf_history *history, bf_arena *arena,
                            bf_error *err)
{
    for (int w = 0; w < part->about->window_count; w++) {
        bf_input table = part->about->windows[w].table;
        if (bf_window_games(part->windows[w]) == 0)
            continue;
        bf_explain_games *group =
            group_of(part, table, entity_of(part->windows[w], table, history));
        group->windows |= 1u << w;
        group->count += bf_window_games(part->windows[w]);
    }
    for (int g = 0; g < part->games_count; g++) {
        bf_explain_games *group = &part->games[g];
        BF_TRY(BF_ARENA_ALLOC(&group->games, arena, (size_t)group->count, err));
        group->count = 0;
        for (int w = 0; w < part->about->window_count; w++) {
            if (group->windows >> w & 1u)
                add_window(group, part->windows[w], w);
        }
        unite(group);
    }
    return BF_OK;
}

bool bf_explain_uses(const bf_explain_part *part, unsigned windows, int column)
{
    for (int i = 0; i < part->about->use_count; i++) {
        const bf_window_use *use = &part->about->uses[i];
        if ((windows >> use->window & 1u) != 0 && use->column == column)
            return true;
    }
    return false;
}
