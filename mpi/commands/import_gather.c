#include "mpi/commands/import_gather.h"

#include <stdlib.h>
#include <string.h>

#include "mpi/run/agree.h"

enum { GATHER_TAG = 1, MESSAGE_BYTES = 1 << 28 /* of one MPI call, whose counts are ints */ };

bf_status bf_raw_tables_init(bf_raw_tables *tables, bf_error *err)
{
    *tables = (bf_raw_tables){.texts = NULL};
    BF_TRY(bf_intern_create(&tables->texts, err));
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        BF_TRY(bf_raw_init(&tables->raw[t], (bf_input)t, tables->texts, err));
    return BF_OK;
}

void bf_raw_tables_reset(bf_raw_tables *tables)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        bf_raw_reset(&tables->raw[t]);
        bf_unused_free(&tables->unused[t]);
    }
    bf_intern_free(tables->texts);
    *tables = (bf_raw_tables){.texts = NULL};
}

static void send_bytes(const void *data, size_t size, MPI_Comm comm)
{
    for (size_t at = 0; at < size; at += MESSAGE_BYTES) {
        size_t piece = size - at < MESSAGE_BYTES ? size - at : MESSAGE_BYTES;
        BF_MPI(MPI_Send((const char *)data + at, (int)piece, MPI_BYTE, 0, GATHER_TAG, comm));
    }
}

static void receive_bytes(void *data, size_t size, int rank, MPI_Comm comm)
{
    for (size_t at = 0; at < size; at += MESSAGE_BYTES) {
        size_t piece = size - at < MESSAGE_BYTES ? size - at : MESSAGE_BYTES;
        BF_MPI(MPI_Recv((char *)data + at, (int)piece, MPI_BYTE, rank, GATHER_TAG, comm,
                        MPI_STATUS_IGNORE));
    }
}

/* What a rank has; sent first. */
typedef struct share {
    int64_t rows[BF_INPUT_COUNT], unusable_hashes[BF_INPUT_COUNT];
    int64_t texts[BF_DICT_COUNT], text_bytes[BF_DICT_COUNT];
    int64_t unused_bytes[BF_INPUT_COUNT];
} share;

static share share_of(const bf_raw_tables *tables)
{
    share mine = {.rows = {0}};
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        mine.rows[t] = tables->raw[t].columns.rows;
        mine.unusable_hashes[t] = tables->raw[t].unusable_hashes;
        mine.unused_bytes[t] = (int64_t)tables->unused[t].size_bytes;
    }
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        mine.texts[d] = bf_intern_count(tables->texts, (bf_dict)d);
        for (int32_t code = 0; code < mine.texts[d]; code++)
            mine.text_bytes[d] +=
                (int64_t)strlen(bf_intern_text(tables->texts, (bf_dict)d, code)) + 1;
    }
    return mine;
}

/* Local (other ranks). The texts of a dictionary lie one behind the other in the order of their
 * codes. */
static void send_share(const bf_raw_tables *tables, const share *mine, MPI_Comm comm)
{
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        if (mine->texts[d] > 0)
            send_bytes(bf_intern_text(tables->texts, (bf_dict)d, 0), (size_t)mine->text_bytes[d],
                       comm);
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        const bf_columns *columns = &tables->raw[t].columns;
        for (int c = 0; c < columns->schema->column_count; c++)
            send_bytes(columns->data[c],
                       (size_t)columns->rows * bf_column_row_bytes(&columns->schema->columns[c]),
                       comm);
        send_bytes(tables->unused[t].names, tables->unused[t].size_bytes, comm);
    }
}

/* What rank 0 needs for the gathering. */
typedef struct gathering {
    int ranks;
    share *shares; /* [ranks] */
    const bf_exports *exports;
    int64_t *file_rows;            /* [files] */
    void *received;                /* a column or dictionary of any rank */
    int32_t *codes[BF_DICT_COUNT]; /* of the texts of one rank in `all` */
    bf_raw_tables all;
} gathering;

static void free_gathering(gathering *gather)
{
    for (int d = 0; d < BF_DICT_COUNT; d++)
        free(gather->codes[d]);
    free(gather->received);
    free(gather->shares);
    free(gather->file_rows);
    bf_raw_tables_reset(&gather->all);
}

/* Local (rank 0). Memory for everything that will arrive. */
static bf_status prepare(gathering *gather, const bf_raw_tables *mine, bf_error *err)
{
    size_t most_bytes = 1;
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        size_t most_texts = 0;
        for (int r = 0; r < gather->ranks; r++) {
            size_t texts = (size_t)gather->shares[r].texts[d],
                   bytes = (size_t)gather->shares[r].text_bytes[d];
            most_texts = texts > most_texts ? texts : most_texts;
            most_bytes = bytes > most_bytes ? bytes : most_bytes;
        }
        BF_TRY(BF_ALLOC(&gather->codes[d], most_texts, err));
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        int64_t rows = 0;
        for (int r = 0; r < gather->ranks; r++) {
            size_t bytes = (size_t)gather->shares[r].rows[t] * sizeof(int64_t),
                   unused = (size_t)gather->shares[r].unused_bytes[t];
            most_bytes = bytes > most_bytes ? bytes : most_bytes;
            most_bytes = unused > most_bytes ? unused : most_bytes;
            rows += gather->shares[r].rows[t];
            gather->all.raw[t].unusable_hashes += gather->shares[r].unusable_hashes[t];
        }
        gather->all.raw[t].present = mine->raw[t].present;
        BF_TRY(bf_raw_resize(&gather->all.raw[t], rows, err));
    }
    return bf_alloc(&gather->received, most_bytes, 1, err);
}

/* Local (rank 0). Codes in `all` of the texts that lie in `texts`. */
static bf_status intern_texts(gathering *gather, int d, const char *texts, int64_t count,
                              bf_error *err)
{
    for (int64_t i = 0; i < count; i++) {
        size_t size = strlen(texts);
        BF_TRY(
            bf_intern_code(&gather->codes[d][i], gather->all.texts, (bf_dict)d, texts, size, err));
        texts += size + 1;
    }
    return BF_OK;
}

static void translate(int32_t *codes, size_t count, const int32_t *map)
{
    for (size_t i = 0; i < count; i++)
        codes[i] = codes[i] == BF_NULL_I32 ? BF_NULL_I32 : map[codes[i]];
}

/* Local (rank 0). Rows of a rank's files to where they are in file order. */
static void place_column(gathering *gather, int rank, int t, int c, const void *values)
{
    bf_columns *all = &gather->all.raw[t].columns;
    const bf_column *column = &all->schema->columns[c];
    size_t row_bytes = bf_column_row_bytes(column), from = 0, to = 0;
    for (size_t f = 0; f < gather->exports->count; f++) {
        const bf_export_file *file = &gather->exports->files[f];
        size_t rows = file->table == (bf_input)t ? (size_t)gather->file_rows[f] : 0;
        if (file->reader == rank && rows > 0) {
            char *target = (char *)all->data[c] + to * row_bytes;
            memcpy(target, (const char *)values + from * row_bytes, rows * row_bytes);
            if (column->kind == BF_KIND_KEY)
                translate((int32_t *)(void *)target, rows, gather->codes[column->dictionary]);
            from += rows;
        }
        to += rows;
    }
}

static bf_status add_unused(bf_unused *all, const char *names, size_t size_bytes, bf_error *err)
{
    for (size_t at = 0; at < size_bytes; at += strlen(names + at) + 1)
        BF_TRY(bf_unused_add(all, names + at, strlen(names + at), err));
    return BF_OK;
}

/* Local (rank 0). The next bytes of a rank; rank 0 has its own at hand. */
static const void *next_bytes(gathering *gather, int rank, const void *own, int64_t size_bytes,
                              MPI_Comm comm)
{
    if (rank == 0)
        return own;
    receive_bytes(gather->received, (size_t)size_bytes, rank, comm);
    return gather->received;
}

/* Local (rank 0). Takes everything that the rank sends, in the order of send_share, also after an
 * error: it must not wait for ever. */
static bf_status take_share(gathering *gather, int rank, const bf_raw_tables *mine, MPI_Comm comm,
                            bf_error *err)
{
    const share *its = &gather->shares[rank];
    bf_status st = BF_OK;
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        bool is_own = rank == 0 && its->texts[d] > 0;
        const char *own = is_own ? bf_intern_text(mine->texts, (bf_dict)d, 0) : NULL;
        const char *texts = next_bytes(gather, rank, own, its->text_bytes[d], comm);
        if (st == BF_OK)
            st = intern_texts(gather, d, texts, its->texts[d], err);
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        const bf_columns *columns = &mine->raw[t].columns;
        for (int c = 0; c < columns->schema->column_count; c++) {
            int64_t row_bytes = (int64_t)bf_column_row_bytes(&columns->schema->columns[c]);
            const void *values =
                next_bytes(gather, rank, columns->data[c], its->rows[t] * row_bytes, comm);
            if (st == BF_OK)
                place_column(gather, rank, t, c, values);
        }
        const char *names =
            next_bytes(gather, rank, mine->unused[t].names, its->unused_bytes[t], comm);
        if (st == BF_OK)
            st = add_unused(&gather->all.unused[t], names, (size_t)its->unused_bytes[t], err);
    }
    return st;
}

/* Local (rank 0). The error of the first rank that had one; all ranks are heard. */
static bf_status take_shares(gathering *gather, const bf_raw_tables *mine, MPI_Comm comm,
                             bf_error *err)
{
    bf_status st = BF_OK;
    for (int r = 0; r < gather->ranks; r++) {
        bf_error its_error = BF_ERROR_INIT;
        bf_status its = take_share(gather, r, mine, comm, &its_error);
        if (st == BF_OK && its != BF_OK) {
            st = its;
            *err = its_error;
        }
    }
    return st;
}

/* Collective. Rows of every file, and what every rank has, on rank 0. */
static bf_status exchange_sizes(gathering *gather, const share *mine, int rank, MPI_Comm comm,
                                bf_error *err)
{
    size_t files = gather->exports->count;
    bf_status st = BF_ALLOC(&gather->shares, rank == 0 ? (size_t)gather->ranks : 1, err);
    if (st == BF_OK)
        st = BF_ALLOC(&gather->file_rows, files, err);
    BF_TRY(bf_agree(comm, st, err));
    for (size_t f = 0; f < files; f++)
        gather->file_rows[f] = gather->exports->files[f].rows;
    BF_MPI(MPI_Allreduce(MPI_IN_PLACE, gather->file_rows, (int)files, MPI_INT64_T, MPI_SUM, comm));
    BF_MPI(MPI_Gather(mine, (int)sizeof *mine, MPI_BYTE, gather->shares, (int)sizeof *mine,
                      MPI_BYTE, 0, comm));
    return BF_OK;
}

bf_status bf_raw_tables_gather(bf_raw_tables *tables, const bf_exports *exports, MPI_Comm comm,
                               bf_error *err)
{
    gathering gather = {.exports = exports};
    int rank;
    share mine = share_of(tables);
    BF_MPI(MPI_Comm_rank(comm, &rank));
    BF_MPI(MPI_Comm_size(comm, &gather.ranks));
    if (gather.ranks == 1)
        return BF_OK;
    bf_status st = bf_raw_tables_init(&gather.all, err);
    BF_TRY_GOTO(bf_agree(comm, st, err));
    BF_TRY_GOTO(exchange_sizes(&gather, &mine, rank, comm, err));
    st = rank == 0 ? prepare(&gather, tables, err) : BF_OK;
    BF_TRY_GOTO(bf_agree(comm, st, err));
    if (rank != 0)
        send_share(tables, &mine, comm);
    else
        st = take_shares(&gather, tables, comm, err);
    BF_TRY_GOTO(bf_agree(comm, st, err));
    bf_raw_tables_reset(tables);
    *tables = gather.all;
    gather.all = (bf_raw_tables){.texts = NULL};
done:
    free_gathering(&gather);
    return st;
}
