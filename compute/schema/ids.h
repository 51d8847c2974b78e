/* Ids of the columns of every table: BF_<short>_<column>, members of JSON columns as
 * BF_<short>_<object>_<member>; BF_<short>_COLUMNS of them. From the .def files. */
#ifndef BF_SCHEMA_IDS_H
#define BF_SCHEMA_IDS_H

enum {
#define PREFIX(name) BF_pgs_##name
#define BF_TABLE_DEF "compute/schema/inputs/player_game_summary.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_pgs_COLUMNS
};

enum {
#define PREFIX(name) BF_tog_##name
#define BF_TABLE_DEF "compute/schema/inputs/team_offense_game_summary.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_tog_COLUMNS
};

enum {
#define PREFIX(name) BF_tdg_##name
#define BF_TABLE_DEF "compute/schema/inputs/team_defense_game_summary.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_tdg_COLUMNS
};

enum {
#define PREFIX(name) BF_schedule_##name
#define BF_TABLE_DEF "compute/schema/inputs/schedule.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_schedule_COLUMNS
};

enum {
#define PREFIX(name) BF_upgc_##name
#define BF_TABLE_DEF "compute/schema/inputs/upcoming_player_game_context.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_upgc_COLUMNS
};

enum {
#define PREFIX(name) BF_utgc_##name
#define BF_TABLE_DEF "compute/schema/inputs/upcoming_team_game_context.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_utgc_COLUMNS
};

enum {
#define PREFIX(name) BF_players_##name
#define BF_TABLE_DEF "compute/schema/inputs/players.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_players_COLUMNS
};

enum {
#define PREFIX(name) BF_attempts_##name
#define BF_TABLE_DEF "compute/schema/inputs/reprocess_attempts.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_attempts_COLUMNS
};

enum {
#define PREFIX(name) BF_tdza_##name
#define BF_TABLE_DEF "compute/schema/outputs/team_defense_zone_analysis.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_tdza_COLUMNS
};

enum {
#define PREFIX(name) BF_psza_##name
#define BF_TABLE_DEF "compute/schema/outputs/player_shot_zone_analysis.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_psza_COLUMNS
};

enum {
#define PREFIX(name) BF_pcf_##name
#define BF_TABLE_DEF "compute/schema/outputs/player_composite_factors.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_pcf_COLUMNS
};

enum {
#define PREFIX(name) BF_pdc_##name
#define BF_TABLE_DEF "compute/schema/outputs/player_daily_cache.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_pdc_COLUMNS
};

enum {
#define PREFIX(name) BF_ml_##name
#define BF_TABLE_DEF "compute/schema/outputs/ml_feature_store_v2.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_ml_COLUMNS
};

enum {
#define PREFIX(name) BF_failure_##name
#define BF_TABLE_DEF "compute/schema/outputs/precompute_failures.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_failure_COLUMNS
};

enum {
#define PREFIX(name) BF_runs_##name
#define BF_TABLE_DEF "compute/schema/records/precompute_processor_runs.def"
#include "compute/schema/expand/ids.inc"
#undef BF_TABLE_DEF
#undef PREFIX
    BF_runs_COLUMNS
};

#endif
