#include "io/text/ndjson.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"

typedef struct bf_ndjson_name {
    char *name; /* owned */
    size_t size;
    int column;
} known_name;

enum { MOST_NAMES = 4096 };

void bf_ndjson_init(bf_ndjson *json, bf_raw *raw, bf_unused *unused)
{
    *json = (bf_ndjson){.raw = raw, .unused = unused};
}

void bf_ndjson_reset(bf_ndjson *json)
{
    for (size_t i = 0; i < json->name_count; i++)
        free(json->names[i].name);
    free(json->names);
    *json = (bf_ndjson){.raw = NULL};
}

static bool is_name(const known_name *known, bf_slice name)
{
    return known->size == name.size && memcmp(known->name, name.text, name.size) == 0;
}

/* Column of a name, which is likely to stand where it stood in the line before: at names[*place].
 */
static bf_status find_column(int *column, size_t *place, bf_ndjson *json, bf_slice name,
                             bf_error *err)
{
    size_t at = *place;
    if (at >= json->name_count || !is_name(&json->names[at], name)) {
        for (at = 0; at < json->name_count && !is_name(&json->names[at], name); at++)
            ;
    }
    if (at == MOST_NAMES)
        return bf_error_set(err, BF_E_INPUT, "more than %d different names", MOST_NAMES);
    if (at == json->name_count) {
        known_name added = {.size = name.size};
        BF_TRY(BF_GROW(&json->names, &json->name_capacity, at + 1, err));
        BF_TRY(BF_ALLOC(&added.name, name.size + 1, err));
        memcpy(added.name, name.text, name.size);
        added.column = bf_table_find_column(json->raw->columns.schema, added.name);
        json->names[json->name_count++] = added;
        if (added.column < 0)
            BF_TRY(bf_unused_add(json->unused, name.text, name.size, err));
    }
    *column = json->names[at].column;
    *place = at + 1;
    return BF_OK;
}

static bf_status set_value(bf_raw *raw, int column, const json_t *value, bf_error *err)
{
    const char *name = raw->columns.schema->columns[column].name;
    switch (json_typeof(value)) {
    case JSON_STRING:
        return bf_raw_set_text(raw, column, json_string_value(value), json_string_length(value),
                               err);
    case JSON_INTEGER:
        return bf_raw_set_integer(raw, column, json_integer_value(value), err);
    case JSON_REAL:
        return bf_raw_set_double(raw, column, json_real_value(value), err);
    case JSON_TRUE:
    case JSON_FALSE:
        return bf_raw_set_bool(raw, column, json_is_true(value), err);
    case JSON_NULL:
        return BF_OK;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return bf_error_set(err, BF_E_INPUT, "column %s: expected a single value, found %s", name,
                        json_is_array(value) ? "a list" : "an object");
}

bf_status bf_ndjson_add(bf_ndjson *json, bf_slice line, bf_error *err)
{
    int64_t row;
    json_error_t problem;
    json_t *object = json_loadb(line.text, line.size, JSON_REJECT_DUPLICATES, &problem);
    if (object == NULL)
        return bf_error_set(err, BF_E_INPUT,
                            "expected a JSON object, found malformed text: %s (byte %d)",
                            problem.text, problem.position);
    bf_status st =
        json_is_object(object)
            ? bf_raw_add_row(&row, json->raw, err)
            : bf_error_set(err, BF_E_INPUT, "expected a JSON object, found another value");
    const char *name;
    json_t *value;
    size_t place = 0;
    json_object_foreach(object, name, value)
    {
        int column = -1;
        if (st == BF_OK)
            st = find_column(&column, &place, json, (bf_slice){name, strlen(name)}, err);
        if (st == BF_OK && column >= 0)
            st = set_value(json->raw, column, value, err);
    }
    json_decref(object);
    return st == BF_OK ? bf_raw_check_row(json->raw, err) : st;
}
