#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "io/hdf5/results_internal.h"

const char *const bf_dict_names[BF_DICT_COUNT] = {
    [BF_DICT_PLAYERS] = "players",       [BF_DICT_UNIVERSAL] = "universal_players",
    [BF_DICT_TEAMS] = "teams",           [BF_DICT_GAMES] = "games",
    [BF_DICT_NUMBERS] = "game_numbers",  [BF_DICT_ENTITIES] = "entities",
    [BF_DICT_PROCESSORS] = "processors",
};

const char *const bf_unit_processor_names[BF_UNIT_PROCESSORS] = {"tdza", "psza", "pcf", "pdc",
                                                                 "ml"};

const char *const bf_unit_status_names[BF_UNIT_STATUS_COUNT] = {
    [BF_UNIT_SUCCESS] = "success",   [BF_UNIT_SKIPPED_BOOTSTRAP] = "skipped_bootstrap",
    [BF_UNIT_NO_GAMES] = "no_games", [BF_UNIT_FAILED] = "failed",
    [BF_UNIT_NOT_RUN] = "not_run",
};

const bf_unit_field bf_unit_fields[BF_UNIT_FIELDS] = {
    {"processor", BF_TYPE_I8, offsetof(bf_unit, processor), "Processor"},
    {"date", BF_TYPE_I32, offsetof(bf_unit, day), "As-of date"},
    {"status", BF_TYPE_I8, offsetof(bf_unit, status), "How the unit ended"},
    {"rows", BF_TYPE_I32, offsetof(bf_unit, rows), "Rows written"},
    {"failures", BF_TYPE_I32, offsetof(bf_unit, failures), "Failure records written"},
    {"seconds", BF_TYPE_F64, offsetof(bf_unit, seconds), "Time of computing, without writing"},
    {"rank", BF_TYPE_I32, offsetof(bf_unit, rank), "Rank that computed it, -1 for none"},
};

hid_t bf_h5_type(bf_type type)
{
    switch (type) {
    case BF_TYPE_I8:
        return H5T_STD_I8LE;
    case BF_TYPE_I16:
        return H5T_STD_I16LE;
    case BF_TYPE_I32:
        return H5T_STD_I32LE;
    case BF_TYPE_I64:
        return H5T_STD_I64LE;
    case BF_TYPE_U8:
        return H5T_STD_U8LE;
    case BF_TYPE_U64:
        return H5T_STD_U64LE;
    case BF_TYPE_F64:
        return H5T_IEEE_F64LE;
    case BF_TYPE_NONE:
        break;
    }
    return -1;
}

void bf_results_column_name(char out[BF_RESULTS_NAME_BYTES], bf_output table, int column)
{
    const bf_table_schema *schema = &bf_outputs[table];
    const bf_column *it = &schema->columns[column];
    if (it->parent < 0)
        (void)snprintf(out, BF_RESULTS_NAME_BYTES, "/tables/%s/%s", schema->name, it->name);
    else
        (void)snprintf(out, BF_RESULTS_NAME_BYTES, "/tables/%s/%s/%s", schema->name,
                       schema->columns[it->parent].name, it->name);
}

/* True if the file system of `path` has no room left: MPI-IO tells of a short write, not why. */
static bool disk_is_full(const char *path)
{
    struct statvfs fs;
    return statvfs(path, &fs) == 0 && fs.f_bavail * fs.f_frsize < 65536;
}

bf_status bf_h5_failed(bf_error *err, bf_status status, const char *path, const char *dataset,
                       const char *what)
{
    char reason[512];
    bf_h5_reason(reason, sizeof reason);
    bool full = strstr(reason, "No space left") != NULL;
    if (status == BF_E_OUTPUT && (full || disk_is_full(path)))
        (void)snprintf(reason, sizeof reason, "no space left on device");
    (void)H5Eclear2(H5E_DEFAULT);
    return bf_error_set(err, status, "%s: %s%s%s: %s", path, dataset == NULL ? "" : dataset,
                        dataset == NULL ? "" : ": ", what, reason);
}

hid_t bf_h5_local_access(void)
{
    bf_h5_quiet();
    hid_t access = BF_H5(H5Pcreate(H5P_FILE_ACCESS));
    if (access < 0)
        return -1;
    if (H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST) < 0 ||
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0 ||
        H5Pset_file_locking(access, false, true) < 0 ||
        H5Pset_meta_block_size(access, 256 * 1024) < 0) {
        (void)H5Pclose(access);
        return -1;
    }
    return access;
}

bf_status bf_durable(const char *path, bool directory, bf_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | (directory ? O_DIRECTORY : 0));
    int failed = fd < 0 || bf_fault_hit(BF_FAULT_WRITE) || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0)
        (void)close(fd);
    if (failed == EINVAL && directory) /* a file system that does not sync directories */
        return BF_OK;
    if (failed != 0)
        return bf_error_set(err, BF_E_OUTPUT, "%s: fsync: %s", path,
                            failed == ENOSPC ? "no space left on device" : strerror(failed));
    return BF_OK;
}

bf_status bf_write_bytes(int fd, const char *path, const char *dataset, const void *bytes,
                         size_t size, haddr_t place, bf_error *err)
{
    const char *rest = bytes;
    off_t at = (off_t)place;
    while (size > 0) {
        ssize_t done =
            bf_fault_hit(BF_FAULT_WRITE) ? (errno = ENOSPC, -1) : pwrite(fd, rest, size, at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return bf_error_set(err, BF_E_OUTPUT, "%s: %s: %s", path, dataset,
                                done == 0 || errno == ENOSPC || errno == EDQUOT
                                    ? "no space left on device"
                                    : strerror(errno));
        rest += done;
        size -= (size_t)done;
        at += done;
    }
    return BF_OK;
}

void bf_directory_of(char *out, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        (void)snprintf(out, size, ".");
    else
        (void)snprintf(out, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

bool bf_results_uses(const bf_layout *layout, bf_dict dictionary)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++) {
            const bf_column *column = &bf_outputs[t].columns[c];
            if (column->kind == BF_KIND_KEY && column->dictionary == dictionary)
                return true;
        }
    }
    return false;
}

int64_t bf_results_nulled_count(const bf_layout *layout)
{
    int64_t count = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++)
            count += bf_column_is_stored(&bf_outputs[t].columns[c]);
    }
    return count;
}

static void seal_table(bf_hash *hash, bf_output table, const bf_layout *layout,
                       const bf_run_outcome *outcome)
{
    size_t dates = (size_t)layout->date_count;
    bf_hash_update(hash, layout->rows[table], dates * sizeof *layout->rows[table]);
    bf_hash_update(hash, outcome->digests[table], dates * BF_SHA256_BYTES);
    for (int c = 0; c < bf_outputs[table].column_count; c++) {
        if (bf_column_is_stored(&bf_outputs[table].columns[c]))
            bf_hash_update(hash, &outcome->nulled[table][c], sizeof outcome->nulled[table][c]);
    }
}

void bf_results_seal(uint8_t out[BF_SHA256_BYTES], bf_hash *hash, const bf_layout *layout,
                     const bf_run_outcome *outcome, const char *sessions)
{
    bf_hash_begin(hash);
    bf_hash_update(hash, layout->dates, (size_t)layout->date_count * sizeof *layout->dates);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (layout->written[t])
            seal_table(hash, (bf_output)t, layout, outcome);
    }
    for (int64_t i = 0; i < outcome->unit_count; i++) {
        for (int f = 0; f < BF_UNIT_FIELDS; f++)
            bf_hash_update(hash, (const char *)&outcome->units[i] + bf_unit_fields[f].offset,
                           bf_type_size(bf_unit_fields[f].type));
    }
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        const bf_dictionary *dictionary = &layout->dictionaries[d];
        if (dictionary->count > 0 && bf_results_uses(layout, (bf_dict)d))
            bf_hash_update(hash, dictionary->bytes, (size_t)dictionary->offset[dictionary->count]);
    }
    bf_hash_text(hash, sessions);
    bf_hash_end(hash, out);
}
