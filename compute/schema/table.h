/* The tables: what the run reads (inputs) and writes (outputs). tables.def and one .def a table. */
#ifndef BF_SCHEMA_TABLE_H
#define BF_SCHEMA_TABLE_H

#include "compute/base/error.h"
#include "compute/schema/column.h"

typedef struct bf_table_schema {
    const char *name;
    const char *dataset; /* BigQuery dataset by default */
    const char *keys;    /* inputs: columns that identify a row; outputs: the date and this one */
    const char *cluster; /* outputs: cluster columns */
    const char *description;
    const bf_column *columns; /* members of a JSON column follow it */
    int column_count;
    int date_column; /* index; -1 if the table has none */
    int key_column;  /* outputs: index of the column that sorts the rows of a date */
    bool required;   /* inputs: a snapshot cannot do without it */
} bf_table_schema;

typedef enum {
#define INPUT(short_name, ...) BF_INPUT_##short_name,
#include "compute/schema/tables.def"
#undef INPUT
    BF_INPUT_COUNT
} bf_input;

typedef enum {
#define OUTPUT(short_name, ...) BF_OUTPUT_##short_name,
#include "compute/schema/tables.def"
#undef OUTPUT
    BF_OUTPUT_COUNT
} bf_output;

typedef enum {
#define RECORD(short_name, ...) BF_RECORD_##short_name,
#include "compute/schema/tables.def"
#undef RECORD
    BF_RECORD_COUNT
} bf_record;

extern const bf_table_schema bf_inputs[BF_INPUT_COUNT];
extern const bf_table_schema bf_outputs[BF_OUTPUT_COUNT];
extern const bf_table_schema bf_records[BF_RECORD_COUNT];

enum { BF_MAX_COLUMNS = 112 }; /* of any table, members included */

/* Index of a column by name (members by "object/name"), -1 if there is none. */
int bf_table_find_column(const bf_table_schema *schema, const char *name);

/* Output table by name or short name (tdza, psza, pcf, pdc, ml, failure), -1 if there is none. */
int bf_output_find(const char *name);
int bf_input_find(const char *name);

/* Bytes that one row takes in all stored columns. */
size_t bf_table_row_bytes(const bf_table_schema *schema);

/* A table in memory, column by column. data[c] holds rows * length values of column c's type, NULL
 * for columns that are not stored. Whose memory it is, is said where one is made. */
typedef struct bf_columns {
    const bf_table_schema *schema;
    int64_t rows;
    void *data[BF_MAX_COLUMNS];
} bf_columns;

/* Zeroed heap memory for `rows` rows of every stored column; freed with bf_columns_free. */
BF_CHECK_RESULT bf_status bf_columns_alloc(bf_columns *out, const bf_table_schema *schema,
                                           int64_t rows, bf_error *err);
void bf_columns_free(bf_columns *columns);

/* Texts behind the codes of a KEY column; sorted by bytes. Borrows. */
typedef struct bf_dictionary {
    int32_t count;
    const int64_t *offset; /* [count + 1] into bytes; a text ends with a NUL */
    const char *bytes;
} bf_dictionary;

static inline const char *bf_dictionary_text(const bf_dictionary *dictionary, int32_t code)
{
    return dictionary->bytes + dictionary->offset[code];
}

static inline size_t bf_dictionary_length(const bf_dictionary *dictionary, int32_t code)
{
    return (size_t)(dictionary->offset[code + 1] - dictionary->offset[code] - 1);
}

/* Code of a text, -1 if it is not there. */
int32_t bf_dictionary_find(const bf_dictionary *dictionary, const char *text);

enum { BF_KEY_TEXT_MAX = 200 }; /* bytes of a key text; longer ones are an import error */

#endif
