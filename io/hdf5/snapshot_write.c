/* Writing season files: each to a temporary name, all renamed together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/hdf5/memory_file.h"
#include "io/hdf5/results_columns.h"
#include "io/hdf5/snapshot_internal.h"
#include "io/text/file.h"

static const char part_suffix[] = ".part";
enum { ROOT_ATTRIBUTES = 32 }; /* kept together in the header, which has a checksum */

struct bf_snapshot_writer {
    char *directory;
    bf_snapshot_facts facts;
    bf_hash *hash;
    int32_t seasons[BF_MAX_SEASONS]; /* written to their temporary names */
    int season_count;
    bool made_directory;
};

/* Makes the directory and what is missing above it. */
static bf_status make_directory(bool *made, const char *directory, bf_error *err)
{
    struct stat found;
    *made = stat(directory, &found) != 0;
    if (strlen(directory) >= BF_SNAPSHOT_PATH_BYTES - 32)
        return bf_error_set(err, BF_E_OUTPUT, "%s: the path is too long", directory);
    BF_TRY(bf_file_make_directory(directory, err));
    if (stat(directory, &found) != 0 || !S_ISDIR(found.st_mode))
        return bf_error_set(err, BF_E_OUTPUT, "%s: is not a directory", directory);
    return BF_OK;
}

bf_status bf_snapshot_writer_open(bf_snapshot_writer **out, const char *directory,
                                  const bf_snapshot_facts *facts, bf_error *err)
{
    bf_snapshot_writer *writer = NULL;
    BF_TRY(BF_ALLOC(&writer, 1, err));
    writer->facts = *facts;
    bf_status st = BF_ALLOC(&writer->directory, strlen(directory) + 1, err);
    if (st == BF_OK) {
        memcpy(writer->directory, directory, strlen(directory) + 1);
        st = bf_hash_create(&writer->hash, err);
    }
    if (st == BF_OK)
        st = make_directory(&writer->made_directory, directory, err);
    if (st == BF_OK)
        *out = writer;
    else
        bf_snapshot_writer_close(writer);
    return st;
}

/* A dataset of one dimension, written at once. */
static hid_t write_array(bf_cf *cf, hid_t group, const char *name, hid_t type, int64_t count,
                         const void *data)
{
    if (cf->st != BF_OK)
        return -1;
    hid_t space = BF_H5(H5Screate_simple(1, &(hsize_t){(hsize_t)count}, NULL));
    if (!bf_cf_check(cf, space, name, "dataspace"))
        return -1;
    hid_t dataset =
        BF_H5(H5Dcreate2(group, name, type, space, H5P_DEFAULT, cf->stored, H5P_DEFAULT));
    (void)H5Sclose(space);
    if (bf_cf_check(cf, dataset, name, "dataset") && count > 0)
        bf_cf_check(cf,
                    bf_fault_hit(BF_FAULT_WRITE)
                        ? -1
                        : BF_H5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data)),
                    name, "write");
    return dataset;
}

static void close_dataset(bf_cf *cf, hid_t dataset)
{
    if (dataset >= 0)
        bf_cf_check(cf, H5Dclose(dataset), "dataset", "close");
}

static void close_group(bf_cf *cf, hid_t group)
{
    if (group >= 0)
        bf_cf_check(cf, H5Gclose(group), "group", "close");
}

/* Texts of a dictionary at the width of the longest. */
static void write_texts(bf_cf *cf, hid_t group, const char *name, const bf_dictionary *dictionary)
{
    size_t width = 1;
    char *padded = NULL;
    for (int32_t i = 0; i < dictionary->count; i++) {
        size_t size = bf_dictionary_length(dictionary, i);
        width = size > width ? size : width;
    }
    if (cf->st == BF_OK)
        cf->st = bf_alloc((void **)&padded, (size_t)dictionary->count, width, cf->err);
    if (cf->st != BF_OK)
        return;
    for (int32_t i = 0; i < dictionary->count; i++)
        memcpy(padded + (size_t)i * width, bf_dictionary_text(dictionary, i),
               bf_dictionary_length(dictionary, i));
    hid_t type = BF_H5(H5Tcopy(H5T_C_S1));
    if (bf_cf_check(cf, type, name, "type")) {
        bf_cf_check(cf, H5Tset_size(type, width), name, "type");
        bf_cf_check(cf, H5Tset_strpad(type, H5T_STR_NULLPAD), name, "type");
        bf_cf_check(cf, H5Tset_cset(type, H5T_CSET_UTF8), name, "type");
        close_dataset(cf, write_array(cf, group, name, type, dictionary->count, padded));
        (void)H5Tclose(type);
    }
    free(padded);
}

static void write_dictionaries(bf_cf *cf, hid_t file, const bf_season *season, bf_hash *hash)
{
    hid_t group = bf_cf_group(cf, file, "dictionaries");
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        const bf_dictionary *dictionary = &season->dictionaries[d].view;
        write_texts(cf, group, bf_dict_names[d], dictionary);
        bf_content_dictionary(hash, (bf_dict)d, dictionary);
    }
    close_group(cf, group);
}

static void write_columns(bf_cf *cf, hid_t tables, const bf_season *season, int t, bf_hash *hash)
{
    const bf_columns *columns = &season->tables[t];
    hid_t group = bf_cf_group(cf, tables, bf_inputs[t].name);
    bf_cf_attribute_text(cf, group, "long_name", bf_inputs[t].description);
    bf_cf_attribute(cf, group, "rows", H5T_STD_I64LE, &columns->rows);
    for (int f = 0; f < BF_ROW_COUNTS; f++) {
        char name[64];
        (void)snprintf(name, sizeof name, "rows_%s", bf_row_count_fields[f].name);
        int64_t count = bf_row_count(&season->counts[t], f);
        bf_cf_attribute(cf, group, name, H5T_STD_I64LE, &count);
    }
    bf_content_table(hash, (bf_input)t, columns->rows);
    for (int c = 0; c < bf_inputs[t].column_count; c++) {
        const bf_column *column = &bf_inputs[t].columns[c];
        if (columns->data[c] == NULL)
            continue;
        bf_column_form form = bf_column_form_of(column, NULL);
        hid_t dataset = write_array(cf, group, column->name, bf_h5_type(column->type),
                                    columns->rows, columns->data[c]);
        bf_column_describe(cf, dataset, column, &form);
        close_dataset(cf, dataset);
        bf_content_array(hash, column->name, columns->data[c],
                         (size_t)columns->rows * bf_column_row_bytes(column));
    }
    close_group(cf, group);
}

static void write_index(bf_cf *cf, hid_t indexes, const bf_season *season, int t, bf_hash *hash)
{
    int entity = bf_input_entity_column((bf_input)t);
    if (entity < 0)
        return;
    hid_t group = bf_cf_group(cf, indexes, bf_inputs[t].name);
    int64_t entities = season->dictionaries[bf_inputs[t].columns[entity].dictionary].view.count;
    hid_t dataset = write_array(cf, group, BF_SNAPSHOT_ENTITY_FIRST, H5T_STD_I64LE, entities + 1,
                                season->entity_first[t]);
    bf_cf_attribute_text(cf, dataset, "long_name",
                         "First row of each entity, and one past the last row");
    close_dataset(cf, dataset);
    bf_content_array(hash, BF_SNAPSHOT_ENTITY_FIRST, season->entity_first[t],
                     ((size_t)entities + 1) * sizeof *season->entity_first[t]);
    if (season->by_date[t] != NULL) {
        int64_t rows = season->tables[t].rows;
        dataset =
            write_array(cf, group, BF_SNAPSHOT_BY_DATE, H5T_STD_I32LE, rows, season->by_date[t]);
        bf_cf_attribute_text(cf, dataset, "long_name",
                             "Rows in the order of date, entity and game");
        close_dataset(cf, dataset);
        bf_content_array(hash, BF_SNAPSHOT_BY_DATE, season->by_date[t],
                         (size_t)rows * sizeof *season->by_date[t]);
    }
    close_group(cf, group);
}

static void write_facts(bf_cf *cf, hid_t file, const bf_season *season,
                        const bf_snapshot_facts *facts)
{
    char title[64], text[BF_SEASON_TEXT_BYTES];
    bf_season_format(text, season->season);
    (void)snprintf(title, sizeof title, "Box-score history of the season %s", text);
    bf_cf_attribute_text(cf, file, "Conventions", "CF-1.10");
    bf_cf_attribute_text(cf, file, "title", title);
    bf_cf_attribute_text(cf, file, "format", BF_SNAPSHOT_FORMAT);
    bf_cf_attribute(cf, file, "format_version", H5T_STD_I32LE,
                    &(int32_t){BF_SNAPSHOT_FORMAT_VERSION});
    bf_cf_attribute(cf, file, "season", H5T_STD_I32LE, &season->season);
    bf_cf_attribute_text(cf, file, "origin", facts->origin);
    bf_cf_attribute(cf, file, "synthetic", H5T_STD_I8LE, &(int8_t){facts->synthetic});
    bf_cf_attribute(cf, file, "import_time_us", H5T_STD_I64LE, &facts->import_time_us);
    bf_cf_attribute(cf, file, "first_day", H5T_STD_I32LE, &season->first_day);
    bf_cf_attribute(cf, file, "last_day", H5T_STD_I32LE, &season->last_day);
}

static int64_t data_bytes(const bf_season *season)
{
    int64_t bytes = 0;
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        bytes += season->present[t]
                     ? season->tables[t].rows * (int64_t)bf_table_row_bytes(&bf_inputs[t])
                     : 0;
    return bytes;
}

/* Without times, so that equal content has equal bytes but for the import's time. What is written
 * goes to memory. */
static hid_t create_file(bf_cf *cf, bf_memory_file *memory, const bf_season *season)
{
    hid_t file = -1, access = bf_h5_local_access(), creation = BF_H5(H5Pcreate(H5P_FILE_CREATE));
    if (bf_cf_check(cf, access, NULL, "property list") &&
        bf_cf_check(cf, creation, NULL, "property list") &&
        bf_cf_check(cf, H5Pset_obj_track_times(creation, false), NULL, "property list") &&
        bf_cf_check(cf, H5Pset_attr_phase_change(creation, ROOT_ATTRIBUTES, 0), NULL,
                    "property list")) {
        file = BF_H5(H5Fcreate(cf->path, H5F_ACC_TRUNC, creation, access));
        if (bf_cf_check(cf, file, NULL, "cannot create"))
            cf->st = bf_memory_file_take(memory, file, data_bytes(season), cf->err);
    }
    if (creation >= 0)
        (void)H5Pclose(creation);
    if (access >= 0)
        (void)H5Pclose(access);
    return file;
}

static void write_tables(bf_cf *cf, hid_t file, const bf_season *season, bf_hash *hash)
{
    hid_t tables = bf_cf_group(cf, file, "tables"), indexes = bf_cf_group(cf, file, "index");
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (!season->present[t])
            continue;
        write_columns(cf, tables, season, t, hash);
        write_index(cf, indexes, season, t, hash);
    }
    close_group(cf, indexes);
    close_group(cf, tables);
}

static void write_file(bf_cf *cf, bf_memory_file *memory, const bf_season *season,
                       const bf_snapshot_facts *facts, bf_hash *hash)
{
    char sha256[BF_SHA256_HEX_BYTES];
    hid_t file = create_file(cf, memory, season);
    if (cf->st != BF_OK) {
        if (file >= 0)
            (void)H5Fclose(file);
        return;
    }
    write_facts(cf, file, season, facts);
    bf_content_begin(hash, season->season);
    write_dictionaries(cf, file, season, hash);
    write_tables(cf, file, season, hash);
    bf_content_end(hash, sha256);
    bf_cf_attribute_text(cf, file, "sha256", sha256);
    herr_t closed = H5Fclose(file); /* also when a test wants it to have failed */
    bf_cf_check(cf, BF_H5(closed), NULL, "close");
}

bf_status bf_snapshot_writer_add(bf_snapshot_writer *writer, const bf_season *season, bf_error *err)
{
    char path[BF_SNAPSHOT_PATH_BYTES];
    bf_cf cf = BF_CF_INIT;
    bf_memory_file memory = BF_MEMORY_FILE_INIT;
    if (writer->season_count == BF_MAX_SEASONS)
        return bf_error_set(err, BF_E_INPUT, "more than %d seasons", BF_MAX_SEASONS);
    bf_snapshot_path(path, writer->directory, season->season, part_suffix);
    writer->seasons[writer->season_count++] = season->season; /* from here on close removes it */
    bf_cf_open(&cf, path, err);
    if (cf.st == BF_OK)
        write_file(&cf, &memory, season, &writer->facts, writer->hash);
    bf_cf_close(&cf);
    if (cf.st == BF_OK)
        cf.st = bf_memory_file_save(&memory, path, err);
    bf_memory_file_free(&memory);
    return cf.st;
}

bf_status bf_snapshot_writer_commit(bf_snapshot_writer *writer, bf_error *err)
{
    char part[BF_SNAPSHOT_PATH_BYTES], path[BF_SNAPSHOT_PATH_BYTES];
    while (writer->season_count > 0) { /* what is renamed is no longer close's to remove */
        int32_t season = writer->seasons[writer->season_count - 1];
        bf_snapshot_path(part, writer->directory, season, part_suffix);
        bf_snapshot_path(path, writer->directory, season, "");
        if (bf_fault_hit(BF_FAULT_WRITE) || rename(part, path) != 0)
            return bf_error_set(err, BF_E_OUTPUT, "%s: cannot rename to %s: %s", part, path,
                                strerror(errno));
        writer->season_count--;
        writer->made_directory = false;
    }
    return bf_durable(writer->directory, true, err);
}

void bf_snapshot_writer_close(bf_snapshot_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < writer->season_count; i++) {
        char part[BF_SNAPSHOT_PATH_BYTES];
        bf_snapshot_path(part, writer->directory, writer->seasons[i], part_suffix);
        (void)unlink(part);
    }
    if (writer->made_directory)
        (void)rmdir(writer->directory); /* if it is empty */
    bf_hash_free(writer->hash);
    free(writer->directory);
    free(writer);
}
