#include "mpi/commands/info_snapshot.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5/snapshot.h"

/* Game dates of the whole snapshot; verifies the content on the way. */
static bf_status count_game_dates(int32_t *out, bf_snapshot *snapshot, bf_error *err)
{
    bf_history history;
    void *block = NULL;
    BF_TRY(bf_snapshot_load_whole(&history, &block, snapshot, err));
    *out = *history.game_date_count;
    free(block);
    return BF_OK;
}

static void format_day(char out[BF_DATE_TEXT_BYTES], bf_day day, bool is_known)
{
    out[0] = '\0';
    if (is_known)
        bf_day_format(out, day);
}

static void print_counts(const bf_row_counts *counts)
{
    const char *separator = " (";
    for (int f = BF_ROW_COUNT_kept + 1; f < BF_ROW_COUNTS; f++) {
        if (bf_row_count(counts, f) == 0)
            continue;
        (void)printf("%s%" PRId64 " %s", separator, bf_row_count(counts, f),
                     bf_row_count_fields[f].text);
        separator = ", ";
    }
    (void)printf("%s\n", strcmp(separator, ", ") == 0 ? ")" : "");
}

static void print_season(const bf_snapshot_season_facts *facts)
{
    char first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES], time[BF_TIMESTAMP_TEXT_BYTES],
        season[BF_SEASON_TEXT_BYTES];
    bool has_days = facts->last_day >= facts->first_day;
    format_day(first, facts->first_day, has_days);
    format_day(last, facts->last_day, has_days);
    bf_timestamp_format(time, facts->import_time_us);
    bf_season_format(season, facts->season);
    (void)printf("\nseason %s: %s to %s, origin %s%s, made %s\n  sha256 %s\n", season, first, last,
                 facts->origin, facts->synthetic ? ", synthetic" : "", time, facts->sha256);
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (!facts->present[t])
            continue;
        (void)printf("  %-29s %9" PRId64 " rows", bf_inputs[t].name, facts->rows[t]);
        print_counts(&facts->counts[t]);
    }
}

static void print_text(const bf_snapshot *snapshot, const char *directory, int32_t game_dates)
{
    const bf_history_sizes *sizes = bf_snapshot_sizes(snapshot);
    char first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES];
    format_day(first, sizes->first_day, sizes->last_day >= sizes->first_day);
    format_day(last, sizes->last_day, sizes->last_day >= sizes->first_day);
    (void)printf("snapshot %s: format version %d, %d season%s, %s to %s, %d game dates%s\n",
                 directory, BF_SNAPSHOT_FORMAT_VERSION, sizes->season_count,
                 sizes->season_count == 1 ? "" : "s", first, last, game_dates,
                 sizes->synthetic ? ", synthetic" : "");
    (void)printf("players %d, teams %d, games %d; every SHA-256 is right\n",
                 sizes->dict_count[BF_DICT_PLAYERS], sizes->dict_count[BF_DICT_TEAMS],
                 sizes->dict_count[BF_DICT_GAMES]);
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (!sizes->present[t])
            (void)printf("table %s is absent\n", bf_inputs[t].name);
    }
    for (int i = 0; i < sizes->season_count; i++)
        print_season(bf_snapshot_season(snapshot, i));
}

static json_t *day_json(bf_day day, bool is_known)
{
    char text[BF_DATE_TEXT_BYTES];
    format_day(text, day, is_known);
    return is_known ? json_string(text) : json_null();
}

static json_t *season_json(const bf_snapshot_season_facts *facts)
{
    char time[BF_TIMESTAMP_TEXT_BYTES];
    bool has_days = facts->last_day >= facts->first_day;
    bf_timestamp_format(time, facts->import_time_us);
    json_t *tables = json_object();
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (!facts->present[t])
            continue;
        json_t *table = json_pack("{s:I}", "rows", (json_int_t)facts->rows[t]);
        for (int f = 0; f < BF_ROW_COUNTS; f++)
            (void)json_object_set_new(table, bf_row_count_fields[f].name,
                                      json_integer(bf_row_count(&facts->counts[t], f)));
        (void)json_object_set_new(tables, bf_inputs[t].name, table);
    }
    return json_pack("{s:i, s:s, s:b, s:s, s:s, s:o, s:o, s:o}", "season", facts->season, "origin",
                     facts->origin, "synthetic", facts->synthetic, "import_time", time, "sha256",
                     facts->sha256, "first_date", day_json(facts->first_day, has_days), "last_date",
                     day_json(facts->last_day, has_days), "tables", tables);
}

static bf_status print_json(const bf_snapshot *snapshot, const char *directory, int32_t game_dates,
                            bf_error *err)
{
    const bf_history_sizes *sizes = bf_snapshot_sizes(snapshot);
    bool has_days = sizes->last_day >= sizes->first_day;
    json_t *seasons = json_array();
    for (int i = 0; i < sizes->season_count; i++)
        (void)json_array_append_new(seasons, season_json(bf_snapshot_season(snapshot, i)));
    json_t *root =
        json_pack("{s:s, s:s, s:i, s:b, s:o, s:o, s:i, s:i, s:i, s:i, s:o}", "kind", "snapshot",
                  "path", directory, "format_version", BF_SNAPSHOT_FORMAT_VERSION, "synthetic",
                  sizes->synthetic, "first_date", day_json(sizes->first_day, has_days), "last_date",
                  day_json(sizes->last_day, has_days), "game_dates", game_dates, "players",
                  sizes->dict_count[BF_DICT_PLAYERS], "teams", sizes->dict_count[BF_DICT_TEAMS],
                  "games", sizes->dict_count[BF_DICT_GAMES], "seasons", seasons);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    if (text == NULL)
        return bf_error_set(err, BF_E_MEMORY, "%s: out of memory for its description", directory);
    (void)puts(text);
    free(text);
    return BF_OK;
}

bf_status bf_info_snapshot(const char *directory, bool json, bf_error *err)
{
    bf_snapshot *snapshot = NULL;
    int32_t game_dates = 0;
    BF_TRY(bf_snapshot_open(&snapshot, directory, err));
    bf_status st = count_game_dates(&game_dates, snapshot, err);
    if (st == BF_OK && json)
        st = print_json(snapshot, directory, game_dates, err);
    else if (st == BF_OK)
        print_text(snapshot, directory, game_dates);
    bf_snapshot_close(snapshot);
    return st;
}
