#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/date.h"
#include "compute/base/memory.h"
#include "compute/schema/digest.h"
#include "io/hdf5/cf.h"
#include "io/hdf5/memory_file.h"
#include "io/hdf5/results_columns.h"
#include "io/hdf5/results_internal.h"

enum { TEXT_BYTES = 200 };

static void write_values(bf_cf *cf, hid_t dataset, const char *name, hid_t type, int64_t count,
                         const void *values)
{
    if (cf->st == BF_OK && count > 0)
        bf_cf_check(cf, BF_H5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, cf->transfer, values)),
                    name, "write");
}

static void close_dataset(bf_cf *cf, hid_t dataset)
{
    if (cf->st == BF_OK)
        bf_cf_check(cf, H5Dclose(dataset), NULL, "close");
}

static void close_group(bf_cf *cf, hid_t group)
{
    if (cf->st == BF_OK)
        bf_cf_check(cf, H5Gclose(group), NULL, "close");
}

/* Dataset of texts that is the dimension of their codes. */
static void make_texts(bf_cf *cf, hid_t group, const char *name, int count,
                       const char *const *texts, const char *description, bf_cf_dimension *out)
{
    bf_cf_dimension_valued(cf, out, group, name, cf->texts, (hsize_t)count);
    write_values(cf, out->dataset, name, cf->texts, count, texts);
    bf_cf_attribute_text(cf, out->dataset, "long_name", description);
}

/* The texts twice: as texts for readers, and as bytes, each text ended by NUL, for this program:
 * texts of variable length have no checksum in an HDF5 file, and the library trusts what it finds
 * there. */
static void make_dictionary(bf_cf *cf, hid_t group, hid_t packed, bf_dict id,
                            const bf_dictionary *dictionary)
{
    const char **texts = NULL;
    bf_cf_dimension texts_of = BF_CF_DIMENSION_INIT, bytes = BF_CF_DIMENSION_INIT;
    if (cf->st == BF_OK)
        cf->st = BF_ALLOC(&texts, (size_t)dictionary->count, cf->err);
    for (int32_t i = 0; cf->st == BF_OK && i < dictionary->count; i++)
        texts[i] = bf_dictionary_text(dictionary, i);
    make_texts(cf, group, bf_dict_names[id], dictionary->count, texts, "Texts by their codes",
               &texts_of);
    bf_cf_dimension_close(cf, &texts_of);
    free(texts);
    int64_t size = dictionary->count == 0 ? 0 : dictionary->offset[dictionary->count];
    char name[TEXT_BYTES];
    (void)snprintf(name, sizeof name, "%s_byte", bf_dict_names[id]);
    bf_cf_dimension_plain(cf, &bytes, packed, name, (hsize_t)size);
    hid_t dataset = bf_cf_dataset(cf, packed, bf_dict_names[id], H5T_STD_U8LE, 1,
                                  &(bf_cf_dimension *){&bytes}, NULL);
    write_values(cf, dataset, bf_dict_names[id], H5T_STD_U8LE, size, dictionary->bytes);
    close_dataset(cf, dataset);
    bf_cf_dimension_close(cf, &bytes);
}

static void make_dictionaries(bf_cf *cf, hid_t file, const bf_layout *layout)
{
    hid_t group = bf_cf_group(cf, file, "dictionaries");
    hid_t packed = bf_cf_group(cf, group, "bytes");
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        if (bf_results_uses(layout, (bf_dict)d))
            make_dictionary(cf, group, packed, (bf_dict)d, &layout->dictionaries[d]);
    }
    close_group(cf, packed);
    close_group(cf, group);
}

/* /tables/<table>/dates: where each date's rows lie. The digests are known at publish. */
static void make_dates(bf_cf *cf, hid_t table, bf_output id, const bf_layout *layout)
{
    hid_t group = bf_cf_group(cf, table, "dates");
    bf_cf_dimension date, byte;
    bf_cf_dimension_valued(cf, &date, group, "date", H5T_STD_I32LE, (hsize_t)layout->date_count);
    write_values(cf, date.dataset, "date", H5T_STD_I32LE, layout->date_count, layout->dates);
    bf_cf_attribute_text(cf, date.dataset, "long_name", "As-of date");
    bf_cf_attribute_text(cf, date.dataset, "units", "days since 1970-01-01");
    bf_cf_dimension_plain(cf, &byte, group, "digest_byte", BF_SHA256_BYTES);
    const struct {
        const char *name, *description;
        const int64_t *values;
    } extents[] = {{"first_row", "First row of the date", layout->first[id]},
                   {"rows", "Rows of the date", layout->rows[id]}};
    bf_cf_dimension *const along[] = {&date, &byte};
    for (int i = 0; i < 2; i++) {
        hid_t dataset = bf_cf_dataset(cf, group, extents[i].name, H5T_STD_I64LE, 1, along, NULL);
        write_values(cf, dataset, extents[i].name, H5T_STD_I64LE, layout->date_count,
                     extents[i].values);
        bf_cf_attribute_text(cf, dataset, "long_name", extents[i].description);
        bf_cf_attribute_text(cf, dataset, "units", "1");
        close_dataset(cf, dataset);
    }
    hid_t digest = bf_cf_dataset(cf, group, "digest", H5T_STD_U8LE, 2, along, NULL);
    bf_cf_attribute_text(cf, digest, "long_name", "SHA-256 of the rows of the date");
    bf_cf_attribute_text(cf, digest, "units", "1");
    close_dataset(cf, digest);
    bf_cf_dimension_close(cf, &byte);
    bf_cf_dimension_close(cf, &date);
    close_group(cf, group);
}

/* The dimension along the elements of a vector or list: named like the set that names its elements.
 */
static void make_elements(bf_cf *cf, hid_t table, const bf_table_schema *schema,
                          bf_cf_dimension *out)
{
    *out = (bf_cf_dimension)BF_CF_DIMENSION_INIT;
    for (int c = 0; c < schema->column_count; c++) {
        bf_set set = schema->columns[c].set;
        if (schema->columns[c].kind != BF_KIND_CONST_LIST || bf_set_size(set) == 0)
            continue;
        const char *texts[64];
        char name[TEXT_BYTES];
        for (int i = 0; i < bf_set_size(set); i++)
            texts[i] = bf_set_text(set, i);
        (void)snprintf(name, sizeof name, "%s", bf_set_name(set));
        for (char *c_ = name; *c_ != '\0'; c_++)
            *c_ = (char)(*c_ >= 'A' && *c_ <= 'Z' ? *c_ + ('a' - 'A') : *c_);
        make_texts(cf, table, name, bf_set_size(set), texts, schema->columns[c].description, out);
        return;
    }
}

static void make_column(bf_cf *cf, hid_t group, const bf_column *column, const bf_run_facts *facts,
                        bf_cf_dimension *row, bf_cf_dimension *element)
{
    bf_column_form form = bf_column_form_of(column, facts);
    bf_cf_dimension *const along[] = {row, element};
    hid_t dataset = bf_cf_dataset(cf, group, column->name, bf_h5_type(form.type),
                                  column->kind == BF_KIND_VECTOR ? 2 : 1, along,
                                  form.constant ? &form.fill : NULL);
    bf_column_describe(cf, dataset, column, &form);
    close_dataset(cf, dataset);
}

static void make_table(bf_cf *cf, hid_t tables, bf_output id, const bf_layout *layout,
                       const bf_run_facts *facts)
{
    const bf_table_schema *schema = &bf_outputs[id];
    hid_t table = bf_cf_group(cf, tables, schema->name), object = -1;
    bf_cf_attribute_text(cf, table, "title", schema->description);
    bf_cf_dimension row, element;
    bf_cf_dimension_plain(cf, &row, table, "row", (hsize_t)layout->total[id]);
    make_elements(cf, table, schema, &element);
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if (object >= 0 && column->parent < 0) {
            close_group(cf, object);
            object = -1;
        }
        if (column->kind == BF_KIND_JSON) {
            object = bf_cf_group(cf, table, column->name);
            bf_cf_attribute_text(cf, object, "long_name", column->description);
        } else {
            make_column(cf, column->parent < 0 ? table : object, column, facts, &row, &element);
        }
    }
    make_dates(cf, table, id, layout);
    bf_cf_dimension_close(cf, &element);
    bf_cf_dimension_close(cf, &row);
    close_group(cf, table);
}

static void describe_units(bf_cf *cf, hid_t dataset, const char *field)
{
    if (strcmp(field, "processor") == 0)
        bf_column_flags(cf, dataset, BF_TYPE_I8, false, BF_UNIT_PROCESSORS,
                        bf_unit_processor_names);
    else if (strcmp(field, "status") == 0)
        bf_column_flags(cf, dataset, BF_TYPE_I8, false, BF_UNIT_STATUS_COUNT, bf_unit_status_names);
    bf_cf_attribute_text(cf, dataset, "units",
                         strcmp(field, "date") == 0      ? "days since 1970-01-01"
                         : strcmp(field, "seconds") == 0 ? "s"
                                                         : "1");
}

static void make_units(bf_cf *cf, hid_t run, const bf_layout *layout)
{
    hid_t group = bf_cf_group(cf, run, "units");
    bf_cf_dimension unit;
    bf_cf_dimension_plain(cf, &unit, group, "unit",
                          (hsize_t)layout->date_count * BF_UNIT_PROCESSORS);
    for (int f = 0; f < BF_UNIT_FIELDS; f++) {
        const bf_unit_field *field = &bf_unit_fields[f];
        hid_t dataset = bf_cf_dataset(cf, group, field->name, bf_h5_type(field->type), 1,
                                      &(bf_cf_dimension *){&unit}, NULL);
        bf_cf_attribute_text(cf, dataset, "long_name", field->description);
        describe_units(cf, dataset, field->name);
        close_dataset(cf, dataset);
    }
    bf_cf_dimension_close(cf, &unit);
    close_group(cf, group);
}

/* Names of the columns counted in `nulled`: "<table>/<column>", "<table>/<object>/<member>". */
static void make_nulled(bf_cf *cf, hid_t run, const bf_layout *layout)
{
    int64_t count = bf_results_nulled_count(layout), at = 0;
    char(*names)[BF_RESULTS_NAME_BYTES] = NULL;
    const char **texts = NULL;
    if (cf->st == BF_OK)
        cf->st = BF_ALLOC(&names, (size_t)count, cf->err);
    if (cf->st == BF_OK)
        cf->st = BF_ALLOC(&texts, (size_t)count, cf->err);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && cf->st == BF_OK && c < bf_outputs[t].column_count;
             c++) {
            if (!bf_column_is_stored(&bf_outputs[t].columns[c]))
                continue;
            bf_results_column_name(names[at], (bf_output)t, c);
            texts[at] = names[at] + strlen("/tables/");
            at++;
        }
    }
    hid_t group = bf_cf_group(cf, run, "nulled");
    bf_cf_dimension column;
    make_texts(cf, group, "column", (int)count, texts, "Column", &column);
    hid_t dataset =
        bf_cf_dataset(cf, group, "values", H5T_STD_I64LE, 1, &(bf_cf_dimension *){&column}, NULL);
    bf_cf_attribute_text(cf, dataset, "long_name",
                         "Values stored as null because they did not fit the column");
    bf_cf_attribute_text(cf, dataset, "units", "1");
    close_dataset(cf, dataset);
    bf_cf_dimension_close(cf, &column);
    close_group(cf, group);
    free(texts);
    free(names);
}

static void write_facts(bf_cf *cf, hid_t run, const bf_run_facts *facts)
{
    char time[BF_TIMESTAMP_TEXT_BYTES], hdf5[TEXT_BYTES];
    bf_timestamp_format(time, facts->run_timestamp_us);
    (void)snprintf(hdf5, sizeof hdf5, "%d.%d.%d", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
    const struct {
        const char *name, *text;
    } texts[] = {{"run_id", facts->run_id},
                 {"run_timestamp", time},
                 {"program_version", facts->program_version},
                 {"hdf5_version", hdf5},
                 {"options_json", facts->options_json},
                 {"inputs_json", facts->inputs_json},
                 {"context_mode", facts->context_mode},
                 {"fingerprint", facts->fingerprint}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        bf_cf_attribute_text(cf, run, texts[i].name, texts[i].text);
    bf_cf_attribute(cf, run, "run_timestamp_us", H5T_STD_I64LE, &facts->run_timestamp_us);
    bf_cf_attribute(cf, run, "synthetic", H5T_STD_I8LE, &(int8_t){facts->synthetic});
}

static void make_run(bf_cf *cf, hid_t file, const bf_layout *layout, const bf_run_facts *facts)
{
    hid_t run = bf_cf_group(cf, file, "run");
    write_facts(cf, run, facts);
    make_units(cf, run, layout);
    make_nulled(cf, run, layout);
    bf_cf_dimension byte, seal_byte;
    const uint8_t zero[BF_SHA256_BYTES] = {0};
    bf_cf_dimension_plain(cf, &byte, run, "sessions_byte", BF_RESULTS_SESSIONS_BYTES);
    hid_t sessions =
        bf_cf_dataset(cf, run, "sessions", H5T_C_S1, 1, &(bf_cf_dimension *){&byte}, NULL);
    bf_cf_attribute_text(cf, sessions, "long_name",
                         "JSON: ranks, hosts and phase times of each session");
    close_dataset(cf, sessions);
    bf_cf_dimension_close(cf, &byte);
    bf_cf_dimension_plain(cf, &seal_byte, run, "seal_byte", sizeof zero);
    hid_t seal =
        bf_cf_dataset(cf, run, "seal", H5T_STD_U8LE, 1, &(bf_cf_dimension *){&seal_byte}, NULL);
    write_values(cf, seal, "seal", H5T_STD_U8LE, sizeof zero, zero);
    bf_cf_attribute_text(
        cf, seal, "long_name",
        "SHA-256 of dates, rows, digests, nulled, units, dictionaries and sessions");
    close_dataset(cf, seal);
    bf_cf_dimension_close(cf, &seal_byte);
    hid_t complete = bf_cf_dataset(cf, run, "complete", H5T_STD_U8LE, 0, NULL, NULL);
    write_values(cf, complete, "complete", H5T_STD_U8LE, 1, zero);
    bf_cf_attribute_text(cf, complete, "long_name", "1 once everything is written");
    close_dataset(cf, complete);
    close_group(cf, run);
}

static void write_root(bf_cf *cf, hid_t file, const bf_run_facts *facts)
{
    char history[TEXT_BYTES], time[BF_TIMESTAMP_TEXT_BYTES], hex[BF_SHA256_HEX_BYTES];
    uint8_t digest[BF_SHA256_BYTES];
    bf_hash *hash = NULL;
    if (cf->st == BF_OK)
        cf->st = bf_hash_create(&hash, cf->err);
    if (cf->st != BF_OK)
        return;
    bf_schema_digest(digest, hash);
    bf_hash_free(hash);
    bf_hash_hex(hex, digest);
    bf_timestamp_format(time, facts->run_timestamp_us);
    (void)snprintf(history, sizeof history, "%s: backfill %s, run %s", time, facts->program_version,
                   facts->run_id);
    bf_cf_attribute_text(cf, file, "Conventions", "CF-1.10");
    bf_cf_attribute_text(cf, file, "title",
                         facts->synthetic ? "NBA features by date (synthetic data)"
                                          : "NBA features by date");
    bf_cf_attribute_text(cf, file, "source", "box scores of the games before each date");
    bf_cf_attribute_text(cf, file, "history", history);
    bf_cf_attribute(cf, file, "format_version", H5T_STD_I32LE,
                    &(int32_t){BF_RESULTS_FORMAT_VERSION});
    bf_cf_attribute_text(cf, file, "schema_sha256", hex);
}

static int64_t data_bytes(const bf_layout *layout)
{
    int64_t bytes = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bytes +=
            layout->written[t] ? layout->total[t] * (int64_t)bf_table_row_bytes(&bf_outputs[t]) : 0;
    return bytes;
}

static hid_t create_file(bf_cf *cf, bf_memory_file *memory, const bf_layout *layout)
{
    if (cf->st != BF_OK)
        return -1;
    hid_t file = -1, access = bf_h5_local_access(), creation = BF_H5(H5Pcreate(H5P_FILE_CREATE));
    if (bf_cf_check(cf, access, NULL, "property list") &&
        bf_cf_check(cf, creation, NULL, "property list") &&
        bf_cf_check(cf, H5Pset_obj_track_times(creation, false), NULL, "property list") &&
        bf_cf_check(
            cf, H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
            NULL, "property list")) {
        file = BF_H5(H5Fcreate(cf->path, H5F_ACC_TRUNC, creation, access));
        if (bf_cf_check(cf, file, NULL, "cannot create the file"))
            cf->st = bf_memory_file_take(memory, file, data_bytes(layout), cf->err);
    }
    if (access >= 0)
        (void)H5Pclose(access);
    if (creation >= 0)
        (void)H5Pclose(creation);
    return file;
}

bf_status bf_results_define(const char *path, const bf_layout *layout, const bf_run_facts *facts,
                            bf_error *err)
{
    bf_cf cf = BF_CF_INIT;
    bf_memory_file memory = BF_MEMORY_FILE_INIT;
    bf_cf_open(&cf, path, err);
    hid_t file = create_file(&cf, &memory, layout);
    write_root(&cf, file, facts);
    make_dictionaries(&cf, file, layout);
    hid_t tables = bf_cf_group(&cf, file, "tables");
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (layout->written[t])
            make_table(&cf, tables, (bf_output)t, layout, facts);
    }
    make_run(&cf, file, layout, facts);
    if (file >= 0)
        bf_cf_check(&cf, H5Fclose(file), NULL, "cannot write the file");
    bf_cf_close(&cf);
    if (cf.st == BF_OK)
        cf.st = bf_memory_file_save(&memory, path, err);
    bf_memory_file_free(&memory);
    if (cf.st != BF_OK)
        (void)unlink(path);
    return cf.st;
}
