#include "compute/schema/column.h"

#include <string.h>

size_t bf_type_size(bf_type type)
{
    static const size_t sizes[] = {0, 1, 2, 4, 8, 1, 8, 8};
    return sizes[type];
}

size_t bf_column_row_bytes(const bf_column *column)
{
    return bf_type_size(column->type) * (size_t)column->length;
}

int64_t bf_column_integer(const bf_column *column, const void *data, int64_t row)
{
    switch (column->type) {
    case BF_TYPE_I8:
        return ((const int8_t *)data)[row];
    case BF_TYPE_I16:
        return ((const int16_t *)data)[row];
    case BF_TYPE_I32:
        return ((const int32_t *)data)[row];
    case BF_TYPE_I64:
        return ((const int64_t *)data)[row];
    case BF_TYPE_U8:
        return ((const uint8_t *)data)[row];
    case BF_TYPE_U64:
        return (int64_t)((const uint64_t *)data)[row];
    case BF_TYPE_NONE:
    case BF_TYPE_F64:
        break;
    }
    return column->constant;
}

int64_t bf_column_null(const bf_column *column)
{
    switch (column->type) {
    case BF_TYPE_I8:
        return BF_NULL_I8;
    case BF_TYPE_I16:
        return BF_NULL_I16;
    case BF_TYPE_I32:
        return BF_NULL_I32;
    case BF_TYPE_I64:
        return BF_NULL_I64;
    case BF_TYPE_U8:
    case BF_TYPE_U64:
    case BF_TYPE_NONE:
    case BF_TYPE_F64:
        break;
    }
    return 0;
}

bool bf_column_is_null(const bf_column *column, const void *data, int64_t row)
{
    switch (column->kind) {
    case BF_KIND_CONST_NULL:
        return true;
    case BF_KIND_LIST:
    case BF_KIND_VECTOR:
    case BF_KIND_JSON:
    case BF_KIND_CONST_TEXT:
    case BF_KIND_CONST_INT:
    case BF_KIND_CONST_BOOL:
    case BF_KIND_CONST_FLOAT:
    case BF_KIND_CONST_NUMERIC:
    case BF_KIND_CONST_LIST:
    case BF_KIND_RUN_TIME:
    case BF_KIND_RUN_ID:
    case BF_KIND_RUN_VERSION:
    case BF_KIND_RUN_FINGERPRINT:
        return false;
    case BF_KIND_FLOAT:
        return isnan(((const double *)data)[row]);
    case BF_KIND_KEY:
    case BF_KIND_DATE:
    case BF_KIND_TIMESTAMP:
    case BF_KIND_INT:
    case BF_KIND_NUMERIC:
    case BF_KIND_BOOL:
    case BF_KIND_CODE:
    case BF_KIND_PHRASE:
    case BF_KIND_SPELLED:
    case BF_KIND_HASH:
    case BF_KIND_ALONE:
        break;
    }
    return bf_column_integer(column, data, row) == bf_column_null(column);
}

void bf_column_set_integer(const bf_column *column, void *data, int64_t row, int64_t value)
{
    switch (column->type) {
    case BF_TYPE_I8:
        ((int8_t *)data)[row] = (int8_t)value;
        break;
    case BF_TYPE_I16:
        ((int16_t *)data)[row] = (int16_t)value;
        break;
    case BF_TYPE_I32:
        ((int32_t *)data)[row] = (int32_t)value;
        break;
    case BF_TYPE_I64:
        ((int64_t *)data)[row] = value;
        break;
    case BF_TYPE_U8:
        ((uint8_t *)data)[row] = (uint8_t)value;
        break;
    case BF_TYPE_U64:
        ((uint64_t *)data)[row] = (uint64_t)value;
        break;
    case BF_TYPE_NONE:
    case BF_TYPE_F64:
        break;
    }
}

void bf_column_fill_null(const bf_column *column, void *data, int64_t first, int64_t rows)
{
    int64_t end = (first + rows) * column->length;
    for (int64_t i = first * column->length; i < end; i++) {
        if (column->type == BF_TYPE_F64)
            ((double *)data)[i] = BF_NULL_F64;
        else
            bf_column_set_integer(column, data, i, bf_column_null(column));
    }
}
