#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/hdf5/results_internal.h"

/* The part file: read by HDF5, which tells where the datasets lie, written by us. */
typedef struct part_file {
    const char *path;
    hid_t file;
    int fd;
} part_file;

/* Fills a dataset whose storage define has reserved: no metadata changes, so a crash damages
 * nothing. */
static bf_status fill(const part_file *part, const char *name, const void *values, size_t size,
                      bf_error *err)
{
    hid_t dataset = BF_H5(H5Dopen2(part->file, name, H5P_DEFAULT));
    if (dataset < 0)
        return bf_h5_failed(err, BF_E_OUTPUT, part->path, name, "cannot open");
    bool expected = H5Dget_storage_size(dataset) == size;
    haddr_t at = size == 0 ? 0 : H5Dget_offset(dataset);
    (void)H5Dclose(dataset);
    if (!expected || at == HADDR_UNDEF)
        return bf_error_set(err, BF_E_OUTPUT, "%s: %s: expected %zu bytes", part->path, name, size);
    return bf_write_bytes(part->fd, part->path, name, values, size, at, err);
}

/* A unit for each date and processor, in that order: those of the run, the others as not run. */
static bf_status all_units(bf_unit **out, const bf_layout *layout, const bf_run_outcome *outcome,
                           bf_error *err)
{
    int64_t count = (int64_t)layout->date_count * BF_UNIT_PROCESSORS, at = 0;
    BF_TRY(BF_ALLOC(out, (size_t)count, err));
    for (int64_t i = 0; i < count; i++) {
        bf_day day = layout->dates[i / BF_UNIT_PROCESSORS];
        int8_t processor = (int8_t)(i % BF_UNIT_PROCESSORS);
        bool given = at < outcome->unit_count && outcome->units[at].day == day &&
                     outcome->units[at].processor == processor;
        (*out)[i] =
            given ? outcome->units[at++]
                  : (bf_unit){
                        .processor = processor, .status = BF_UNIT_NOT_RUN, .rank = -1, .day = day};
    }
    if (at == outcome->unit_count)
        return BF_OK;
    free(*out);
    *out = NULL;
    return bf_error_set(err, BF_E_INTERNAL, "units are not in the order of dates and processors");
}

static bf_status write_units(const part_file *part, const bf_run_outcome *outcome, bf_error *err)
{
    char *values = NULL;
    BF_TRY(BF_ALLOC(&values, (size_t)outcome->unit_count * sizeof(double), err));
    bf_status st = BF_OK;
    for (int f = 0; st == BF_OK && f < BF_UNIT_FIELDS; f++) {
        const bf_unit_field *field = &bf_unit_fields[f];
        size_t size = bf_type_size(field->type);
        for (int64_t i = 0; i < outcome->unit_count; i++)
            memcpy(values + (size_t)i * size, (const char *)&outcome->units[i] + field->offset,
                   size);
        char name[BF_RESULTS_NAME_BYTES];
        (void)snprintf(name, sizeof name, BF_RESULTS_UNITS "/%s", field->name);
        st = fill(part, name, values, (size_t)outcome->unit_count * size, err);
    }
    free(values);
    return st;
}

static bf_status write_digests(const part_file *part, const bf_layout *layout,
                               const bf_run_outcome *outcome, bf_error *err)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (!layout->written[t])
            continue;
        char name[BF_RESULTS_NAME_BYTES];
        (void)snprintf(name, sizeof name, "/tables/%s/dates/digest", bf_outputs[t].name);
        BF_TRY(fill(part, name, outcome->digests[t], (size_t)layout->date_count * BF_SHA256_BYTES,
                    err));
    }
    return BF_OK;
}

static bf_status write_nulled(const part_file *part, const bf_layout *layout,
                              const bf_run_outcome *outcome, bf_error *err)
{
    int64_t *values = NULL, at = 0;
    BF_TRY(BF_ALLOC(&values, (size_t)bf_results_nulled_count(layout), err));
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++) {
            if (bf_column_is_stored(&bf_outputs[t].columns[c]))
                values[at++] = outcome->nulled[t][c];
        }
    }
    bf_status st = fill(part, BF_RESULTS_NULLED, values, (size_t)at * sizeof *values, err);
    free(values);
    return st;
}

/* The sessions as text that fits the space for it: the oldest are dropped until it does. */
static bf_status fit_sessions(char out[BF_RESULTS_SESSIONS_BYTES], const char *sessions_json,
                              bf_error *err)
{
    memset(out, 0, BF_RESULTS_SESSIONS_BYTES);
    size_t size = strlen(sessions_json);
    if (size < BF_RESULTS_SESSIONS_BYTES) {
        memcpy(out, sessions_json, size);
        return BF_OK;
    }
    json_t *sessions = json_loads(sessions_json, 0, NULL);
    if (!json_is_array(sessions)) {
        json_decref(sessions);
        return bf_error_set(err, BF_E_INTERNAL, "session records: expected a JSON array");
    }
    do {
        (void)json_array_remove(sessions, 0);
        size = json_dumpb(sessions, out, BF_RESULTS_SESSIONS_BYTES - 1, JSON_COMPACT);
    } while (size >= BF_RESULTS_SESSIONS_BYTES && json_array_size(sessions) > 0);
    json_decref(sessions);
    memset(out + size, 0, BF_RESULTS_SESSIONS_BYTES - size);
    return BF_OK;
}

static bf_status write_all(const part_file *part, const bf_layout *layout,
                           const bf_run_outcome *outcome, char *sessions, bf_error *err)
{
    uint8_t seal[BF_SHA256_BYTES];
    bf_hash *hash = NULL;
    BF_TRY(fit_sessions(sessions, outcome->sessions_json, err));
    BF_TRY(bf_hash_create(&hash, err));
    bf_results_seal(seal, hash, layout, outcome, sessions);
    bf_hash_free(hash);
    BF_TRY(write_units(part, outcome, err));
    BF_TRY(write_digests(part, layout, outcome, err));
    BF_TRY(write_nulled(part, layout, outcome, err));
    BF_TRY(fill(part, BF_RESULTS_SESSIONS, sessions, BF_RESULTS_SESSIONS_BYTES, err));
    BF_TRY(fill(part, BF_RESULTS_SEAL, seal, sizeof seal, err));
    return fill(part, BF_RESULTS_COMPLETE, &(uint8_t){1}, 1, err);
}

static bf_status complete(const char *path, const bf_layout *layout, const bf_run_outcome *outcome,
                          bf_error *err)
{
    char *sessions = NULL;
    bf_unit *units = NULL;
    bf_run_outcome whole = *outcome;
    BF_TRY(all_units(&units, layout, outcome, err));
    whole.units = units;
    whole.unit_count = (int64_t)layout->date_count * BF_UNIT_PROCESSORS;
    bf_status st = BF_ALLOC(&sessions, BF_RESULTS_SESSIONS_BYTES, err);
    if (st != BF_OK) {
        free(units);
        return st;
    }
    hid_t access = bf_h5_local_access();
    part_file part = {.path = path, .file = -1, .fd = open(path, O_WRONLY | O_CLOEXEC)};
    if (part.fd < 0)
        st = bf_error_set(err, BF_E_OUTPUT, "%s: cannot open for publishing: %s", path,
                          strerror(errno));
    else if (access >= 0)
        part.file = BF_H5(H5Fopen(path, H5F_ACC_RDONLY, access));
    if (st == BF_OK && part.file < 0)
        st = bf_h5_failed(err, BF_E_OUTPUT, path, NULL, "cannot open for publishing");
    if (st == BF_OK)
        st = write_all(&part, layout, &whole, sessions, err);
    if (part.file >= 0)
        (void)H5Fclose(part.file);
    if (part.fd >= 0)
        (void)close(part.fd);
    if (access >= 0)
        (void)H5Pclose(access);
    free(sessions);
    free(units);
    return st;
}

bf_status bf_results_publish(const char *part, const char *path, const bf_layout *layout,
                             const bf_run_outcome *outcome, bf_error *err)
{
    char directory[4096];
    bf_directory_of(directory, sizeof directory, path);
    if (access(part, F_OK) != 0 && errno == ENOENT && access(path, F_OK) == 0)
        return bf_durable(directory, true, err); /* renamed before a crash */
    BF_TRY(complete(part, layout, outcome, err));
    BF_TRY(bf_durable(part, false, err));
    if ((bf_fault_hit(BF_FAULT_WRITE) ? (errno = EIO, -1) : rename(part, path)) != 0)
        return bf_error_set(err, BF_E_OUTPUT, "cannot rename %s to %s: %s", part, path,
                            strerror(errno));
    return bf_durable(directory, true, err);
}
