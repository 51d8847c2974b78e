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

/* bf_<short>_row, and
 *     void bf_<short>_store(bf_columns *out, int64_t first, const bf_<short>_row *rows, int64_t
 * count) which writes rows into rows first .. first + count - 1 of `out`, column by column. */
#define BF_EACH "compute/schema/expand/row.inc"
#include "compute/schema/expand/each_output.inc"
#undef BF_EACH

/* Of the processors' tables: fills data_hash of each row (digest.h; DESIGN §4, docs/adr/0005). */
#define BF_EACH "compute/schema/expand/hash_declared.inc"
#include "compute/schema/expand/each_processor.inc"
#undef BF_EACH

#endif
