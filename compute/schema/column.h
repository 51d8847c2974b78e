/* What a column is: the description from which the files, texts, hashes and documents follow
 * (DESIGN §4). Columns are described in inputs/<table>.def and outputs/<table>.def by these rows,
 * in the order of the target table:
 *
 *   KEY      (name, dictionary, mode, description)                      text; int32 code
 *   DATE     (name, mode, description)                                  int32 days since 1970-01-01
 *   TIMESTAMP(name, mode, description)                                  int64 microseconds
 *   INT      (name, type, low, high, unit, mode, description)           narrowest integer for
 * low..high NUMERIC  (name, p, s, stored, unit, mode, description)              int32 scaled by
 * 10^stored NUMERIC64(name, p, s, stored, unit, mode, description)              the same in int64
 *   MEASURE  (name, type, p, s, low, high, unit, mode, description)     input decimal; low..high in
 * units FLOAT    (name, unit, mode, description)                            float64 BOOL     (name,
 * mode, description)                                  int8 CODE     (name, set, mode, description)
 * text of a closed set; int8 PHRASE   (name, set, mode, description) text with numbers; int8, below
 *   SPELLED  (name, set, separator, mode, description)                  text spelled from a list;
 * uint8 mask LIST     (name, set, mode, description)                             ARRAY<STRING> of a
 * set; uint8 mask VECTOR   (name, length, mode, description) ARRAY<FLOAT64> HASH     (name, mode,
 * description)                                  16 hex digits; uint64 JSON     (name, mode,
 * description)                                  object made of the rows below it:
 *     MEMBER_INT(object, name, type, low, high, unit, description),
 *     MEMBER_FLOAT(object, name, unit, description), MEMBER_BOOL(object, name, description),
 *     MEMBER_CODE(object, name, set, description), MEMBER_LIST(object, name, set, description),
 *     MEMBER_ALONE(object, name, description): a flag; where it is true the object holds nothing
 *     else, where it is false it is not written
 *   the same value in every row, not stored:
 *     CONST_TEXT(name, text, mode, description), CONST_INT(name, value, mode, description),
 *     CONST_BOOL(name, value, mode, description), CONST_FLOAT(name, value, mode, description),
 *     CONST_NUMERIC(name, p, s, scaled, mode, description), CONST_LIST(name, set or none, mode,
 * description), CONST_NULL(name, sql type, mode, description), RUN_TIME(name, mode, description),
 * RUN_ID(name, mode, description), RUN_VERSION(name, mode, description),
 *     RUN_FINGERPRINT(name, mode, description)
 *
 * mode: REQUIRED or NULLABLE, `| HASHED` where the row's data_hash covers the column, `| RUN_FACT`
 * where it follows from the time of the run, so that digests leave it out.
 * A PHRASE is a CODE whose texts are templates: `{column}` stands for a number of the same row. */
#ifndef BF_SCHEMA_COLUMN_H
#define BF_SCHEMA_COLUMN_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compute/schema/sets.h"

/* How a value lies in memory and in the file. */
typedef enum {
    BF_TYPE_NONE, /* not stored: the same in every row */
    BF_TYPE_I8,
    BF_TYPE_I16,
    BF_TYPE_I32,
    BF_TYPE_I64,
    BF_TYPE_U8,
    BF_TYPE_U64,
    BF_TYPE_F64
} bf_type;

/* Missing values, also the file's _FillValue. A mask has none: an empty mask is null or [] by kind.
 */
#define BF_NULL_I8 INT8_MIN
#define BF_NULL_I16 INT16_MIN
#define BF_NULL_I32 INT32_MIN
#define BF_NULL_I64 INT64_MIN
#define BF_NULL_U64 UINT64_C(0)
#define BF_NULL_F64 ((double)NAN)

/* Storage class: the one thing that decides how a column is held, written, hashed and spelled. */
typedef enum {
    BF_KIND_KEY,
    BF_KIND_DATE,
    BF_KIND_TIMESTAMP,
    BF_KIND_INT,
    BF_KIND_NUMERIC,
    BF_KIND_FLOAT,
    BF_KIND_BOOL,
    BF_KIND_CODE,
    BF_KIND_PHRASE,
    BF_KIND_SPELLED,
    BF_KIND_LIST,
    BF_KIND_VECTOR,
    BF_KIND_HASH,
    BF_KIND_JSON,
    BF_KIND_ALONE,
    BF_KIND_CONST_TEXT,
    BF_KIND_CONST_INT,
    BF_KIND_CONST_BOOL,
    BF_KIND_CONST_FLOAT,
    BF_KIND_CONST_NUMERIC,
    BF_KIND_CONST_LIST,
    BF_KIND_CONST_NULL,
    BF_KIND_RUN_TIME,
    BF_KIND_RUN_ID,
    BF_KIND_RUN_VERSION,
    BF_KIND_RUN_FINGERPRINT
} bf_kind;

/* Dictionaries: the texts behind int32 codes, sorted by bytes, so that codes sort like texts. */
typedef enum {
    BF_DICT_PLAYERS,    /* player_lookup */
    BF_DICT_UNIVERSAL,  /* universal_player_id */
    BF_DICT_TEAMS,      /* three-letter codes */
    BF_DICT_GAMES,      /* YYYYMMDD_AWAY_HOME */
    BF_DICT_NUMBERS,    /* the league's 10-digit game numbers */
    BF_DICT_ENTITIES,   /* players, teams and DATE_LEVEL: what a failure record is about */
    BF_DICT_PROCESSORS, /* class names of the processors */
    BF_DICT_COUNT
} bf_dict;

enum { BF_MODE_REQUIRED = 1, BF_MODE_HASHED = 2, BF_MODE_RUN_FACT = 4 };

typedef struct bf_column {
    const char *name;
    bf_kind kind;
    bf_type type;
    const char *sql_type;      /* BigQuery type: STRING, INT64, NUMERIC(5,1), ARRAY<FLOAT64>, ... */
    unsigned mode;             /* BF_MODE_* */
    bf_dict dictionary;        /* KEY */
    bf_set set;                /* CODE, PHRASE, SPELLED, LIST, CONST_LIST */
    const char *separator;     /* SPELLED */
    int precision, scale;      /* NUMERIC: declared p and s */
    int decimals;              /* NUMERIC: stored value = value * 10^decimals */
    int64_t low, high;         /* smallest and largest stored value allowed (scaled) */
    int length;                /* VECTOR: values a row; else 1 */
    const char *unit;          /* UDUNITS name, NULL if there is none. Never "days", "hours",
                                * "minutes", "seconds": readers take those for time spans */
    const char *constant_text; /* CONST_TEXT */
    int64_t constant; /* CONST_INT, CONST_BOOL, CONST_NUMERIC (scaled), CONST_FLOAT (whole) */
    int parent;       /* index of the JSON column a member belongs to, -1 for a column */
    const char *description;
} bf_column;

size_t bf_type_size(bf_type type); /* bytes */

/* Bytes a row of the column takes; 0 if it is not stored. */
size_t bf_column_row_bytes(const bf_column *column);

static inline bool bf_column_is_stored(const bf_column *column)
{
    return column->type != BF_TYPE_NONE;
}

/* Value of row `row` of a column's storage; integers and masks of any width. */
int64_t bf_column_integer(const bf_column *column, const void *data, int64_t row);

/* True where row `row` is null. Masks: SPELLED null when empty, LIST never null. */
bool bf_column_is_null(const bf_column *column, const void *data, int64_t row);

/* Fills `rows` rows with the column's null. */
void bf_column_fill_null(const bf_column *column, void *data, int64_t first, int64_t rows);

/* The null of a column as an integer (BF_NULL_I8 ... by type); 0 for masks. */
int64_t bf_column_null(const bf_column *column);

/* Stores an integer that lies within low..high or is the column's null. */
void bf_column_set_integer(const bf_column *column, void *data, int64_t row, int64_t value);

#endif
