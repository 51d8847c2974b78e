#include "io/text/ndjson.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"

/* Lines of an export are flat objects of strings without escapes, numbers, true, false and null.
 * Those are read here, an order of magnitude faster than by jansson; any other line, well-formed or
 * not, is left to jansson, which also says what is wrong. */

typedef enum { MEMBER_STRING, MEMBER_NUMBER, MEMBER_TRUE, MEMBER_FALSE, MEMBER_NULL } member_kind;

typedef struct bf_ndjson_member {
    int column; /* -1: none of the table */
    member_kind kind;
    bf_slice value;
} member;

typedef struct bf_ndjson_name {
    char *name; /* owned */
    size_t size;
    int column;
} known_name;

enum { MOST_NAMES = 4096, MOST_MEMBERS = 4096 };

void bf_ndjson_init(bf_ndjson *json, bf_raw *raw, bf_unused *unused)
{
    *json = (bf_ndjson){.raw = raw, .unused = unused};
}

void bf_ndjson_reset(bf_ndjson *json)
{
    for (size_t i = 0; i < json->name_count; i++)
        free(json->names[i].name);
    free(json->names);
    free(json->members);
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

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* A string without escapes: its text, and where it ends; NULL if it is not one. */
static const char *scan_string(bf_slice *out, const char *at, const char *end)
{
    if (at == end || *at != '"')
        return NULL;
    const char *first = ++at;
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    if (at == end || *at != '"')
        return NULL;
    *out = (bf_slice){first, (size_t)(at - first)};
    return at + 1;
}

static const char *scan_digits(const char *at, const char *end)
{
    const char *first = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at == first ? NULL : at;
}

static const char *scan_number(const char *at, const char *end)
{
    at += at < end && *at == '-';
    if (at < end && *at == '0')
        at++;
    else if ((at = scan_digits(at, end)) == NULL)
        return NULL;
    if (at < end && *at == '.' && (at = scan_digits(at + 1, end)) == NULL)
        return NULL;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '-' || *at == '+');
        at = scan_digits(at, end);
    }
    return at;
}

static const char *scan_word(member *out, const char *at, const char *end)
{
    static const struct {
        const char *word;
        size_t size;
        member_kind kind;
    } words[] = {{"true", 4, MEMBER_TRUE}, {"false", 5, MEMBER_FALSE}, {"null", 4, MEMBER_NULL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((size_t)(end - at) >= words[i].size && memcmp(at, words[i].word, words[i].size) == 0) {
            out->kind = words[i].kind;
            return at + words[i].size;
        }
    }
    return NULL;
}

static const char *scan_value(member *out, const char *at, const char *end)
{
    if (at < end && *at == '"') {
        out->kind = MEMBER_STRING;
        return scan_string(&out->value, at, end);
    }
    if (at < end && (*at == '-' || (*at >= '0' && *at <= '9'))) {
        const char *after = scan_number(at, end);
        out->kind = MEMBER_NUMBER;
        out->value = (bf_slice){at, after == NULL ? 0 : (size_t)(after - at)};
        return after;
    }
    return scan_word(out, at, end);
}

/* A number in a column that holds none: jansson's way reports it as every other wrong type. */
static bool is_plain(const bf_ndjson *json, const member *it, const bool *seen)
{
    if (it->column < 0)
        return true;
    bf_kind kind = json->raw->columns.schema->columns[it->column].kind;
    return !seen[it->column] &&
           (it->kind != MEMBER_NUMBER || kind == BF_KIND_INT || kind == BF_KIND_NUMERIC);
}

/* Reads the line into json->members; *count is 0 if it is not one of the plain kind. */
static bf_status scan_line(size_t *count, bf_ndjson *json, bf_slice line, bf_error *err)
{
    bool seen[BF_MAX_COLUMNS] = {false};
    const char *end = line.text + line.size, *at = skip_space(line.text, end);
    size_t used = 0, place = 0;
    *count = 0;
    if (at == end || *at != '{')
        return BF_OK;
    do {
        bf_slice name;
        if ((at = scan_string(&name, skip_space(at + 1, end), end)) == NULL || used == MOST_MEMBERS)
            return BF_OK;
        BF_TRY(BF_GROW(&json->members, &json->member_capacity, used + 1, err));
        member *it = &json->members[used++];
        at = skip_space(at, end);
        if (at == end || *at != ':' || (at = scan_value(it, skip_space(at + 1, end), end)) == NULL)
            return BF_OK;
        BF_TRY(find_column(&it->column, &place, json, name, err));
        if (!is_plain(json, it, seen))
            return BF_OK;
        if (it->column >= 0)
            seen[it->column] = true;
        at = skip_space(at, end);
    } while (at < end && *at == ',');
    if (at < end && *at == '}' && skip_space(at + 1, end) == end)
        *count = used;
    return BF_OK;
}

static bf_status set_member(bf_raw *raw, const member *it, bf_error *err)
{
    switch (it->kind) {
    case MEMBER_STRING:
    case MEMBER_NUMBER:
        return bf_raw_set_text(raw, it->column, it->value.text, it->value.size, err);
    case MEMBER_TRUE:
    case MEMBER_FALSE:
        return bf_raw_set_bool(raw, it->column, it->kind == MEMBER_TRUE, err);
    case MEMBER_NULL:
        break;
    }
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

/* Any line, by jansson. */
static bf_status add_by_jansson(bf_ndjson *json, bf_slice line, bf_error *err)
{
    json_error_t problem;
    json_t *object = json_loadb(line.text, line.size, JSON_REJECT_DUPLICATES, &problem);
    if (object == NULL)
        return bf_error_set(err, BF_E_INPUT,
                            "expected a JSON object, found malformed text: %s (byte %d)",
                            problem.text, problem.position);
    bf_status st = BF_OK;
    if (!json_is_object(object))
        st = bf_error_set(err, BF_E_INPUT, "expected a JSON object, found another value");
    const char *name;
    json_t *value;
    size_t place = 0;
    json_object_foreach(object, name, value)
    {
        int column;
        if (st == BF_OK)
            st = find_column(&column, &place, json, (bf_slice){name, strlen(name)}, err);
        if (st == BF_OK && column >= 0)
            st = set_value(json->raw, column, value, err);
    }
    json_decref(object);
    return st;
}

bf_status bf_ndjson_add(bf_ndjson *json, bf_slice line, bf_error *err)
{
    int64_t row;
    size_t count;
    BF_TRY(scan_line(&count, json, line, err));
    BF_TRY(bf_raw_add_row(&row, json->raw, err));
    if (count == 0)
        BF_TRY(add_by_jansson(json, line, err));
    for (size_t i = 0; i < count; i++) {
        if (json->members[i].column >= 0)
            BF_TRY(set_member(json->raw, &json->members[i], err));
    }
    return bf_raw_check_row(json->raw, err);
}
