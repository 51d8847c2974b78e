#include "io/hdf5/results_columns.h"

#include <stdio.h>
#include <string.h>

#include "compute/base/decimal.h"
#include "compute/base/text.h"
#include "io/hdf5/results_internal.h"

enum { MAX_FLAGS = 32, MAX_FLAG_TEXT_BYTES = 4096 };

static bf_fill integer(bf_type type, int64_t value)
{
    bf_fill fill = {0};
    const bf_column column = {.type = type};
    bf_column_set_integer(&column, &fill, 0, value);
    return fill;
}

static bf_fill null_of(bf_type type)
{
    if (type == BF_TYPE_F64)
        return (bf_fill){.f64 = BF_NULL_F64};
    return integer(type, bf_column_null(&(bf_column){.type = type}));
}

static bf_type narrowest(int64_t value)
{
    if (value > INT8_MIN && value <= INT8_MAX)
        return BF_TYPE_I8;
    if (value > INT16_MIN && value <= INT16_MAX)
        return BF_TYPE_I16;
    return value > INT32_MIN && value <= INT32_MAX ? BF_TYPE_I32 : BF_TYPE_I64;
}

static bf_column_form constant(bf_type type, int64_t value)
{
    return (bf_column_form){.type = type, .constant = true, .fill = integer(type, value)};
}

/* A column that is always null has the type that it would have if it were filled. */
static bf_column_form always_null(const char *sql_type)
{
    bf_type type = BF_TYPE_I8; /* BOOL, INT64, codes of STRING */
    if (strcmp(sql_type, "TIMESTAMP") == 0)
        type = BF_TYPE_I64;
    else if (strncmp(sql_type, "NUMERIC", 7) == 0 || strcmp(sql_type, "DATE") == 0)
        type = BF_TYPE_I32;
    else if (strcmp(sql_type, "FLOAT64") == 0)
        type = BF_TYPE_F64;
    return (bf_column_form){.type = type,
                            .constant = true,
                            .missing = true,
                            .fill = null_of(type),
                            .null_value = null_of(type)};
}

bf_column_form bf_column_form_of(const bf_column *column, const bf_run_facts *facts)
{
    bf_column_form form = {.type = column->type};
    switch (column->kind) {
    case BF_KIND_CONST_TEXT:
    case BF_KIND_RUN_ID:
        form = constant(BF_TYPE_I8, 0);
        form.only_text = column->kind == BF_KIND_RUN_ID ? facts->run_id : column->constant_text;
        return form;
    case BF_KIND_CONST_INT:
        return constant(narrowest(column->constant), column->constant);
    case BF_KIND_CONST_BOOL:
        return constant(BF_TYPE_I8, column->constant);
    case BF_KIND_CONST_FLOAT:
        return (bf_column_form){
            .type = BF_TYPE_F64, .constant = true, .fill = {.f64 = (double)column->constant}};
    case BF_KIND_CONST_NUMERIC:
        return constant(BF_TYPE_I32, column->constant);
    case BF_KIND_CONST_LIST:
        return constant(bf_set_size(column->set) <= 8 ? BF_TYPE_U8 : BF_TYPE_I32,
                        (INT64_C(1) << bf_set_size(column->set)) - 1);
    case BF_KIND_CONST_NULL:
        return always_null(column->sql_type);
    case BF_KIND_RUN_TIME:
        return constant(BF_TYPE_I64, facts->run_timestamp_us);
    case BF_KIND_JSON:
        return form;
    default:
        form.missing = column->type != BF_TYPE_U8;
        form.null_value = null_of(column->type);
        return form;
    }
}

void bf_column_flags(bf_cf *cf, hid_t dataset, bf_type type, bool masks, int count,
                     const char *const *texts)
{
    bf_text meanings = BF_TEXT_INIT(MAX_FLAG_TEXT_BYTES), exact = BF_TEXT_INIT(MAX_FLAG_TEXT_BYTES);
    uint8_t values[MAX_FLAGS * sizeof(int64_t)];
    const bf_column element = {.type = type};
    for (int i = 0; i < count; i++) {
        bf_column_set_integer(&element, values, i, masks ? INT64_C(1) << i : i);
        bf_text_string(&meanings, i > 0 ? " " : "");
        bf_text_string(&exact, i > 0 ? "\n" : "");
        size_t at = meanings.size_bytes;
        bf_text_string(&meanings, texts[i]);
        bf_text_string(&exact, texts[i]);
        for (; at < meanings.size_bytes; at++) {
            if (meanings.data[at] == ' ')
                meanings.data[at] = '_';
        }
    }
    if (cf->st == BF_OK)
        cf->st = bf_text_status(&meanings, cf->err);
    if (cf->st == BF_OK)
        cf->st = bf_text_status(&exact, cf->err);
    if (cf->st == BF_OK && count > 0) {
        bf_cf_attributes(cf, dataset, masks ? "flag_masks" : "flag_values", bf_h5_type(type), count,
                         values);
        bf_cf_attribute_text(cf, dataset, "flag_meanings", meanings.data);
        bool spaces = false;
        for (int i = 0; i < count; i++)
            spaces |= strchr(texts[i], ' ') != NULL;
        if (spaces)
            bf_cf_attribute_text(cf, dataset, "flag_texts", exact.data);
    }
    bf_text_free(&meanings);
    bf_text_free(&exact);
}

static void describe_set(bf_cf *cf, hid_t dataset, const bf_column *column, bf_type type,
                         bool masks)
{
    const char *texts[MAX_FLAGS];
    int count = bf_set_size(column->set);
    for (int i = 0; i < count; i++)
        texts[i] = bf_set_text(column->set, i);
    bf_column_flags(cf, dataset, type, masks, count, texts);
}

/* What only some kinds have: how to turn the stored value into the column's value. */
static void describe_kind(bf_cf *cf, hid_t dataset, const bf_column *column,
                          const bf_column_form *form)
{
    static const char *const truth[] = {"false", "true"};
    char path[BF_RESULTS_NAME_BYTES];
    switch (column->kind) {
    case BF_KIND_KEY:
        (void)snprintf(path, sizeof path, "/dictionaries/%s", bf_dict_names[column->dictionary]);
        bf_cf_attribute_text(cf, dataset, "dictionary", path);
        return;
    case BF_KIND_NUMERIC:
    case BF_KIND_CONST_NUMERIC:
        bf_cf_attribute(cf, dataset, "scale_factor", H5T_IEEE_F64LE,
                        &(double){1.0 / bf_pow10[column->decimals]});
        return;
    case BF_KIND_BOOL:
    case BF_KIND_ALONE:
    case BF_KIND_CONST_BOOL:
        bf_column_flags(cf, dataset, form->type, false, 2, truth);
        return;
    case BF_KIND_CODE:
    case BF_KIND_PHRASE:
        describe_set(cf, dataset, column, form->type, false);
        return;
    case BF_KIND_SPELLED:
        bf_cf_attribute_text(cf, dataset, "separator", column->separator);
        describe_set(cf, dataset, column, form->type, true);
        return;
    case BF_KIND_LIST:
    case BF_KIND_CONST_LIST:
        describe_set(cf, dataset, column, form->type, true);
        return;
    case BF_KIND_CONST_TEXT:
    case BF_KIND_RUN_ID:
        bf_column_flags(cf, dataset, form->type, false, 1, &form->only_text);
        return;
    default:
        return;
    }
}

static const char *unit_of(const bf_column *column)
{
    if (column->kind == BF_KIND_DATE)
        return "days since 1970-01-01";
    if (column->kind == BF_KIND_TIMESTAMP || column->kind == BF_KIND_RUN_TIME ||
        (column->kind == BF_KIND_CONST_NULL && strcmp(column->sql_type, "TIMESTAMP") == 0))
        return "microseconds since 1970-01-01";
    return column->unit == NULL ? "1" : column->unit;
}

void bf_column_describe(bf_cf *cf, hid_t dataset, const bf_column *column,
                        const bf_column_form *form)
{
    bf_cf_attribute_text(cf, dataset, "long_name", column->description);
    bf_cf_attribute_text(cf, dataset, "units", unit_of(column));
    if (form->missing)
        bf_cf_attribute(cf, dataset, "_FillValue", bf_h5_type(form->type), &form->null_value);
    describe_kind(cf, dataset, column, form);
}
