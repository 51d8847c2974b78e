/* The tables' files, made by all ranks. The rows are cut into pieces of whole dates, the same
 * whatever the number of ranks; each is one gzip member. In the order of their dates the pieces are
 * divided into ranges, one a rank, so that every rank has a like share of each table; it makes them
 * into a file of its own, in the order of the upload's files. Rank 0 then puts the members of each
 * one behind the other. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "compute/base/memory.h"
#include "compute/plan/plan.h"
#include "io/text/file.h"
#include "io/text/gzip.h"
#include "io/text/spell.h"
#include "mpi/run/stop.h"
#include "mpi/upload/upload.h"

enum {
    PIECE_ROWS = 2048,     /* a piece ends with the date that reaches so many */
    BLOCK_BYTES = 4 << 20, /* of the results that are in memory at a time */
    FLUSH_BYTES = 1 << 18, /* of text, before it is compressed */
    WRITE_BYTES = 1 << 20, /* of compressed bytes, before they are written */
    TEXT_BYTES_MAX = 32 << 20,
    GZIP_LEVEL = 3, /* tests/bench/README.md */
    SAMPLE_ROWS = 1000
};

/* Rows of one file: those of the dates from .. to - 1. */
typedef struct piece {
    int32_t file, from, to;
} piece;

/* A rank at work. */
typedef struct formatter {
    bf_upload *upload;
    int table; /* that spell is for; -1: none */
    bf_spell *spell;
    bf_dictionary of_records[BF_DICT_COUNT];
    bf_gzip *gzip;
    bf_text text, packed;
    bf_columns block; /* rows of the dates block_from .. block_to - 1 */
    int32_t block_from, block_to;
    int fd;
    char *path;
    int64_t member_bytes; /* of the present member so far */
    uint32_t member_crc;
} formatter;

/* ---- rows into members ------------------------------------------------------------------- */

static bf_status write_packed(formatter *it, bf_error *err)
{
    const char *at = it->packed.data;
    size_t left = it->packed.size_bytes;
    while (left > 0 && it->fd >= 0) {
        ssize_t done =
            bf_fault_hit(BF_FAULT_WRITE) ? (errno = ENOSPC, -1) : write(it->fd, at, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return bf_file_error(err, "write", it->path, done == 0 ? ENOSPC : errno);
        at += done;
        left -= (size_t)done;
    }
    bf_text_clear(&it->packed);
    return BF_OK;
}

/* Compresses the text that is waiting; `end`: and ends the member. */
static bf_status pack(formatter *it, bool end, bf_error *err)
{
    size_t before = it->packed.size_bytes;
    BF_TRY(bf_text_status(&it->text, err));
    BF_TRY(bf_gzip_add(&it->packed, it->gzip, it->text.data, it->text.size_bytes, err));
    if (end)
        BF_TRY(bf_gzip_end(&it->packed, it->gzip, err));
    bf_text_clear(&it->text);
    size_t more = it->packed.size_bytes - before;
    if (more > 0)
        it->member_crc = (uint32_t)crc32_z(it->member_crc,
                                           (const unsigned char *)it->packed.data + before, more);
    it->member_bytes += (int64_t)more;
    return it->packed.size_bytes >= WRITE_BYTES ? write_packed(it, err) : BF_OK;
}

static bf_status open_table(formatter *it, int table, bf_error *err)
{
    bf_results *results = it->upload->results;
    const bf_run_facts *facts = bf_results_facts(results);
    bf_spell_free(it->spell);
    it->spell = NULL;
    bf_columns_free(&it->block);
    it->block_from = it->block_to = 0;
    it->table = table;
    const bf_spell_run run = {.id = facts->run_id,
                              .program_version = facts->program_version,
                              .fingerprint = facts->fingerprint,
                              .timestamp_us = facts->run_timestamp_us};
    const bf_upload_table *its = &it->upload->tables[table];
    return bf_spell_create_for_run(
        &it->spell, its->schema,
        its->output >= 0 ? bf_results_layout(results)->dictionaries : it->of_records, &run, err);
}

/* Reads the next rows, at most those of the dates from .. end - 1. */
static bf_status read_block(formatter *it, int32_t from, int32_t end, bf_error *err)
{
    bf_output table = (bf_output)it->upload->tables[it->table].output;
    const bf_layout *layout = bf_results_layout(it->upload->results);
    int64_t rows = 0;
    for (int32_t d = from; d < end; d++)
        rows += layout->rows[table][d];
    int64_t bytes = rows * (int64_t)bf_table_row_bytes(&bf_outputs[table]);
    bf_columns_free(&it->block);
    it->block_from = it->block_to = from;
    if (bf_stop_asked())
        return bf_error_set(err, BF_E_STOPPED,
                            "stopped by %s while formatting; the same command "
                            "goes on",
                            bf_stop_reason());
    BF_TRY(bf_results_read_dates(&it->block, &it->block_to, it->upload->results, table, from,
                                 bytes < BLOCK_BYTES ? (size_t)bytes : BLOCK_BYTES, err));
    return bf_results_check_hashes(it->upload->results, &it->block, err);
}

/* Rows first .. end - 1 of the block. */
static bf_status spell_rows(formatter *it, int64_t first, int64_t end, bf_error *err)
{
    for (int64_t row = first; row < end; row++) {
        bf_spell_json_row(&it->text, it->spell, &it->block, row);
        if (it->text.size_bytes >= FLUSH_BYTES)
            BF_TRY(pack(it, false, err));
    }
    return BF_OK;
}

/* Makes the member; `end` is the date up to which this rank goes on in the same file. */
static bf_status format_piece(formatter *it, const piece *one, int32_t end, bf_error *err)
{
    bf_output table = (bf_output)it->upload->tables[it->table].output;
    const bf_layout *layout = bf_results_layout(it->upload->results);
    it->member_bytes = 0;
    it->member_crc = 0;
    for (int32_t d = one->from, stop; d < one->to; d = stop) {
        if (d >= it->block_to)
            BF_TRY(read_block(it, d, end, err));
        stop = it->block_to < one->to ? it->block_to : one->to;
        int64_t base = layout->first[table][it->block_from];
        int64_t first = layout->first[table][d] - base;
        int64_t last = layout->first[table][stop - 1] + layout->rows[table][stop - 1] - base;
        BF_TRY(spell_rows(it, first, last, err));
    }
    return pack(it, true, err);
}

static bf_status begin(formatter *it, bf_upload *upload, bf_error *err)
{
    *it = (formatter){.upload = upload,
                      .of_records = {[BF_DICT_PROCESSORS] = upload->processor_names},
                      .table = -1,
                      .fd = -1,
                      .text = BF_TEXT_INIT(TEXT_BYTES_MAX),
                      .packed = BF_TEXT_INIT(TEXT_BYTES_MAX)};
    return bf_gzip_create(&it->gzip, GZIP_LEVEL, err);
}

static void reset(formatter *it)
{
    if (it->fd >= 0)
        (void)close(it->fd);
    bf_columns_free(&it->block);
    bf_spell_free(it->spell);
    bf_gzip_free(it->gzip);
    bf_text_free(&it->text);
    bf_text_free(&it->packed);
    free(it->path);
}

bf_status bf_upload_sample(double *bytes_a_row, bf_upload *upload, const bf_upload_table *table,
                           bf_error *err)
{
    formatter it;
    int64_t rows = 0;
    *bytes_a_row = 0;
    bf_status st = begin(&it, upload, err);
    if (st == BF_OK)
        st = open_table(&it, (int)(table - upload->tables), err);
    int32_t dates = bf_results_layout(upload->results)->date_count;
    int32_t d = dates / 3; /* the first dates of a season have fewer values */
    for (; d < dates && rows < SAMPLE_ROWS && st == BF_OK && table->output >= 0; d++) {
        if (bf_results_layout(upload->results)->rows[table->output][d] == 0)
            continue;
        st = read_block(&it, d, d + 1, err);
        rows += it.block.rows;
        if (st == BF_OK)
            st = spell_rows(&it, 0, it.block.rows, err);
    }
    if (st == BF_OK)
        st = pack(&it, true, err);
    if (st == BF_OK && rows > 0)
        *bytes_a_row = (double)it.member_bytes / (double)rows;
    reset(&it);
    return st;
}

/* ---- a rank's share ---------------------------------------------------------------------- */

static int by_date(const void *a, const void *b)
{
    const piece *x = a, *y = b;
    return x->to != y->to ? (x->to > y->to) - (x->to < y->to) : x->file - y->file;
}

/* All pieces, in the order of their dates. */
static bf_status cut(piece **out, int32_t *count, const bf_upload *upload, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(upload->results);
    size_t capacity = 0;
    int32_t made = 0;
    *out = NULL;
    for (int f = 0; f < upload->file_count; f++) {
        const bf_upload_file *file = &upload->files[f];
        int64_t rows = 0;
        int32_t from = file->from;
        int table = upload->tables[file->table].output;
        for (int32_t d = from; d < file->to; d++) {
            rows += layout->rows[table][d];
            bool ends = rows >= PIECE_ROWS || (d + 1 == file->to && rows > 0);
            if (!ends)
                continue;
            BF_TRY(BF_GROW(out, &capacity, (size_t)made + 1, err));
            (*out)[made++] = (piece){.file = f, .from = from, .to = d + 1};
            from = d + 1;
            rows = 0;
        }
    }
    if (made > 0)
        qsort(*out, (size_t)made, sizeof **out, by_date);
    *count = made;
    return BF_OK;
}

/* What the ranks have to do together, and what came of it; sizes and crcs of this rank's pieces, 0
 * for the others'. */
typedef struct share {
    piece *pieces;
    int32_t count;
    int32_t *begin; /* [ranks + 1] */
    int64_t *sizes, *costs;
    uint32_t *crcs;
} share;

static void share_reset(share *it)
{
    free(it->pieces);
    free(it->begin);
    free(it->sizes);
    free(it->costs);
    free(it->crcs);
}

/* Collective. Cuts and divides. */
static bf_status divide(share *it, bf_upload *upload, bf_error *err)
{
    bf_status st = cut(&it->pieces, &it->count, upload, err);
    size_t count = (size_t)it->count;
    if (st == BF_OK)
        st = BF_ALLOC(&it->begin, (size_t)upload->ranks + 1, err);
    if (st == BF_OK)
        st = BF_ALLOC(&it->sizes, count, err);
    if (st == BF_OK)
        st = BF_ALLOC(&it->costs, count, err);
    if (st == BF_OK)
        st = BF_ALLOC(&it->crcs, count, err);
    BF_TRY(bf_agree(upload->comm, st, err));
    const bf_layout *layout = bf_results_layout(upload->results);
    for (int32_t p = 0; p < it->count; p++) {
        const piece *one = &it->pieces[p];
        const bf_upload_table *table = &upload->tables[upload->files[one->file].table];
        for (int32_t d = one->from; d < one->to; d++)
            it->costs[p] += layout->rows[table->output][d] * table->schema->column_count;
    }
    bf_plan_partition(it->begin, it->costs, it->count, upload->ranks);
    return BF_OK;
}

static bf_status part_path(char **out, const bf_upload *upload, int rank, bf_error *err)
{
    return bf_alloc_text(out, err, "%s/part-%d", upload->directory, rank);
}

/* Local. The pieces of file `f` that this rank makes. */
static bf_status format_file(formatter *work, share *it, int f, bf_error *err)
{
    int32_t first = it->begin[work->upload->rank], last = it->begin[work->upload->rank + 1];
    int32_t end = 0; /* date up to which they go */
    for (int32_t p = first; p < last; p++)
        end = it->pieces[p].file == f ? it->pieces[p].to : end;
    if (end == 0)
        return BF_OK;
    BF_TRY(open_table(work, work->upload->files[f].table, err));
    for (int32_t p = first; p < last; p++) {
        if (it->pieces[p].file != f)
            continue;
        BF_TRY(format_piece(work, &it->pieces[p], end, err));
        it->sizes[p] = work->member_bytes;
        it->crcs[p] = work->member_crc;
    }
    return BF_OK;
}

/* Local. */
static bf_status format_share(share *it, bf_upload *upload, bf_error *err)
{
    formatter work;
    bf_status st = begin(&work, upload, err);
    if (st == BF_OK)
        st = part_path(&work.path, upload, upload->rank, err);
    if (st == BF_OK) {
        work.fd = open(work.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (work.fd < 0)
            st = bf_file_error(err, "create", work.path, errno);
    }
    for (int f = 0; f < upload->file_count && st == BF_OK; f++)
        st = format_file(&work, it, f, err);
    if (st == BF_OK)
        st = write_packed(&work, err);
    reset(&work);
    return st;
}

/* ---- whole files ------------------------------------------------------------------------- */

static bf_status open_for_writing(int *fd, const char *path, bf_error *err)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return *fd >= 0 ? BF_OK : bf_file_error(err, "create", path, errno);
}

static bf_status close_durable(int fd, const char *path, bf_error *err)
{
    int failed = bf_fault_hit(BF_FAULT_WRITE) ? EIO : fsync(fd) != 0 ? errno : 0;
    if (close(fd) != 0 && failed == 0)
        failed = errno;
    return failed == 0 ? BF_OK : bf_file_error(err, "write", path, failed);
}

/* Local (rank 0). The members of a file that rank `rank` made, behind what is in it. */
static bf_status append_members(bf_upload_file *file, int fd, const share *it,
                                const bf_upload *upload, int rank, bf_error *err)
{
    int64_t before = 0, size = 0; /* bytes of the files before it, and its own */
    for (int32_t p = it->begin[rank]; p < it->begin[rank + 1]; p++) {
        const bf_upload_file *of = &upload->files[it->pieces[p].file];
        before += of < file ? it->sizes[p] : 0;
        if (of != file)
            continue;
        file->crc32 = (uint32_t)crc32_combine(file->crc32, it->crcs[p], (z_off_t)it->sizes[p]);
        size += it->sizes[p];
    }
    if (size == 0)
        return BF_OK;
    char *part = NULL;
    BF_TRY(part_path(&part, upload, rank, err));
    int from = open(part, O_RDONLY | O_CLOEXEC);
    bf_status st = from < 0 ? bf_file_error(err, "read", part, errno)
                            : bf_file_copy((bf_file_range){fd, file->path, file->size_bytes},
                                           (bf_file_range){from, part, before}, size, err);
    file->size_bytes += size;
    if (from >= 0)
        (void)close(from);
    free(part);
    return st;
}

static bf_status join_file(bf_upload_file *file, const share *it, const bf_upload *upload,
                           bf_error *err)
{
    int fd;
    BF_TRY(open_for_writing(&fd, file->path, err));
    bf_status st = BF_OK;
    file->size_bytes = 0;
    file->crc32 = 0;
    for (int rank = 0; rank < upload->ranks && st == BF_OK; rank++)
        st = append_members(file, fd, it, upload, rank, err);
    if (st != BF_OK) {
        (void)close(fd);
        return st;
    }
    return close_durable(fd, file->path, err);
}

/* The records are few: rank 0 makes their file alone. */
static bf_status format_records(bf_upload *upload, bf_upload_file *file, bf_error *err)
{
    formatter work;
    bf_status st = begin(&work, upload, err);
    if (st == BF_OK)
        st = open_table(&work, file->table, err);
    if (st == BF_OK)
        st = open_for_writing(&work.fd, file->path, err);
    bf_columns none = work.block;
    work.block = upload->records[upload->tables[file->table].record]; /* borrowed */
    if (st == BF_OK)
        st = spell_rows(&work, 0, file->rows, err);
    if (st == BF_OK)
        st = pack(&work, true, err);
    if (st == BF_OK)
        st = write_packed(&work, err);
    work.block = none;
    if (st == BF_OK) {
        file->size_bytes = work.member_bytes;
        file->crc32 = work.member_crc;
        st = close_durable(work.fd, file->path, err);
        work.fd = -1;
    }
    reset(&work);
    return st;
}

/* Local (rank 0). */
static bf_status join(share *it, bf_upload *upload, bf_error *err)
{
    bf_status st = BF_OK;
    for (int f = 0; f < upload->file_count && st == BF_OK; f++) {
        bf_upload_file *file = &upload->files[f];
        st = upload->tables[file->table].output >= 0 ? join_file(file, it, upload, err)
                                                     : format_records(upload, file, err);
    }
    for (int rank = 0; rank < upload->ranks && st == BF_OK; rank++) {
        char *part = NULL;
        st = part_path(&part, upload, rank, err);
        if (st == BF_OK && unlink(part) != 0)
            st = bf_file_error(err, "remove", part, errno);
        free(part);
    }
    return st == BF_OK ? bf_file_sync_directory(upload->files[0].path, err) : st;
}

bf_status bf_upload_format(bf_upload *upload, bf_error *err)
{
    share it = {0};
    double start = MPI_Wtime();
    bf_status st = divide(&it, upload, err);
    if (st == BF_OK)
        st = bf_agree(upload->comm, format_share(&it, upload, err), err);
    if (st == BF_OK) {
        bool root = upload->rank == 0;
        BF_MPI(MPI_Reduce(root ? MPI_IN_PLACE : it.sizes, it.sizes, it.count, MPI_INT64_T, MPI_SUM,
                          0, upload->comm));
        BF_MPI(MPI_Reduce(root ? MPI_IN_PLACE : it.crcs, it.crcs, it.count, MPI_UINT32_T, MPI_SUM,
                          0, upload->comm));
        st = bf_agree(upload->comm, root ? join(&it, upload, err) : BF_OK, err);
    }
    if (st == BF_OK && upload->rank == 0) {
        int64_t rows = 0, bytes = 0;
        for (int f = 0; f < upload->file_count; f++) {
            rows += upload->files[f].rows;
            bytes += upload->files[f].size_bytes;
        }
        double seconds = MPI_Wtime() - start;
        bf_log(BF_LOG_INFO, "formatted %lld rows into %.1f MB in %.3f s | Rate: %.0f rows/sec",
               (long long)rows, (double)bytes / 1e6, seconds, (double)rows / seconds);
    }
    share_reset(&it);
    return st;
}
