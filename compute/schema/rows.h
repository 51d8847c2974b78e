/* Row structs of the output tables, and how rows go into columns: bf_<short>_row has a field for
 * each stored column (members of JSON columns as object_member). From the .def files. */
#ifndef BF_SCHEMA_ROWS_H
#define BF_SCHEMA_ROWS_H

#include "compute/base/hash.h"
#include "compute/schema/ids.h"
#include "compute/schema/table.h"

#define BF_C_I8 int8_t
#define BF_C_I16 int16_t
#define BF_C_I32 int32_t
#define BF_C_I64 int64_t
#define BF_C_U8 uint8_t
#define BF_C_U64 uint64_t
#define BF_C_F64 double

typedef struct bf_tdza_row {
#define BF_TABLE_DEF "compute/schema/outputs/team_defense_zone_analysis.def"
#include "compute/schema/expand/row.inc"
#undef BF_TABLE_DEF
} bf_tdza_row;

/* Writes rows into rows first .. first + count - 1 of `out`, column by column. */
void bf_tdza_store(bf_columns *out, int64_t first, const bf_tdza_row *rows, int64_t count);

/* Fills data_hash of each row (digest.h; DESIGN §4, docs/adr/0005). */
void bf_tdza_hash_rows(bf_tdza_row *rows, int64_t count,
                       const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start);

typedef struct bf_psza_row {
#define BF_TABLE_DEF "compute/schema/outputs/player_shot_zone_analysis.def"
#include "compute/schema/expand/row.inc"
#undef BF_TABLE_DEF
} bf_psza_row;

/* Writes rows into rows first .. first + count - 1 of `out`, column by column. */
void bf_psza_store(bf_columns *out, int64_t first, const bf_psza_row *rows, int64_t count);

/* Fills data_hash of each row (digest.h; DESIGN §4, docs/adr/0005). */
void bf_psza_hash_rows(bf_psza_row *rows, int64_t count,
                       const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start);

typedef struct bf_pcf_row {
#define BF_TABLE_DEF "compute/schema/outputs/player_composite_factors.def"
#include "compute/schema/expand/row.inc"
#undef BF_TABLE_DEF
} bf_pcf_row;

/* Writes rows into rows first .. first + count - 1 of `out`, column by column. */
void bf_pcf_store(bf_columns *out, int64_t first, const bf_pcf_row *rows, int64_t count);

/* Fills data_hash of each row (digest.h; DESIGN §4, docs/adr/0005). */
void bf_pcf_hash_rows(bf_pcf_row *rows, int64_t count,
                      const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start);

typedef struct bf_pdc_row {
#define BF_TABLE_DEF "compute/schema/outputs/player_daily_cache.def"
#include "compute/schema/expand/row.inc"
#undef BF_TABLE_DEF
} bf_pdc_row;

/* Writes rows into rows first .. first + count - 1 of `out`, column by column. */
void bf_pdc_store(bf_columns *out, int64_t first, const bf_pdc_row *rows, int64_t count);

/* Fills data_hash of each row (digest.h; DESIGN §4, docs/adr/0005). */
void bf_pdc_hash_rows(bf_pdc_row *rows, int64_t count,
                      const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start);

typedef struct bf_ml_row {
#define BF_TABLE_DEF "compute/schema/outputs/ml_feature_store_v2.def"
#include "compute/schema/expand/row.inc"
#undef BF_TABLE_DEF
} bf_ml_row;

/* Writes rows into rows first .. first + count - 1 of `out`, column by column. */
void bf_ml_store(bf_columns *out, int64_t first, const bf_ml_row *rows, int64_t count);

/* Fills data_hash of each row (digest.h; DESIGN §4, docs/adr/0005). */
void bf_ml_hash_rows(bf_ml_row *rows, int64_t count,
                     const bf_dictionary dictionaries[BF_DICT_COUNT], const bf_hash_start *start);

typedef struct bf_failure_row {
#define BF_TABLE_DEF "compute/schema/outputs/precompute_failures.def"
#include "compute/schema/expand/row.inc"
#undef BF_TABLE_DEF
} bf_failure_row;

/* Writes rows into rows first .. first + count - 1 of `out`, column by column. */
void bf_failure_store(bf_columns *out, int64_t first, const bf_failure_row *rows, int64_t count);

#endif
