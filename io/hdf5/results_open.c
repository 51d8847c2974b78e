#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "compute/schema/digest.h"
#include "io/hdf5/results_reader.h"
#include "io/hdf5/snapshot.h"

enum { MAX_ATTRIBUTE_BYTES = 65536 };

bf_status bf_results_damaged(const bf_results *results, bf_error *err, const char *format, ...)
{
    char what[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)H5Eclear2(H5E_DEFAULT);
    return bf_error_set(err, BF_E_INPUT, "%s: %s: the file is damaged", results->path, what);
}

static bool has_shape(hid_t dataset, hid_t type, int64_t *rows, int length)
{
    hid_t found = H5Dget_type(dataset), space = H5Dget_space(dataset);
    hsize_t sizes[H5S_MAX_RANK] = {0};
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, sizes, NULL);
    bool same = found >= 0 && H5Tequal(found, type) > 0 && rank == (length > 1 ? 2 : 1) &&
                (length == 1 || sizes[1] == (hsize_t)length) && sizes[0] < INT64_MAX / 1024 &&
                (*rows < 0 || sizes[0] == (hsize_t)*rows);
    *rows = (int64_t)sizes[0];
    if (space >= 0)
        (void)H5Sclose(space);
    if (found >= 0)
        (void)H5Tclose(found);
    return same;
}

bf_status bf_results_dataset(hid_t *out, bf_results *results, const char *name, hid_t type,
                             int64_t *rows, int length, bf_error *err)
{
    hid_t dataset = BF_H5(H5Dopen2(results->file, name, H5P_DEFAULT));
    if (dataset < 0)
        return bf_results_damaged(results, err, "%s: cannot be opened", name);
    size_t element = H5Tget_size(type) * (size_t)length;
    if (!has_shape(dataset, type, rows, length) ||
        H5Dget_storage_size(dataset) != (hsize_t)*rows * element ||
        *rows > results->size_bytes / (int64_t)element) {
        (void)H5Dclose(dataset);
        return bf_results_damaged(results, err, "%s: another type or size than expected", name);
    }
    *out = dataset;
    return BF_OK;
}

/* Value of an attribute of object `name`; false if it is not there or of another kind. */
static bool read_number(const bf_results *results, const char *object, const char *name, hid_t type,
                        void *value)
{
    hid_t attribute = BF_H5(H5Aopen_by_name(results->file, object, name, H5P_DEFAULT, H5P_DEFAULT));
    if (attribute < 0)
        return false;
    hid_t space = H5Aget_space(attribute), found = H5Aget_type(attribute);
    bool good = space >= 0 && found >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
                H5Tget_class(found) == H5T_INTEGER && H5Aread(attribute, type, value) >= 0;
    if (space >= 0)
        (void)H5Sclose(space);
    if (found >= 0)
        (void)H5Tclose(found);
    (void)H5Aclose(attribute);
    return good;
}

static bf_status read_text(char **out, const bf_results *results, const char *object,
                           const char *name, bf_error *err)
{
    hid_t attribute = BF_H5(H5Aopen_by_name(results->file, object, name, H5P_DEFAULT, H5P_DEFAULT));
    hid_t type = attribute < 0 ? -1 : H5Aget_type(attribute);
    hid_t space = attribute < 0 ? -1 : H5Aget_space(attribute);
    bf_status st = BF_OK;
    size_t size = type < 0 ? 0 : H5Tget_size(type);
    if (space < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 ||
        H5Sget_simple_extent_npoints(space) != 1 || size == 0 || size > MAX_ATTRIBUTE_BYTES)
        st = bf_results_damaged(results, err, "%s: attribute %s is missing or no text", object,
                                name);
    if (st == BF_OK)
        st = BF_ALLOC(out, size + 1, err);
    if (st == BF_OK && H5Aread(attribute, type, *out) < 0)
        st = bf_results_damaged(results, err, "%s: attribute %s cannot be read", object, name);
    if (space >= 0)
        (void)H5Sclose(space);
    if (type >= 0)
        (void)H5Tclose(type);
    if (attribute >= 0)
        (void)H5Aclose(attribute);
    return st;
}

/* Texts of fixed length within the struct: cut there, as in a file that is ours they are never
 * longer. */
static bf_status read_short_text(char *out, size_t size, const bf_results *results,
                                 const char *object, const char *name, bf_error *err)
{
    char *text = NULL;
    bf_status st = read_text(&text, results, object, name, err);
    if (st == BF_OK)
        (void)snprintf(out, size, "%s", text);
    free(text);
    return st;
}

static bf_status read_facts(bf_results *results, bf_error *err)
{
    bf_run_facts *facts = &results->facts;
    int8_t synthetic = 0;
    BF_TRY(read_text(&results->options_json, results, "/run", "options_json", err));
    BF_TRY(read_text(&results->inputs_json, results, "/run", "inputs_json", err));
    BF_TRY(read_text(&results->context_mode, results, "/run", "context_mode", err));
    BF_TRY(read_short_text(facts->run_id, sizeof facts->run_id, results, "/run", "run_id", err));
    BF_TRY(read_short_text(facts->fingerprint, sizeof facts->fingerprint, results, "/run",
                           "fingerprint", err));
    if (!read_number(results, "/run", "run_timestamp_us", H5T_NATIVE_INT64,
                     &facts->run_timestamp_us) ||
        !read_number(results, "/run", "synthetic", H5T_NATIVE_INT8, &synthetic))
        return bf_results_damaged(results, err, "/run: an attribute is missing");
    facts->program_version = results->program_version;
    facts->options_json = results->options_json;
    facts->inputs_json = results->inputs_json;
    facts->context_mode = results->context_mode;
    facts->synthetic = synthetic != 0;
    return BF_OK;
}

/* Format and completeness: is it a file that this program can read? */
static bf_status check_identity(bf_results *results, bf_error *err)
{
    int32_t version = 0;
    if (!read_number(results, "/", "format_version", H5T_NATIVE_INT32, &version))
        return bf_error_set(err, BF_E_INPUT,
                            "%s: not a results file of backfill (no format_version)",
                            results->path);
    if (version != BF_RESULTS_FORMAT_VERSION)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: results format version %d, expected %d: written by another "
                            "version of backfill; run the backfill again with this one",
                            results->path, (int)version, (int)BF_RESULTS_FORMAT_VERSION);
    uint8_t complete = 0;
    hid_t dataset = BF_H5(H5Dopen2(results->file, BF_RESULTS_COMPLETE, H5P_DEFAULT));
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    bool read = space >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
                H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, &complete) >= 0;
    if (space >= 0)
        (void)H5Sclose(space);
    if (dataset >= 0)
        (void)H5Dclose(dataset);
    if (!read && bf_snapshot_is_season(results->path))
        return bf_error_set(err, BF_E_INPUT,
                            "%s: not a results file, but a season of a snapshot, which is named by "
                            "its directory",
                            results->path);
    if (!read)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: not a results file of backfill, or damaged: no %s", results->path,
                            BF_RESULTS_COMPLETE);
    if (complete != 1)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: incomplete: the run has not finished; the same command "
                            "continues it",
                            results->path);
    return BF_OK;
}

static bf_status check_schema(bf_results *results, bf_error *err)
{
    char expected[BF_SHA256_HEX_BYTES], found[BF_SHA256_HEX_BYTES];
    uint8_t digest[BF_SHA256_BYTES];
    bf_schema_digest(digest, results->hash);
    bf_hash_hex(expected, digest);
    BF_TRY(read_short_text(found, sizeof found, results, "/", "schema_sha256", err));
    BF_TRY(read_text(&results->program_version, results, "/run", "program_version", err));
    if (strcmp(expected, found) != 0)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: other table definitions than this version of backfill has "
                            "(written by version %s)",
                            results->path, results->program_version);
    return BF_OK;
}

static bf_status open_file(bf_results *results, bf_error *err)
{
    struct stat about;
    if (stat(results->path, &about) != 0)
        return bf_error_set(err, BF_E_INPUT, "%s: %s", results->path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return bf_error_set(err, BF_E_INPUT, "%s: not a file", results->path);
    if (access(results->path, R_OK) != 0)
        return bf_error_set(err, BF_E_INPUT, "%s: %s", results->path, strerror(errno));
    results->size_bytes = about.st_size;
    hid_t list = bf_h5_local_access();
    if (list < 0)
        return bf_h5_failed(err, BF_E_INTERNAL, results->path, NULL, "property list");
    bf_status st = BF_OK;
    if (BF_H5(H5Fis_hdf5(results->path)) <= 0)
        st = bf_error_set(err, BF_E_INPUT, "%s: not an HDF5 file", results->path);
    else if ((results->file = BF_H5(H5Fopen(results->path, H5F_ACC_RDONLY, list))) < 0)
        st = bf_h5_failed(err, BF_E_INPUT, results->path, NULL, "truncated or damaged");
    (void)H5Pclose(list);
    return st;
}

bf_status bf_results_open(bf_results **out, const char *path, bf_error *err)
{
    bool sealed;
    BF_TRY(bf_results_open_unsealed(out, &sealed, path, err));
    if (sealed)
        return BF_OK;
    bf_status st = bf_results_damaged(*out, err,
                                      "dates, dictionaries or units do not match their checksum "
                                      "(" BF_RESULTS_SEAL ")");
    bf_results_close(*out);
    *out = NULL;
    return st;
}

bf_status bf_results_open_unsealed(bf_results **out, bool *sealed, const char *path, bf_error *err)
{
    bf_results *results = NULL;
    *out = NULL;
    BF_TRY(BF_ALLOC(&results, 1, err));
    results->file = -1;
    bf_status st = BF_ALLOC(&results->path, strlen(path) + 1, err);
    if (st == BF_OK) {
        memcpy(results->path, path, strlen(path) + 1);
        st = bf_hash_create(&results->hash, err);
    }
    if (st == BF_OK)
        st = open_file(results, err);
    if (st == BF_OK)
        st = check_identity(results, err);
    if (st == BF_OK)
        st = check_schema(results, err);
    if (st == BF_OK)
        st = read_facts(results, err);
    if (st == BF_OK)
        st = bf_results_load(sealed, results, err);
    if (st == BF_OK)
        *out = results;
    else
        bf_results_close(results);
    return st;
}

void bf_results_close(bf_results *results)
{
    if (results == NULL)
        return;
    if (results->file >= 0)
        (void)H5Fclose(results->file);
    (void)H5Eclear2(H5E_DEFAULT);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        free(results->rows[t]);
        free(results->first[t]);
        free(results->nulled[t]);
        free(results->digests[t]);
    }
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        free(results->dictionary_bytes[d]);
        free(results->dictionary_offsets[d]);
    }
    free(results->dates);
    free(results->units);
    free(results->sessions);
    free(results->program_version);
    free(results->options_json);
    free(results->inputs_json);
    free(results->context_mode);
    bf_hash_free(results->hash);
    free(results->path);
    free(results);
}

const char *bf_results_path(const bf_results *results)
{
    return results->path;
}

const bf_layout *bf_results_layout(const bf_results *results)
{
    return &results->layout;
}

const bf_run_facts *bf_results_facts(const bf_results *results)
{
    return &results->facts;
}

const bf_run_outcome *bf_results_outcome(const bf_results *results)
{
    return &results->outcome;
}
