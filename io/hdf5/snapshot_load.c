/* Loading: the seasons' columns into one history. Of every entity the rows of the seasons follow
 * each other, so that a season's rows of an entity are copied as one block. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "io/hdf5/snapshot_reader.h"

/* Where the rows of one table of one season go. */
typedef struct placement {
    int64_t *entity_first; /* of the season [entities + 1] */
    int64_t *target;       /* [entities] first row in the history */
    int64_t entities, rows;
} placement;

typedef struct loader {
    bf_history *history;
    bf_snapshot *snapshot;
    bf_hash *hash;
    void *scratch;                           /* a column of the largest table of a season */
    placement (*placements)[BF_INPUT_COUNT]; /* [season_count] */
    int64_t *next[BF_INPUT_COUNT];           /* next free row of each entity of the history */
} loader;

/* Tables without dates are read from the newest season that has them. */
static bool is_loaded(const loader *load, int i, int t)
{
    return load->snapshot->files[i].facts.present[t] &&
           (bf_input_date_column((bf_input)t) >= 0 || load->snapshot->source[t] == i);
}

/* Reads a dataset that has to hold `count` elements of `type`. */
static bf_status read_array(const bf_season_file *file, const char *path, bf_type type,
                            int64_t count, void *out, bf_error *err)
{
    hid_t dataset = BF_H5(H5Dopen2(file->file, path, H5P_DEFAULT));
    if (dataset < 0)
        return bf_snapshot_damaged(file, path, err);
    hid_t stored = BF_H5(H5Dget_type(dataset)), space = BF_H5(H5Dget_space(dataset));
    bf_status st = BF_OK;
    if (stored < 0 || space < 0 || H5Tequal(stored, bf_h5_type(type)) <= 0 ||
        H5Sget_simple_extent_npoints(space) != count)
        st = bf_error_set(err, BF_E_INPUT,
                          "%s: %s: expected %lld values of %zu bytes, found others; import again",
                          file->path, path, (long long)count, bf_type_size(type));
    if (st == BF_OK && count > 0 &&
        BF_H5(H5Dread(dataset, bf_h5_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, out)) < 0)
        st = bf_snapshot_damaged(file, path, err);
    if (space >= 0)
        (void)H5Sclose(space);
    if (stored >= 0)
        (void)H5Tclose(stored);
    (void)H5Dclose(dataset);
    return st;
}

static bool is_ascending(const int64_t *first, int64_t entities, int64_t rows)
{
    for (int64_t e = 0; e < entities; e++) {
        if (first[e] > first[e + 1])
            return false;
    }
    return first[0] == 0 && first[entities] == rows;
}

/* Blocks of a season's rows, and how many rows each entity of the history gets (in next[e + 1]). */
static bf_status read_placement(loader *load, int i, int t, bf_error *err)
{
    const bf_season_file *file = &load->snapshot->files[i];
    placement *place = &load->placements[i][t];
    int column = bf_input_entity_column((bf_input)t);
    bf_dict d = column < 0 ? BF_DICT_COUNT : bf_inputs[t].columns[column].dictionary;
    char path[BF_RESULTS_NAME_BYTES];
    place->rows = file->facts.rows[t];
    place->entities = column < 0 ? 1 : file->dictionaries[d].view.count;
    BF_TRY(BF_ALLOC(&place->entity_first, (size_t)place->entities + 1, err));
    BF_TRY(BF_ALLOC(&place->target, (size_t)place->entities, err));
    place->entity_first[place->entities] = place->rows;
    (void)snprintf(path, sizeof path, "index/%s/" BF_SNAPSHOT_ENTITY_FIRST, bf_inputs[t].name);
    if (column >= 0)
        BF_TRY(read_array(file, path, BF_TYPE_I64, place->entities + 1, place->entity_first, err));
    if (!is_ascending(place->entity_first, place->entities, place->rows))
        return bf_snapshot_damaged(file, path, err);
    for (int64_t e = 0; e < place->entities; e++)
        load->next[t][(column < 0 ? 0 : file->codes[d][e]) + 1] +=
            place->entity_first[e + 1] - place->entity_first[e];
    return BF_OK;
}

/* The target of every block, and with `is_first` entity_first of the history, from the seasons'
 * counts. */
static bf_status place_table(loader *load, int t, bool is_first, bf_error *err)
{
    int column = bf_input_entity_column((bf_input)t);
    bf_dict d = column < 0 ? BF_DICT_COUNT : bf_inputs[t].columns[column].dictionary;
    int64_t entities = column < 0 ? 1 : load->snapshot->sizes.dict_count[d];
    BF_TRY(BF_ALLOC(&load->next[t], (size_t)entities + 1, err));
    for (int i = 0; i < load->snapshot->sizes.season_count; i++) {
        if (is_loaded(load, i, t))
            BF_TRY(read_placement(load, i, t, err));
    }
    for (int64_t e = 0; e < entities; e++)
        load->next[t][e + 1] += load->next[t][e];
    if (is_first && load->history->entity_first[t] != NULL)
        memcpy(load->history->entity_first[t], load->next[t],
               ((size_t)entities + 1) * sizeof *load->next[t]);
    for (int i = 0; i < load->snapshot->sizes.season_count; i++) {
        placement *place = &load->placements[i][t];
        for (int64_t e = 0; e < place->entities; e++) {
            int64_t *next = &load->next[t][column < 0 ? 0 : load->snapshot->files[i].codes[d][e]];
            place->target[e] = *next;
            *next += place->entity_first[e + 1] - place->entity_first[e];
        }
    }
    return BF_OK;
}

/* Codes of a season into those of the history; false for a code that the season's dictionary lacks.
 */
static bool translate(int32_t *codes, int64_t rows, const int32_t *map, int32_t count)
{
    for (int64_t i = 0; i < rows; i++) {
        if (codes[i] == BF_NULL_I32)
            continue;
        if (codes[i] < 0 || codes[i] >= count)
            return false;
        codes[i] = map[codes[i]];
    }
    return true;
}

static void scatter(void *column, const void *season, const placement *place, size_t row_bytes)
{
    for (int64_t e = 0; e < place->entities; e++) {
        int64_t first = place->entity_first[e], rows = place->entity_first[e + 1] - first;
        if (rows > 0)
            memcpy((char *)column + (size_t)place->target[e] * row_bytes,
                   (const char *)season + (size_t)first * row_bytes, (size_t)rows * row_bytes);
    }
}

static bf_status load_column(loader *load, int i, int t, int c, bf_error *err)
{
    const bf_season_file *file = &load->snapshot->files[i];
    const bf_column *column = &bf_inputs[t].columns[c];
    const placement *place = &load->placements[i][t];
    char path[BF_RESULTS_NAME_BYTES];
    (void)snprintf(path, sizeof path, "tables/%s/%s", bf_inputs[t].name, column->name);
    htri_t exists = BF_H5(H5Lexists(file->file, path, H5P_DEFAULT));
    if (exists < 0)
        return bf_snapshot_damaged(file, path, err);
    if (exists == 0) {
        if (is_loaded(load, i, t)) {
            bf_column_fill_null(column, load->scratch, 0, place->rows);
            scatter(load->history->inputs[t].data[c], load->scratch, place,
                    bf_column_row_bytes(column));
        }
        return BF_OK;
    }
    BF_TRY(read_array(file, path, column->type, file->facts.rows[t], load->scratch, err));
    bf_content_array(load->hash, column->name, load->scratch,
                     (size_t)file->facts.rows[t] * bf_column_row_bytes(column));
    if (!is_loaded(load, i, t))
        return BF_OK;
    if (column->kind == BF_KIND_KEY &&
        !translate(load->scratch, place->rows, file->codes[column->dictionary],
                   file->dictionaries[column->dictionary].view.count))
        return bf_snapshot_damaged(file, path, err);
    scatter(load->history->inputs[t].data[c], load->scratch, place, bf_column_row_bytes(column));
    return BF_OK;
}

/* The index arrays are part of the content that is verified. */
static bf_status hash_index(loader *load, int i, int t, bf_error *err)
{
    const bf_season_file *file = &load->snapshot->files[i];
    int entity = bf_input_entity_column((bf_input)t);
    char path[BF_RESULTS_NAME_BYTES];
    if (entity < 0)
        return BF_OK;
    int64_t count = file->dictionaries[bf_inputs[t].columns[entity].dictionary].view.count + 1;
    (void)snprintf(path, sizeof path, "index/%s/" BF_SNAPSHOT_ENTITY_FIRST, bf_inputs[t].name);
    BF_TRY(read_array(file, path, BF_TYPE_I64, count, load->scratch, err));
    bf_content_array(load->hash, BF_SNAPSHOT_ENTITY_FIRST, load->scratch,
                     (size_t)count * sizeof(int64_t));
    if (bf_input_date_column((bf_input)t) < 0)
        return BF_OK;
    (void)snprintf(path, sizeof path, "index/%s/" BF_SNAPSHOT_BY_DATE, bf_inputs[t].name);
    BF_TRY(read_array(file, path, BF_TYPE_I32, file->facts.rows[t], load->scratch, err));
    bf_content_array(load->hash, BF_SNAPSHOT_BY_DATE, load->scratch,
                     (size_t)file->facts.rows[t] * sizeof(int32_t));
    return BF_OK;
}

static bf_status load_season(loader *load, int i, bf_error *err)
{
    const bf_season_file *file = &load->snapshot->files[i];
    char sha256[BF_SHA256_HEX_BYTES];
    bf_content_begin(load->hash, file->facts.season);
    for (int d = 0; d < BF_DICT_COUNT; d++)
        bf_content_dictionary(load->hash, (bf_dict)d, &file->dictionaries[d].view);
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (!file->facts.present[t])
            continue;
        bf_content_table(load->hash, (bf_input)t, file->facts.rows[t]);
        for (int c = 0; c < bf_inputs[t].column_count; c++)
            BF_TRY(load_column(load, i, t, c, err));
        BF_TRY(hash_index(load, i, t, err));
    }
    bf_content_end(load->hash, sha256);
    if (strcmp(sha256, file->facts.sha256) != 0)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: is damaged: its content does not have its SHA-256; import again",
                            file->path);
    return BF_OK;
}

/* Room for a column, or an index, of any season. */
static bf_status allocate_scratch(loader *load, bf_error *err)
{
    size_t most = 1;
    for (int i = 0; i < load->snapshot->sizes.season_count; i++) {
        const bf_season_file *file = &load->snapshot->files[i];
        for (int t = 0; t < BF_INPUT_COUNT; t++)
            most = (size_t)file->facts.rows[t] > most ? (size_t)file->facts.rows[t] : most;
        for (int d = 0; d < BF_DICT_COUNT; d++) {
            size_t texts = (size_t)file->dictionaries[d].view.count + 1;
            most = texts > most ? texts : most;
        }
    }
    return bf_alloc(&load->scratch, most, sizeof(int64_t), err);
}

static void copy_dictionaries(bf_history *history, const bf_snapshot *snapshot)
{
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        const bf_dictionary *from = &snapshot->merged[d].view;
        bf_dictionary *to =
            &history->dictionaries[d]; /* in the history's own block, written here only */
        memcpy((int64_t *)(uintptr_t)to->offset, from->offset,
               ((size_t)from->count + 1) * sizeof *from->offset);
        memcpy((char *)(uintptr_t)to->bytes, from->bytes, (size_t)from->offset[from->count]);
    }
}

bf_status bf_snapshot_load(bf_history *history, bf_snapshot *snapshot, int part, int parts,
                           bf_error *err)
{
    loader load = {.history = history, .snapshot = snapshot};
    int seasons = snapshot->sizes.season_count;
    bf_status st = BF_OK;
    BF_TRY_GOTO(bf_hash_create(&load.hash, err));
    BF_TRY_GOTO(allocate_scratch(&load, err));
    BF_TRY_GOTO(BF_ALLOC(&load.placements, (size_t)seasons, err));
    if (part == 0)
        copy_dictionaries(history, snapshot);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        BF_TRY_GOTO(place_table(&load, t, part == 0, err));
    for (int i = part; i < seasons; i += parts)
        BF_TRY_GOTO(load_season(&load, i, err));
done:
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        for (int i = 0; load.placements != NULL && i < seasons; i++) {
            free(load.placements[i][t].entity_first);
            free(load.placements[i][t].target);
        }
        free(load.next[t]);
    }
    free(load.placements);
    free(load.scratch);
    bf_hash_free(load.hash);
    return st;
}

bf_status bf_snapshot_load_whole(bf_history *out, void **block, bf_snapshot *snapshot,
                                 bf_error *err)
{
    const bf_history_sizes *sizes = bf_snapshot_sizes(snapshot);
    *block = NULL;
    BF_TRY(bf_alloc(block, bf_history_bytes(sizes), 1, err));
    bf_history_layout(out, sizes, *block);
    bf_status st = bf_snapshot_load(out, snapshot, 0, 1, err);
    if (st == BF_OK)
        st = bf_history_derive(out, 0, 1, err);
    if (st != BF_OK) {
        free(*block);
        *block = NULL;
    }
    return st;
}
