#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "io/hdf5/results_reader.h"

/* Reads all of a dataset of rows x length elements; `*rows` -1: any number, set then. */
static bf_status load(void **out, bf_results *results, const char *name, hid_t type, int64_t *rows,
                      int length, bf_error *err)
{
    hid_t dataset = -1;
    BF_TRY(bf_results_dataset(&dataset, results, name, type, rows, length, err));
    bf_status st = bf_alloc(out, (size_t)*rows * (size_t)length, H5Tget_size(type), err);
    if (st == BF_OK && *rows > 0 &&
        BF_H5(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *out)) < 0)
        st = bf_results_damaged(results, err, "%s: cannot be read", name);
    (void)H5Dclose(dataset);
    return st;
}

static bf_status load_unit_field(bf_results *results, const bf_unit_field *field, bf_error *err)
{
    char name[BF_RESULTS_NAME_BYTES];
    void *values = NULL;
    int64_t count = results->units == NULL ? -1 : results->outcome.unit_count;
    (void)snprintf(name, sizeof name, BF_RESULTS_UNITS "/%s", field->name);
    bf_status st = load(&values, results, name, bf_h5_type(field->type), &count, 1, err);
    if (st == BF_OK && results->units == NULL) {
        if (count % BF_UNIT_PROCESSORS != 0 || count / BF_UNIT_PROCESSORS > INT32_MAX)
            st = bf_results_damaged(results, err, "%s: %lld units", name, (long long)count);
        else
            st = BF_ALLOC(&results->units, (size_t)count, err);
        results->outcome.unit_count = count;
    }
    size_t size = bf_type_size(field->type);
    for (int64_t i = 0; st == BF_OK && i < count; i++)
        memcpy((char *)&results->units[i] + field->offset, (const char *)values + (size_t)i * size,
               size);
    free(values);
    return st;
}

static bf_status unit_damaged(const bf_results *results, int64_t i, bf_error *err)
{
    bf_day day = results->dates[i / BF_UNIT_PROCESSORS];
    char date[BF_DATE_TEXT_BYTES] = "unknown";
    if (bf_results_is_date(day))
        bf_day_format(date, day);
    return bf_results_damaged(
        results, err, BF_RESULTS_UNITS ": unit %lld, date %s: out of order or without valid values",
        (long long)i, date);
}

/* The units, and from them the dates: each date has one unit a processor, in order. */
static bf_status load_units(bf_results *results, bf_error *err)
{
    for (int f = 0; f < BF_UNIT_FIELDS; f++)
        BF_TRY(load_unit_field(results, &bf_unit_fields[f], err));
    int32_t dates = (int32_t)(results->outcome.unit_count / BF_UNIT_PROCESSORS);
    BF_TRY(BF_ALLOC(&results->dates, (size_t)dates, err));
    for (int64_t i = 0; i < results->outcome.unit_count; i++) {
        const bf_unit *unit = &results->units[i];
        int64_t date = i / BF_UNIT_PROCESSORS;
        bool first = i % BF_UNIT_PROCESSORS == 0;
        if (first)
            results->dates[date] = unit->day;
        if (unit->processor != i % BF_UNIT_PROCESSORS || unit->status < 0 ||
            unit->status >= BF_UNIT_STATUS_COUNT || unit->day != results->dates[date] ||
            !bf_results_is_date(unit->day) ||
            (first && date > 0 && unit->day <= results->dates[date - 1]))
            return unit_damaged(results, i, err);
    }
    results->layout.dates = results->dates;
    results->layout.date_count = dates;
    results->outcome.units = results->units;
    return BF_OK;
}

static bf_status check_extents(const bf_results *results, bf_output table, const int32_t *dates,
                               bf_error *err)
{
    const char *name = bf_outputs[table].name;
    char date[BF_DATE_TEXT_BYTES];
    int64_t next = 0;
    for (int32_t d = 0; d < results->layout.date_count; d++) {
        bf_day_format(date, results->dates[d]);
        if (dates[d] != results->dates[d])
            return bf_results_damaged(results, err,
                                      "table %s, date %s: not the date that stands there in "
                                      "/tables/%s/dates",
                                      name, date, name);
        if (results->first[table][d] != next || results->rows[table][d] < 0 ||
            results->rows[table][d] > results->size_bytes - next)
            return bf_results_damaged(results, err, "table %s, date %s: rows out of place", name,
                                      date);
        next += results->rows[table][d];
    }
    return BF_OK;
}

static bf_status load_table(bf_results *results, bf_output table, bf_error *err)
{
    char name[BF_RESULTS_NAME_BYTES];
    const char *of = bf_outputs[table].name;
    int64_t count = results->layout.date_count;
    int32_t *dates = NULL;
    (void)snprintf(name, sizeof name, "/tables/%s/dates/first_row", of);
    BF_TRY(load((void **)&results->first[table], results, name, H5T_STD_I64LE, &count, 1, err));
    (void)snprintf(name, sizeof name, "/tables/%s/dates/rows", of);
    BF_TRY(load((void **)&results->rows[table], results, name, H5T_STD_I64LE, &count, 1, err));
    (void)snprintf(name, sizeof name, "/tables/%s/dates/digest", of);
    BF_TRY(load((void **)&results->digests[table], results, name, H5T_STD_U8LE, &count,
                BF_SHA256_BYTES, err));
    BF_TRY(BF_ALLOC(&results->nulled[table], BF_MAX_COLUMNS, err));
    (void)snprintf(name, sizeof name, "/tables/%s/dates/date", of);
    bf_status st = load((void **)&dates, results, name, H5T_STD_I32LE, &count, 1, err);
    if (st == BF_OK)
        st = check_extents(results, table, dates, err);
    free(dates);
    bf_layout *layout = &results->layout;
    layout->written[table] = true;
    layout->rows[table] = results->rows[table];
    layout->first[table] = results->first[table];
    for (int32_t d = 0; st == BF_OK && d < layout->date_count; d++)
        layout->total[table] += results->rows[table][d];
    results->outcome.nulled[table] = results->nulled[table];
    results->outcome.digests[table] = (const uint8_t(*)[BF_SHA256_BYTES])results->digests[table];
    return st;
}

static bf_status load_tables(bf_results *results, bf_error *err)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        char name[BF_RESULTS_NAME_BYTES];
        (void)snprintf(name, sizeof name, "/tables/%s", bf_outputs[t].name);
        htri_t there = BF_H5(H5Lexists(results->file, name, H5P_DEFAULT));
        if (there < 0)
            return bf_results_damaged(results, err, "%s: cannot be read", name);
        if (there > 0)
            BF_TRY(load_table(results, (bf_output)t, err));
    }
    return BF_OK;
}

static bf_status load_nulled(bf_results *results, bf_error *err)
{
    int64_t *values = NULL, count = bf_results_nulled_count(&results->layout), at = 0;
    bf_status st =
        load((void **)&values, results, BF_RESULTS_NULLED, H5T_STD_I64LE, &count, 1, err);
    for (int t = 0; t < BF_OUTPUT_COUNT && st == BF_OK; t++) {
        for (int c = 0; results->layout.written[t] && c < bf_outputs[t].column_count; c++) {
            if (bf_column_is_stored(&bf_outputs[t].columns[c]))
                results->nulled[t][c] = values[at++];
        }
    }
    free(values);
    return st;
}

/* Cuts the bytes into texts; they end with NUL and are in the order of their bytes. */
static bf_status load_dictionary(bf_results *results, bf_dict id, bf_error *err)
{
    char name[BF_RESULTS_NAME_BYTES];
    int64_t size = -1, count = 0;
    (void)snprintf(name, sizeof name, "/dictionaries/bytes/%s", bf_dict_names[id]);
    BF_TRY(
        load((void **)&results->dictionary_bytes[id], results, name, H5T_STD_U8LE, &size, 1, err));
    const char *bytes = results->dictionary_bytes[id];
    if (size > 0 && bytes[size - 1] != '\0')
        return bf_results_damaged(results, err, "%s: last text does not end", name);
    for (int64_t i = 0; i < size; i++)
        count += bytes[i] == '\0';
    if (count >= INT32_MAX)
        return bf_results_damaged(results, err, "%s: too many texts", name);
    BF_TRY(BF_ALLOC(&results->dictionary_offsets[id], (size_t)count + 1, err));
    int64_t *offset = results->dictionary_offsets[id], text = 0;
    for (int64_t i = 0; i < size; i++) {
        if (bytes[i] == '\0')
            offset[++text] = i + 1;
    }
    for (text = 1; text < count; text++) {
        if (strcmp(bytes + offset[text - 1], bytes + offset[text]) >= 0)
            return bf_results_damaged(results, err, "%s: text %lld is out of order", name,
                                      (long long)text);
    }
    results->dictionaries[id] = (bf_dictionary){
        .count = (int32_t)count, .offset = offset, .bytes = results->dictionary_bytes[id]};
    return BF_OK;
}

static bf_status load_sessions(bf_results *results, bf_error *err)
{
    int64_t size = BF_RESULTS_SESSIONS_BYTES;
    BF_TRY(
        load((void **)&results->sessions, results, BF_RESULTS_SESSIONS, H5T_C_S1, &size, 1, err));
    if (results->sessions[size - 1] != '\0')
        return bf_results_damaged(results, err, BF_RESULTS_SESSIONS ": text does not end");
    results->outcome.sessions_json = results->sessions;
    return BF_OK;
}

static bf_status check_seal(bool *sealed, bf_results *results, bf_error *err)
{
    uint8_t expected[BF_SHA256_BYTES], *found = NULL;
    int64_t size = BF_SHA256_BYTES;
    bf_results_seal(expected, results->hash, &results->layout, &results->outcome,
                    results->sessions);
    BF_TRY(load((void **)&found, results, BF_RESULTS_SEAL, H5T_STD_U8LE, &size, 1, err));
    *sealed = memcmp(expected, found, BF_SHA256_BYTES) == 0;
    free(found);
    return BF_OK;
}

bf_status bf_results_load(bool *sealed, bf_results *results, bf_error *err)
{
    BF_TRY(load_units(results, err));
    BF_TRY(load_tables(results, err));
    BF_TRY(load_nulled(results, err));
    results->layout.dictionaries = results->dictionaries;
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        if (bf_results_uses(&results->layout, (bf_dict)d))
            BF_TRY(load_dictionary(results, (bf_dict)d, err));
    }
    BF_TRY(load_sessions(results, err));
    return check_seal(sealed, results, err);
}
