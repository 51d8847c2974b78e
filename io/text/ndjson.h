/* Newline-delimited JSON: an object a line into a row. jansson reads each line. */
#ifndef BF_IO_NDJSON_H
#define BF_IO_NDJSON_H

#include "compute/history/raw.h"
#include "io/text/lines.h"
#include "io/text/unused.h"

typedef struct bf_ndjson {
    bf_raw *raw;       /* borrowed: rows go here */
    bf_unused *unused; /* borrowed: names that are no columns */
    struct bf_ndjson_name
        *names; /* owned: of members in the order of earlier lines, with their columns */
    size_t name_capacity, name_count;
} bf_ndjson;

void bf_ndjson_init(bf_ndjson *json, bf_raw *raw, bf_unused *unused);
void bf_ndjson_reset(bf_ndjson *json);

/* Adds the row of a line. BF_E_INPUT says what is wrong; the caller names file, line and table. */
BF_CHECK_RESULT bf_status bf_ndjson_add(bf_ndjson *json, bf_slice line, bf_error *err);

#endif
