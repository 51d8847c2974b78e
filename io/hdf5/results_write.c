#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/hdf5/results_internal.h"
#include "io/hdf5/write_behind.h"

/* One leader and the ranks of its node write with pwrite at the datasets' places, which never move
 * after define: nothing is as fast. Several leaders, who are on different nodes, write collectively
 * through MPI-IO, because whole pages of a network file system would overwrite each other. */
struct bf_results_writer {
    char *path;
    MPI_Comm leaders;
    bool alone;
    int fd; /* also for fsync */
    bf_write_behind behind;
    hid_t file, collective;                         /* several leaders */
    hid_t dataset[BF_OUTPUT_COUNT][BF_MAX_COLUMNS]; /* several leaders */
    haddr_t place[BF_OUTPUT_COUNT][BF_MAX_COLUMNS]; /* one leader: offset in the file */
    int64_t rows[BF_OUTPUT_COUNT];                  /* of the tables in the file */
};

static bf_status failed(const bf_results_writer *writer, const char *dataset, const char *what,
                        bf_error *err)
{
    return bf_h5_failed(err, BF_E_OUTPUT, writer->path, dataset, what);
}

/* Opens the dataset of a stored column; it must be laid out as the schema and the plan say. */
static bf_status open_dataset(hid_t *out, haddr_t *place, const bf_results_writer *writer,
                              bf_output table, int column, bf_error *err)
{
    char name[BF_RESULTS_NAME_BYTES];
    bf_results_column_name(name, table, column);
    size_t bytes =
        bf_column_row_bytes(&bf_outputs[table].columns[column]) * (size_t)writer->rows[table];
    hid_t dataset = BF_H5(H5Dopen2(writer->file, name, H5P_DEFAULT));
    if (dataset < 0)
        return failed(writer, name, "cannot open", err);
    hid_t type = H5Dget_type(dataset);
    bool same = type >= 0 &&
                H5Tequal(type, bf_h5_type(bf_outputs[table].columns[column].type)) > 0 &&
                H5Dget_storage_size(dataset) == bytes;
    if (type >= 0)
        (void)H5Tclose(type);
    *place = bytes == 0 ? 0 : H5Dget_offset(dataset);
    if (!same || *place == HADDR_UNDEF) {
        (void)H5Dclose(dataset);
        return bf_error_set(err, BF_E_OUTPUT, "%s: %s: expected %zu bytes of another layout",
                            writer->path, name, bytes);
    }
    *out = dataset;
    return BF_OK;
}

static bf_status open_datasets(bf_results_writer *writer, const bf_layout *layout, bf_error *err)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        writer->rows[t] = layout->written[t] ? layout->total[t] : 0;
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++) {
            if (!bf_column_is_stored(&bf_outputs[t].columns[c]))
                continue; /* opening a constant for writing in parallel would allocate it */
            BF_TRY(open_dataset(&writer->dataset[t][c], &writer->place[t][c], writer, (bf_output)t,
                                c, err));
            if (writer->alone) {
                (void)H5Dclose(writer->dataset[t][c]);
                writer->dataset[t][c] = -1;
            }
        }
    }
    return BF_OK;
}

/* Collective. The worst failure of a leader is that of all, with its message. */
static bf_status all_or_none(const bf_results_writer *writer, bf_status st, bf_error *err)
{
    struct {
        int status, rank;
    } mine = {(int)st, 0}, worst = mine;
    if (writer->alone)
        return st;
    (void)MPI_Comm_rank(writer->leaders, &mine.rank);
    if (st != BF_OK) {
        char host[MPI_MAX_PROCESSOR_NAME] = "";
        int size;
        (void)MPI_Get_processor_name(host, &size);
        bf_error_prefix(err, "on %s", host);
    }
    if (MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, writer->leaders) != MPI_SUCCESS)
        return bf_error_set(err, BF_E_INTERNAL, "MPI_Allreduce of the leaders failed");
    if (worst.status != BF_OK && MPI_Bcast(err->message, sizeof err->message, MPI_CHAR, worst.rank,
                                           writer->leaders) != MPI_SUCCESS)
        return bf_error_set(err, BF_E_INTERNAL, "MPI_Bcast of the leaders failed");
    return (bf_status)worst.status;
}

/* Collective. `access` may have failed on some leaders; what duplicates the communicator or opens
 * the file is called by all of them or by none. */
static bf_status open_file(bf_results_writer *writer, hid_t access, bf_error *err)
{
    bf_status st = access < 0 ? failed(writer, NULL, "property list", err) : BF_OK;
    BF_TRY(all_or_none(writer, st, err));
    if (!writer->alone) {
        herr_t set = H5Pset_fapl_mpio(access, writer->leaders, MPI_INFO_NULL);
        st = set < 0 ? failed(writer, NULL, "property list", err) : BF_OK;
        BF_TRY(all_or_none(writer, st, err));
    }
    /* Before MPI_File_open, which waits for ever if one of them cannot. */
    writer->fd = open(writer->path, (writer->alone ? O_WRONLY : O_RDWR) | O_CLOEXEC);
    if (writer->fd < 0)
        st = bf_error_set(err, BF_E_OUTPUT, "%s: cannot open for writing: %s", writer->path,
                          strerror(errno));
    BF_TRY(all_or_none(writer, st, err));
    writer->file = H5Fopen(writer->path, writer->alone ? H5F_ACC_RDONLY : H5F_ACC_RDWR, access);
    if (writer->file < 0 || bf_fault_hit(BF_FAULT_HDF5))
        return failed(writer, NULL, "cannot open for writing", err);
    return BF_OK;
}

/* Collective. */
static bf_status set_up(bf_results_writer *writer, const bf_layout *layout, bf_error *err)
{
    hid_t access = bf_h5_local_access();
    bf_status st = open_file(writer, access, err);
    if (access >= 0)
        (void)H5Pclose(access);
    if (st == BF_OK && !writer->alone) {
        writer->collective = H5Pcreate(H5P_DATASET_XFER);
        if (writer->collective < 0 ||
            H5Pset_dxpl_mpio(writer->collective, H5FD_MPIO_COLLECTIVE) < 0)
            st = failed(writer, NULL, "property list", err);
    }
    if (st == BF_OK)
        st = open_datasets(writer, layout, err);
    if (writer->alone && writer->file >= 0) {
        if (H5Fclose(writer->file) < 0 && st == BF_OK)
            st = failed(writer, NULL, "cannot close", err);
        writer->file = -1;
    }
    return all_or_none(writer, st, err);
}

/* Local. */
static bf_status create(bf_results_writer **out, const char *path, bf_error *err)
{
    bf_results_writer *writer = NULL;
    BF_TRY(BF_ALLOC(&writer, 1, err));
    bf_status st = BF_ALLOC(&writer->path, strlen(path) + 1, err);
    if (st != BF_OK) {
        free(writer);
        return st;
    }
    memcpy(writer->path, path, strlen(path) + 1);
    writer->fd = -1;
    writer->file = writer->collective = -1;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; c < BF_MAX_COLUMNS; c++)
            writer->dataset[t][c] = -1;
    }
    *out = writer;
    return BF_OK;
}

/* Collective. */
static bf_status release(bf_results_writer *writer, bf_error *err)
{
    bf_status st = BF_OK;
    if (writer->collective >= 0)
        (void)H5Pclose(writer->collective);
    if (writer->file >= 0) { /* closes the datasets too */
        herr_t closed = H5Fclose(writer->file);
        if (closed < 0 || bf_fault_hit(BF_FAULT_HDF5))
            st = failed(writer, NULL, "cannot close", err);
    }
    bf_write_behind_wait(&writer->behind);
    if (writer->fd >= 0)
        (void)close(writer->fd);
    free(writer->path);
    free(writer);
    return st;
}

bf_status bf_results_writer_open(bf_results_writer **out, const char *path, const bf_layout *layout,
                                 MPI_Comm leaders, bf_error *err)
{
    *out = NULL;
    int size = 1;
    (void)MPI_Comm_size(leaders, &size);
    bf_results_writer *writer = NULL, asking = {.leaders = leaders, .alone = size == 1};
    bf_status st = all_or_none(&asking, create(&writer, path, err), err);
    if (st == BF_OK) {
        writer->leaders = leaders;
        writer->alone = size == 1;
        st = set_up(writer, layout, err);
    }
    if (st != BF_OK && writer != NULL) {
        (void)release(writer, NULL); /* the first error counts */
        writer = NULL;
    }
    *out = writer;
    return st;
}

/* What a rank has to know to write beside its leader. Plain data, sent over the node. */
typedef struct shared_places {
    bool alone;
    haddr_t place[BF_OUTPUT_COUNT][BF_MAX_COLUMNS];
    int64_t rows[BF_OUTPUT_COUNT];
} shared_places;

/* Local. A writer of a rank that leads nothing. */
static bf_status join_leader(bf_results_writer **out, const char *path, const shared_places *shared,
                             bf_error *err)
{
    bf_results_writer *writer = NULL;
    BF_TRY(create(&writer, path, err));
    writer->alone = true;
    memcpy(writer->place, shared->place, sizeof writer->place);
    memcpy(writer->rows, shared->rows, sizeof writer->rows);
    writer->fd = open(path, O_WRONLY | O_CLOEXEC);
    if (writer->fd < 0) {
        int reason = errno;
        (void)release(writer, NULL);
        return bf_error_set(err, BF_E_OUTPUT, "%s: %s", path, strerror(reason));
    }
    *out = writer;
    return BF_OK;
}

bf_status bf_results_writer_share(bf_results_writer **writer, const char *path, MPI_Comm node,
                                  bf_error *err)
{
    int rank = 0;
    shared_places *shared = NULL;
    (void)MPI_Comm_rank(node, &rank);
    bf_status st = BF_ALLOC(&shared, 1, err);
    int failed = st != BF_OK, any = failed;
    if (MPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, node) != MPI_SUCCESS)
        st = bf_error_set(err, BF_E_INTERNAL, "%s: MPI_Allreduce failed", path);
    if (st == BF_OK && any == 0) {
        if (rank == 0) {
            shared->alone = (*writer)->alone;
            memcpy(shared->place, (*writer)->place, sizeof shared->place);
            memcpy(shared->rows, (*writer)->rows, sizeof shared->rows);
        }
        if (MPI_Bcast(shared, (int)sizeof *shared, MPI_BYTE, 0, node) != MPI_SUCCESS)
            st = bf_error_set(err, BF_E_INTERNAL, "%s: MPI_Bcast failed", path);
        else if (rank != 0 && shared->alone)
            st = join_leader(writer, path, shared, err);
    }
    free(shared);
    return st;
}

static bf_status write_alone(const bf_results_writer *writer, bf_output table, int column,
                             const char *data, const bf_slab *slabs, int slab_count, bf_error *err)
{
    size_t row_bytes = bf_column_row_bytes(&bf_outputs[table].columns[column]);
    char name[BF_RESULTS_NAME_BYTES];
    bf_results_column_name(name, table, column);
    for (int i = 0; i < slab_count; i++) {
        BF_TRY(bf_write_bytes(
            writer->fd, writer->path, name, data + (size_t)slabs[i].memory_first * row_bytes,
            (size_t)slabs[i].rows * row_bytes,
            writer->place[table][column] + (haddr_t)slabs[i].first * row_bytes, err));
    }
    return BF_OK;
}

/* Selects the slabs in a dataspace of `rows` rows; in memory if `memory`. Negative on failure. */
static hid_t select_slabs(int64_t rows, int length, const bf_slab *slabs, int slab_count,
                          bool memory)
{
    int rank = length > 1 ? 2 : 1;
    hid_t space = H5Screate_simple(rank, (hsize_t[]){(hsize_t)rows, (hsize_t)length}, NULL);
    if (space < 0 || H5Sselect_none(space) < 0)
        return space;
    for (int i = 0; i < slab_count; i++) {
        hsize_t start[] = {(hsize_t)(memory ? slabs[i].memory_first : slabs[i].first), 0};
        hsize_t count[] = {(hsize_t)slabs[i].rows, (hsize_t)length};
        if (H5Sselect_hyperslab(space, i == 0 ? H5S_SELECT_SET : H5S_SELECT_OR, start, NULL, count,
                                NULL) < 0) {
            (void)H5Sclose(space);
            return -1;
        }
    }
    return space;
}

/* Collective. A leader that cannot take part takes part with nothing, so that the others do not
 * wait. */
static bf_status write_together(const bf_results_writer *writer, bf_output table, int column,
                                const bf_columns *columns, const bf_slab *slabs, int slab_count,
                                bf_error *err)
{
    const bf_column *it = &bf_outputs[table].columns[column];
    char name[BF_RESULTS_NAME_BYTES];
    bf_results_column_name(name, table, column);
    bool broken = bf_fault_hit(BF_FAULT_WRITE);
    hid_t memory = select_slabs(columns->rows, it->length, slabs, broken ? 0 : slab_count, true);
    hid_t place =
        select_slabs(writer->rows[table], it->length, slabs, broken ? 0 : slab_count, false);
    bool empty = memory < 0 || place < 0;
    if (empty) {
        broken = true;
        memory = memory < 0 ? H5Screate(H5S_NULL) : memory;
        place = place < 0 ? H5Dget_space(writer->dataset[table][column]) : place;
        (void)H5Sselect_none(place);
        (void)H5Sselect_none(memory);
    }
    const void *data =
        columns->data[column] == NULL ? name : columns->data[column]; /* never read then */
    herr_t written = H5Dwrite(writer->dataset[table][column], bf_h5_type(it->type), memory, place,
                              writer->collective, data);
    if (written < 0 || broken || bf_fault_hit(BF_FAULT_HDF5))
        broken = true;
    bf_status st = broken ? failed(writer, name, "cannot write", err) : BF_OK;
    (void)H5Sclose(memory);
    (void)H5Sclose(place);
    return st;
}

/* Joins slabs that lie side by side in the file and in memory; returns how many are left. */
static int join_slabs(bf_slab *out, const bf_slab *slabs, int slab_count)
{
    int count = 0;
    for (int i = 0; i < slab_count; i++) {
        bf_slab *last = count > 0 ? &out[count - 1] : NULL;
        if (slabs[i].rows == 0)
            continue;
        if (last != NULL && last->first + last->rows == slabs[i].first &&
            last->memory_first + last->rows == slabs[i].memory_first)
            last->rows += slabs[i].rows;
        else
            out[count++] = slabs[i];
    }
    return count;
}

bf_status bf_results_write(bf_results_writer *writer, bf_output table, const bf_columns *columns,
                           const bf_slab *slabs, int slab_count, bf_error *err)
{
    bf_slab *joined = NULL;
    bf_status st = BF_ALLOC(&joined, (size_t)slab_count, err);
    int count = st == BF_OK ? join_slabs(joined, slabs, slab_count) : 0;
    for (int c = 0; c < bf_outputs[table].column_count; c++) {
        bf_error later = BF_ERROR_INIT;
        bf_status written = BF_OK;
        if (!bf_column_is_stored(&bf_outputs[table].columns[c]) || writer->rows[table] == 0)
            continue; /* a column without rows has no place in the file, which HDF5 minds */
        if (!writer->alone)
            written = write_together(writer, table, c, columns, joined, count, &later);
        else if (st == BF_OK)
            written = write_alone(writer, table, c, columns->data[c], joined, count, &later);
        if (st == BF_OK && written != BF_OK) {
            st = written;
            if (err != NULL)
                *err = later;
        }
    }
    free(joined);
    return st;
}

void bf_results_write_behind(bf_results_writer *writer)
{
    bf_write_behind_start(&writer->behind, writer->fd);
}

bf_status bf_results_sync(bf_results_writer *writer, bf_error *err)
{
    bf_status st = BF_OK;
    if (!writer->alone) {
        herr_t flushed = H5Fflush(writer->file, H5F_SCOPE_GLOBAL); /* MPI_File_sync */
        if (flushed < 0 || bf_fault_hit(BF_FAULT_HDF5))
            st = failed(writer, NULL, "cannot flush", err);
    }
    if (st == BF_OK && (bf_fault_hit(BF_FAULT_WRITE) ? (errno = EIO, -1) : fsync(writer->fd)) != 0)
        st = bf_error_set(err, BF_E_OUTPUT, "%s: fsync: %s", writer->path,
                          errno == ENOSPC ? "no space left on device" : strerror(errno));
    return st;
}

bf_status bf_results_writer_close(bf_results_writer *writer, bf_error *err)
{
    return release(writer, err);
}
