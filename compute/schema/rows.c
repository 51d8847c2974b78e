#include "compute/schema/rows.h"

#include <string.h>

#include "compute/schema/digest.h"

#define REQUIRED BF_MODE_REQUIRED
#define NULLABLE 0
#define HASHED BF_MODE_HASHED

void bf_tdza_store(bf_columns *out, int64_t first, const bf_tdza_row *rows, int64_t count)
{
#define PREFIX(name) BF_tdza_##name
#define BF_TABLE_DEF "compute/schema/outputs/team_defense_zone_analysis.def"
#include "compute/schema/expand/store.inc"
#undef BF_TABLE_DEF
#undef PREFIX
}

void bf_tdza_hash_rows(bf_tdza_row *rows, int64_t count,
                       const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start)
{
    uint8_t bytes[BF_ROW_HASH_BYTES + BF_SHA256_PADDING_BYTES];
    for (int64_t i = 0; i < count; i++) {
        uint8_t *at = bytes;
#define BF_TABLE_DEF "compute/schema/outputs/team_defense_zone_analysis.def"
#include "compute/schema/expand/hash.inc"
#undef BF_TABLE_DEF
        rows[i].data_hash = bf_hash_64(start, bytes, (size_t)(at - bytes));
    }
}

void bf_psza_store(bf_columns *out, int64_t first, const bf_psza_row *rows, int64_t count)
{
#define PREFIX(name) BF_psza_##name
#define BF_TABLE_DEF "compute/schema/outputs/player_shot_zone_analysis.def"
#include "compute/schema/expand/store.inc"
#undef BF_TABLE_DEF
#undef PREFIX
}

void bf_psza_hash_rows(bf_psza_row *rows, int64_t count,
                       const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start)
{
    uint8_t bytes[BF_ROW_HASH_BYTES + BF_SHA256_PADDING_BYTES];
    for (int64_t i = 0; i < count; i++) {
        uint8_t *at = bytes;
#define BF_TABLE_DEF "compute/schema/outputs/player_shot_zone_analysis.def"
#include "compute/schema/expand/hash.inc"
#undef BF_TABLE_DEF
        rows[i].data_hash = bf_hash_64(start, bytes, (size_t)(at - bytes));
    }
}

void bf_pcf_store(bf_columns *out, int64_t first, const bf_pcf_row *rows, int64_t count)
{
#define PREFIX(name) BF_pcf_##name
#define BF_TABLE_DEF "compute/schema/outputs/player_composite_factors.def"
#include "compute/schema/expand/store.inc"
#undef BF_TABLE_DEF
#undef PREFIX
}

void bf_pcf_hash_rows(bf_pcf_row *rows, int64_t count,
                      const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start)
{
    uint8_t bytes[BF_ROW_HASH_BYTES + BF_SHA256_PADDING_BYTES];
    for (int64_t i = 0; i < count; i++) {
        uint8_t *at = bytes;
#define BF_TABLE_DEF "compute/schema/outputs/player_composite_factors.def"
#include "compute/schema/expand/hash.inc"
#undef BF_TABLE_DEF
        rows[i].data_hash = bf_hash_64(start, bytes, (size_t)(at - bytes));
    }
}

void bf_pdc_store(bf_columns *out, int64_t first, const bf_pdc_row *rows, int64_t count)
{
#define PREFIX(name) BF_pdc_##name
#define BF_TABLE_DEF "compute/schema/outputs/player_daily_cache.def"
#include "compute/schema/expand/store.inc"
#undef BF_TABLE_DEF
#undef PREFIX
}

void bf_pdc_hash_rows(bf_pdc_row *rows, int64_t count,
                      const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start)
{
    uint8_t bytes[BF_ROW_HASH_BYTES + BF_SHA256_PADDING_BYTES];
    for (int64_t i = 0; i < count; i++) {
        uint8_t *at = bytes;
#define BF_TABLE_DEF "compute/schema/outputs/player_daily_cache.def"
#include "compute/schema/expand/hash.inc"
#undef BF_TABLE_DEF
        rows[i].data_hash = bf_hash_64(start, bytes, (size_t)(at - bytes));
    }
}

void bf_ml_store(bf_columns *out, int64_t first, const bf_ml_row *rows, int64_t count)
{
#define PREFIX(name) BF_ml_##name
#define BF_TABLE_DEF "compute/schema/outputs/ml_feature_store_v2.def"
#include "compute/schema/expand/store.inc"
#undef BF_TABLE_DEF
#undef PREFIX
}

void bf_ml_hash_rows(bf_ml_row *rows, int64_t count,
                     const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start)
{
    uint8_t bytes[BF_ROW_HASH_BYTES + BF_SHA256_PADDING_BYTES];
    for (int64_t i = 0; i < count; i++) {
        uint8_t *at = bytes;
#define BF_TABLE_DEF "compute/schema/outputs/ml_feature_store_v2.def"
#include "compute/schema/expand/hash.inc"
#undef BF_TABLE_DEF
        rows[i].data_hash = bf_hash_64(start, bytes, (size_t)(at - bytes));
    }
}

void bf_failure_store(bf_columns *out, int64_t first, const bf_failure_row *rows, int64_t count)
{
#define PREFIX(name) BF_failure_##name
#define BF_TABLE_DEF "compute/schema/outputs/precompute_failures.def"
#include "compute/schema/expand/store.inc"
#undef BF_TABLE_DEF
#undef PREFIX
}
