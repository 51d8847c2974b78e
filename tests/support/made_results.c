#include "tests/support/made_results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/schema/digest.h"

static void *need(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL)
        abort();
    return memory;
}

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t draw(const bf_made *made, int table, int column, int64_t row, uint64_t which)
{
    return mix(mix(mix(made->seed ^ (uint64_t)table) ^ (uint64_t)column << 32 ^ which) ^
               (uint64_t)row);
}

/* Texts in byte order, some with what CSV and JSON have to quote. */
static void make_dictionary(bf_dictionary *out, const char *format, int32_t count)
{
    int64_t *offset = need((size_t)count + 1, sizeof *offset);
    char *bytes = need((size_t)count + 1, 64);
    int64_t at = 0;
    for (int32_t i = 0; i < count; i++) {
        offset[i] = at;
        at += snprintf(bytes + at, 64, format, i) + 1;
    }
    offset[count] = at;
    *out = (bf_dictionary){.count = count, .offset = offset, .bytes = bytes};
}

static void make_dictionaries(bf_made *out, int32_t players)
{
    static const struct {
        const char *format;
        int32_t count;
    } fixed[BF_DICT_COUNT] = {
        [BF_DICT_TEAMS] = {"T%02d", 30},
        [BF_DICT_GAMES] = {"20220115_%05d", 4000},
        [BF_DICT_NUMBERS] = {"00222%05d", 10},
        [BF_DICT_PROCESSORS] = {"Processor%d", 5},
    };
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        if (fixed[d].count > 0)
            make_dictionary(&out->dictionaries[d], fixed[d].format, fixed[d].count);
    }
    make_dictionary(&out->dictionaries[BF_DICT_PLAYERS], "player \"%06d\", the", players);
    make_dictionary(&out->dictionaries[BF_DICT_UNIVERSAL], "pl\xc3\xa4yer_%06d", players);
    make_dictionary(&out->dictionaries[BF_DICT_ENTITIES], "entity_%06d", players + 30);
    out->layout.dictionaries = out->dictionaries;
}

static void make_layout(bf_made *out, int32_t dates, int64_t rows)
{
    bf_layout *layout = &out->layout;
    out->dates = need((size_t)dates, sizeof *out->dates);
    for (int32_t d = 0; d < dates; d++)
        out->dates[d] = 18933 + d + d / 7;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        layout->written[t] = t != BF_OUTPUT_reprocess; /* as in a backfill */
        out->rows[t] = need((size_t)dates, sizeof *out->rows[t]);
        out->first[t] = need((size_t)dates, sizeof *out->first[t]);
        out->digests[t] = need((size_t)dates, sizeof *out->digests[t]);
        out->nulled[t] = need(BF_MAX_COLUMNS, sizeof *out->nulled[t]);
        for (int32_t d = 0; d < dates; d++) {
            int64_t most = t == BF_OUTPUT_tdza && rows > 30 ? 30 : rows;
            out->rows[t][d] = d % 5 == 4 ? 0 : most - (int64_t)(draw(out, t, 0, d, 1) % 3);
            if (out->rows[t][d] < 0 || !layout->written[t])
                out->rows[t][d] = 0;
            out->first[t][d] = layout->total[t];
            layout->total[t] += out->rows[t][d];
        }
        layout->rows[t] = out->rows[t];
        layout->first[t] = out->first[t];
        out->outcome.digests[t] = (const uint8_t(*)[BF_SHA256_BYTES])out->digests[t];
        out->outcome.nulled[t] = out->nulled[t];
    }
    layout->dates = out->dates;
    layout->date_count = dates;
}

static void make_units(bf_made *out)
{
    int64_t count = (int64_t)out->layout.date_count * BF_UNIT_PROCESSORS;
    out->units = need((size_t)count, sizeof *out->units);
    for (int64_t i = 0; i < count; i++) {
        int64_t date = i / BF_UNIT_PROCESSORS, processor = i % BF_UNIT_PROCESSORS;
        out->units[i] = (bf_unit){
            .processor = (int8_t)processor,
            .status = out->rows[processor][date] > 0 ? BF_UNIT_SUCCESS : BF_UNIT_FAILED,
            .rows = (int32_t)out->rows[processor][date],
            .failures = (int32_t)(processor == 0 ? out->rows[BF_OUTPUT_failure][date] : 0),
            .day = out->dates[date],
            .seconds = 0.001 * (double)(i % 10)};
    }
    out->outcome.units = out->units;
    out->outcome.unit_count = count;
}

void bf_made_init(bf_made *out, int32_t dates, int64_t rows, uint64_t seed)
{
    *out = (bf_made){.seed = seed};
    make_dictionaries(out, (int32_t)(rows < 100 ? 100 : rows) + 20);
    make_layout(out, dates, rows);
    make_units(out);
    out->nulled[BF_OUTPUT_pdc][5] = 2;
    out->outcome.sessions_json =
        "[{\"start\": \"2026-01-31T12:00:00Z\", \"end\": \"2026-01-31T12:00:05Z\", \"ranks\": 2, "
        "\"nodes\": 1,"
        " \"hosts\": [\"n1\"], \"phases\": {\"open\": 0.2, \"fill\": 3.5}}]";
    out->facts = (bf_run_facts){.run_id = "0123456789abcdef",
                                .run_timestamp_us = INT64_C(1769860800000000),
                                .program_version = "0.1.0",
                                .options_json = "{\"mode\": \"backfill\"}",
                                .inputs_json = "[{\"season\": 2021, \"origin\": \"made up\"}]",
                                .context_mode = "derived",
                                .synthetic = true,
                                .fingerprint = "f00d"};
}

void bf_made_free(bf_made *made)
{
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        free((void *)made->dictionaries[d].offset);
        free((void *)made->dictionaries[d].bytes);
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        free(made->rows[t]);
        free(made->first[t]);
        free(made->nulled[t]);
        free(made->digests[t]);
    }
    free(made->dates);
    free(made->units);
}

static double made_double(uint64_t random)
{
    static const double plain[] = {0.0,  -0.33,  13.0, 1e-7, 100.0, 28.666666666666668,
                                   1e15, -2.5e-5};
    if (random % 4 == 0)
        return plain[random / 4 % 8];
    return (double)(int64_t)(random >> 11) / 9007199254740992.0 * (random % 2 == 0 ? 100.0 : -3.0);
}

/* A value within the column's bounds, now and then null. Codes of the key column ascend within a
 * date. */
static int64_t made_integer(const bf_made *made, const bf_column *column, uint64_t random)
{
    bool nullable = (column->mode & BF_MODE_REQUIRED) == 0;
    if (nullable && random % 8 == 0)
        return bf_column_null(column);
    random /= 8;
    if (column->kind == BF_KIND_KEY)
        return (int64_t)(random % (uint64_t)made->dictionaries[column->dictionary].count);
    if (column->kind == BF_KIND_HASH)
        return (int64_t)(random | 1);
    if (random % 16 == 0)
        return random / 16 % 2 == 0 ? column->low : column->high;
    return column->low + (int64_t)(random % ((uint64_t)(column->high - column->low) + 1));
}

void bf_made_fill(const bf_made *made, bf_columns *out, bf_output table, int32_t date, int64_t at)
{
    const bf_table_schema *schema = &bf_outputs[table];
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if (!bf_column_is_stored(column))
            continue;
        for (int64_t i = 0; i < made->rows[table][date]; i++) {
            uint64_t random = draw(made, table, c, made->first[table][date] + i, 0);
            if (c == schema->key_column)
                ((int32_t *)out->data[c])[at + i] = (int32_t)i;
            else if (column->kind == BF_KIND_DATE)
                ((int32_t *)out->data[c])[at + i] = made->dates[date];
            else if (column->type != BF_TYPE_F64)
                bf_column_set_integer(column, out->data[c], at + i,
                                      made_integer(made, column, random));
            else if (column->kind == BF_KIND_FLOAT && random % 8 == 0)
                ((double *)out->data[c])[at + i] = BF_NULL_F64;
            else
                for (int k = 0; k < column->length; k++)
                    ((double *)out->data[c])[(at + i) * column->length + k] =
                        made_double(mix(random + (uint64_t)k));
        }
    }
}

/* The rows' data_hash, made of the other fields. */
static void hash_rows(const bf_made *made, bf_hash *hash, bf_columns *columns)
{
    int c = bf_table_find_column(columns->schema, "data_hash");
    bf_hash_start start;
    bf_row_hash_start(&start, hash, columns->schema);
    for (int64_t i = 0; c >= 0 && i < columns->rows; i++)
        ((uint64_t *)columns->data[c])[i] = bf_row_hash(&start, columns, i, made->dictionaries);
}

/* Collective. The rank's dates of one table: fill, digest, write as one slab. */
static bf_status write_table(bf_made *made, bf_results_writer *writer, bf_hash *hash,
                             bf_output table, int32_t from, int32_t to, bf_error *err)
{
    int64_t first = from < to ? made->first[table][from] : 0, rows = 0;
    for (int32_t d = from; d < to; d++)
        rows += made->rows[table][d];
    bf_columns columns;
    BF_TRY(bf_columns_alloc(&columns, &bf_outputs[table], rows, err));
    for (int32_t d = from; d < to; d++)
        bf_made_fill(made, &columns, table, d, made->first[table][d] - first);
    hash_rows(made, hash, &columns);
    for (int32_t d = from; d < to; d++) {
        int64_t at = made->first[table][d] - first;
        bf_digest_rows(made->digests[table][d], hash, &columns, at, made->rows[table][d],
                       made->dictionaries);
    }
    bf_slab slab = {.first = first, .rows = rows, .memory_first = 0};
    bf_status st = bf_results_write(writer, table, &columns, &slab, rows > 0, err);
    bf_columns_free(&columns);
    return st;
}

static bf_status fill_file(bf_made *made, const char *part, MPI_Comm comm, bf_error *err)
{
    int rank, size;
    (void)MPI_Comm_rank(comm, &rank);
    (void)MPI_Comm_size(comm, &size);
    int32_t dates = made->layout.date_count;
    int32_t from = (int32_t)((int64_t)dates * rank / size),
            to = (int32_t)((int64_t)dates * (rank + 1) / size);
    bf_results_writer *writer = NULL;
    bf_hash *hash = NULL;
    BF_TRY(bf_hash_create(&hash, err));
    bf_status st = bf_results_writer_open(&writer, part, &made->layout, comm, err);
    for (int t = 0; t < BF_OUTPUT_COUNT && writer != NULL; t++) {
        if (!made->layout.written[t])
            continue;
        bf_status written = write_table(made, writer, hash, (bf_output)t, from, to, err);
        st = bf_status_worst(st, written);
    }
    if (writer != NULL) {
        bf_status synced = bf_results_sync(writer, err);
        bf_status closed = bf_results_writer_close(writer, err);
        st = bf_status_worst(st, bf_status_worst(synced, closed));
    }
    bf_hash_free(hash);
    return st;
}

/* Collective. Every date's digest to all ranks. */
static void gather_digests(bf_made *made, MPI_Comm comm)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) /* those of other ranks' dates are zero here */
        (void)MPI_Allreduce(MPI_IN_PLACE, made->digests[t],
                            (int)made->layout.date_count * BF_SHA256_BYTES, MPI_UINT8_T, MPI_BOR,
                            comm);
}

bf_status bf_made_write(bf_made *made, const char *path, MPI_Comm comm, bf_error *err)
{
    char part[4096];
    (void)snprintf(part, sizeof part, "%s.part", path);
    int rank, st = BF_OK;
    (void)MPI_Comm_rank(comm, &rank);
    if (rank == 0)
        st = (int)bf_results_define(part, &made->layout, &made->facts, err);
    (void)MPI_Bcast(&st, 1, MPI_INT, 0, comm);
    if (st == (int)BF_OK) {
        st = (int)fill_file(made, part, comm, err);
        (void)MPI_Allreduce(MPI_IN_PLACE, &st, 1, MPI_INT, MPI_MAX, comm);
        gather_digests(made, comm);
    }
    if (st == (int)BF_OK && rank == 0)
        st = (int)bf_results_publish(part, path, &made->layout, &made->outcome, err);
    (void)MPI_Bcast(&st, 1, MPI_INT, 0, comm);
    return (bf_status)st;
}
