/* Opening season files: what they say of themselves, and their dictionaries merged. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/hdf5/snapshot_reader.h"

bf_status bf_snapshot_damaged(const bf_season_file *file, const char *object, bf_error *err)
{
    (void)bf_h5_failed(err, BF_E_INPUT, file->path, object,
                       "the file is damaged or cut off, import again");
    return BF_E_INPUT;
}

static bf_status read_attribute(const bf_season_file *file, hid_t object, const char *name,
                                hid_t type, void *out, bf_error *err)
{
    hid_t attribute = BF_H5(H5Aopen(object, name, H5P_DEFAULT));
    herr_t result = attribute < 0 ? -1 : BF_H5(H5Aread(attribute, type, out));
    if (attribute >= 0)
        (void)H5Aclose(attribute);
    return result < 0 ? bf_snapshot_damaged(file, name, err) : BF_OK;
}

/* Text attribute of at most `size` - 1 bytes. */
static bf_status read_text(const bf_season_file *file, const char *name, char *out, size_t size,
                           bf_error *err)
{
    memset(out, 0, size);
    hid_t type = BF_H5(H5Tcopy(H5T_C_S1));
    if (type < 0)
        return bf_snapshot_damaged(file, name, err);
    bf_status st = H5Tset_size(type, size) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0
                       ? bf_snapshot_damaged(file, name, err)
                       : read_attribute(file, file->file, name, type, out, err);
    (void)H5Tclose(type);
    out[size - 1] = '\0';
    return st;
}

static bf_status read_format(bool *is_season, const bf_season_file *file, bf_error *err)
{
    char format[sizeof BF_SNAPSHOT_FORMAT + 1] = "";
    if (H5Aexists(file->file, "format") > 0)
        BF_TRY(read_text(file, "format", format, sizeof format, err));
    *is_season = strcmp(format, BF_SNAPSHOT_FORMAT) == 0;
    return BF_OK;
}

static bf_status check_format(const bf_season_file *file, bf_error *err)
{
    bool is_season;
    int32_t version;
    BF_TRY(read_format(&is_season, file, err));
    if (!is_season)
        return bf_error_set(err, BF_E_INPUT, "%s: is no season of a snapshot; import again",
                            file->path);
    BF_TRY(read_attribute(file, file->file, "format_version", H5T_NATIVE_INT32, &version, err));
    if (version != BF_SNAPSHOT_FORMAT_VERSION)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: has format version %d, this program reads version %d; import "
                            "again with this program",
                            file->path, version, BF_SNAPSHOT_FORMAT_VERSION);
    return BF_OK;
}

static bf_status read_facts(bf_season_file *file, int named_season, bf_error *err)
{
    bf_snapshot_season_facts *facts = &file->facts;
    int8_t synthetic;
    BF_TRY(check_format(file, err));
    BF_TRY(read_attribute(file, file->file, "season", H5T_NATIVE_INT32, &facts->season, err));
    BF_TRY(read_text(file, "origin", facts->origin, sizeof facts->origin, err));
    BF_TRY(read_attribute(file, file->file, "synthetic", H5T_NATIVE_INT8, &synthetic, err));
    BF_TRY(read_attribute(file, file->file, "import_time_us", H5T_NATIVE_INT64,
                          &facts->import_time_us, err));
    BF_TRY(read_attribute(file, file->file, "first_day", H5T_NATIVE_INT32, &facts->first_day, err));
    BF_TRY(read_attribute(file, file->file, "last_day", H5T_NATIVE_INT32, &facts->last_day, err));
    BF_TRY(read_text(file, "sha256", facts->sha256, sizeof facts->sha256, err));
    facts->synthetic = synthetic != 0;
    if (facts->season != named_season)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: holds the season %d; give the file its name back or import again",
                            file->path, facts->season);
    return BF_OK;
}

static bf_status read_table_facts(bf_season_file *file, int t, bf_error *err)
{
    char path[BF_RESULTS_NAME_BYTES];
    bf_snapshot_season_facts *facts = &file->facts;
    (void)snprintf(path, sizeof path, "tables/%s", bf_inputs[t].name);
    htri_t exists = BF_H5(H5Lexists(file->file, path, H5P_DEFAULT));
    facts->present[t] = exists > 0;
    if (exists == 0)
        return BF_OK;
    hid_t group = exists < 0 ? -1 : BF_H5(H5Gopen2(file->file, path, H5P_DEFAULT));
    if (group < 0)
        return bf_snapshot_damaged(file, path, err);
    bf_status st = read_attribute(file, group, "rows", H5T_NATIVE_INT64, &facts->rows[t], err);
    for (int f = 0; st == BF_OK && f < BF_ROW_COUNTS; f++) {
        char name[64];
        (void)snprintf(name, sizeof name, "rows_%s", bf_row_count_fields[f].name);
        st = read_attribute(file, group, name, H5T_NATIVE_INT64,
                            (char *)&facts->counts[t] + bf_row_count_fields[f].offset, err);
    }
    (void)H5Gclose(group);
    if (st == BF_OK && (facts->rows[t] < 0 || facts->rows[t] > INT32_MAX))
        st = bf_error_set(err, BF_E_INPUT, "%s: table %s has %lld rows; import again", file->path,
                          bf_inputs[t].name, (long long)facts->rows[t]);
    return st;
}

/* Elements of a one-dimensional dataset; -1 if it is none. */
static int64_t elements_of(hid_t dataset)
{
    hsize_t size = 0;
    hid_t space = BF_H5(H5Dget_space(dataset));
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, &size, NULL);
    if (rank == 1 && H5Sget_simple_extent_ndims(space) != 1)
        rank = -1;
    if (space >= 0)
        (void)H5Sclose(space);
    return rank == 1 && size <= INT64_MAX ? (int64_t)size : -1;
}

/* Splits `count` texts of `width` bytes, padded with NULs. */
static bf_status unpack_texts(bf_text_list *out, char *padded, int64_t count, size_t width,
                              bf_error *err)
{
    const char **texts = NULL;
    char *bytes = NULL;
    BF_TRY(BF_ALLOC(&texts, (size_t)count, err));
    bf_status st = bf_alloc((void **)&bytes, (size_t)count, width + 1, err);
    if (st == BF_OK) {
        for (int64_t i = 0; i < count; i++) {
            texts[i] = memcpy(bytes + (size_t)i * (width + 1), padded + (size_t)i * width, width);
        }
        st = bf_text_list_copy(out, texts, (int32_t)count, err);
    }
    free(bytes);
    free(texts);
    return st;
}

static bf_status read_dictionary(bf_season_file *file, int d, bf_error *err)
{
    char path[BF_RESULTS_NAME_BYTES];
    char *padded = NULL;
    (void)snprintf(path, sizeof path, "dictionaries/%s", bf_dict_names[d]);
    hid_t dataset = BF_H5(H5Dopen2(file->file, path, H5P_DEFAULT));
    hid_t type = dataset < 0 ? -1 : BF_H5(H5Dget_type(dataset));
    int64_t count = dataset < 0 ? -1 : elements_of(dataset);
    size_t width = type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0
                       ? 0
                       : H5Tget_size(type);
    bf_status st = BF_OK;
    if (count < 0 || count >= INT32_MAX || width == 0 || width > BF_KEY_TEXT_MAX)
        st = bf_snapshot_damaged(file, path, err);
    if (st == BF_OK)
        st = bf_alloc((void **)&padded, (size_t)count, width, err);
    if (st == BF_OK && count > 0 &&
        BF_H5(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, padded)) < 0)
        st = bf_snapshot_damaged(file, path, err);
    if (st == BF_OK)
        st = unpack_texts(&file->dictionaries[d], padded, count, width, err);
    if (st == BF_OK)
        st = BF_ALLOC(&file->codes[d], (size_t)count, err);
    free(padded);
    if (type >= 0)
        (void)H5Tclose(type);
    if (dataset >= 0)
        (void)H5Dclose(dataset);
    return st;
}

static bf_status open_path(bf_season_file *file, bf_error *err)
{
    hid_t list = bf_h5_local_access();
    if (list < 0)
        return bf_error_set(err, BF_E_MEMORY, "%s: cannot set up HDF5", file->path);
    file->file = BF_H5(H5Fopen(file->path, H5F_ACC_RDONLY, list));
    bf_status st = file->file < 0 ? bf_snapshot_damaged(file, NULL, err) : BF_OK;
    (void)H5Pclose(list);
    if (st != BF_OK && access(file->path, R_OK) != 0)
        st = bf_error_set(err, BF_E_INPUT, "%s: %s", file->path, strerror(errno));
    return st;
}

/* Opens the file and reads what it says of the season as a whole. */
static bf_status open_file(bf_season_file *file, const char *directory, int season, bf_error *err)
{
    bf_snapshot_path(file->path, directory, season, "");
    BF_TRY(open_path(file, err));
    return read_facts(file, season, err);
}

static bf_status open_season(bf_season_file *file, const char *directory, int season, bf_error *err)
{
    BF_TRY(open_file(file, directory, season, err));
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        BF_TRY(read_table_facts(file, t, err));
    for (int d = 0; d < BF_DICT_COUNT; d++)
        BF_TRY(read_dictionary(file, d, err));
    return BF_OK;
}

/* 2021 for "2021.h5", 0 for any other name. */
static int season_of_name(const char *name)
{
    if (strlen(name) != strlen("2021.h5") || strspn(name, "0123456789") != 4 ||
        strcmp(name + 4, ".h5") != 0)
        return 0;
    return atoi(name);
}

static int by_number(const void *a, const void *b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

bf_status bf_snapshot_list(int32_t seasons[BF_MAX_SEASONS], int32_t *count, const char *directory,
                           bf_error *err)
{
    DIR *stream = opendir(directory);
    const struct dirent *entry;
    bool too_many = false;
    *count = 0;
    if (stream == NULL && errno == ENOENT)
        return BF_OK;
    if (stream == NULL)
        return bf_error_set(err, BF_E_INPUT, "%s: cannot read the snapshot: %s", directory,
                            strerror(errno));
    while ((entry = readdir(stream)) != NULL) {
        int season = season_of_name(entry->d_name);
        too_many |= season != 0 && *count == BF_MAX_SEASONS;
        if (season != 0 && !too_many)
            seasons[(*count)++] = season;
    }
    (void)closedir(stream);
    if (too_many)
        return bf_error_set(err, BF_E_INPUT, "%s: has more than %d seasons", directory,
                            BF_MAX_SEASONS);
    qsort(seasons, (size_t)*count, sizeof *seasons, by_number);
    return BF_OK;
}

bf_status bf_snapshot_read_facts(bf_snapshot_season_facts *out, const char *directory, int season,
                                 bf_error *err)
{
    bf_season_file *file = NULL;
    BF_TRY(BF_ALLOC(&file, 1, err));
    file->file = -1;
    bf_status st = open_file(file, directory, season, err);
    *out = file->facts;
    if (file->file >= 0)
        (void)H5Fclose(file->file);
    free(file);
    return st;
}

bool bf_snapshot_is_season(const char *path)
{
    bf_season_file file = {.file = -1};
    bf_error ignored = BF_ERROR_INIT;
    bool is_season = false;
    (void)snprintf(file.path, sizeof file.path, "%s", path);
    if (H5Fis_hdf5(path) > 0 && open_path(&file, &ignored) == BF_OK) {
        is_season = read_format(&is_season, &file, &ignored) == BF_OK && is_season;
        (void)H5Fclose(file.file);
    }
    (void)H5Eclear2(H5E_DEFAULT);
    return is_season;
}

static void add_sizes(bf_snapshot *snapshot, int i)
{
    bf_history_sizes *sizes = &snapshot->sizes;
    const bf_snapshot_season_facts *facts = &snapshot->files[i].facts;
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        bool is_dated = bf_input_date_column((bf_input)t) >= 0;
        if (!facts->present[t])
            continue;
        sizes->present[t] = true;
        snapshot->source[t] = i; /* seasons ascend: the newest */
        sizes->rows[t] = (is_dated ? sizes->rows[t] : 0) + facts->rows[t];
    }
    sizes->scheduled[i] = facts->present[BF_INPUT_schedule];
    bool none = sizes->last_day < sizes->first_day;
    if (facts->last_day >= facts->first_day) {
        sizes->first_day =
            none || facts->first_day < sizes->first_day ? facts->first_day : sizes->first_day;
        sizes->last_day =
            none || facts->last_day > sizes->last_day ? facts->last_day : sizes->last_day;
    }
    sizes->synthetic |= facts->synthetic;
}

static bf_status merge_dictionary(bf_snapshot *snapshot, int d, bf_error *err)
{
    bf_dictionary dictionaries[BF_MAX_SEASONS];
    int32_t *codes[BF_MAX_SEASONS];
    for (int i = 0; i < snapshot->sizes.season_count; i++) {
        dictionaries[i] = snapshot->files[i].dictionaries[d].view;
        codes[i] = snapshot->files[i].codes[d];
    }
    return bf_text_list_merge(&snapshot->merged[d], dictionaries, snapshot->sizes.season_count,
                              codes, err);
}

/* Players, teams, DATE_LEVEL, and the entities of the reprocess attempts that are used. */
static bf_status merge_entities(bf_snapshot *snapshot, bf_error *err)
{
    bf_season_file *attempts = &snapshot->files[snapshot->source[BF_INPUT_attempts]];
    bf_text_list date_level = {.offset = NULL};
    BF_TRY(bf_text_list_copy(&date_level, (const char *const[]){"DATE_LEVEL"}, 1, err));
    const bf_dictionary parts[] = {snapshot->merged[BF_DICT_PLAYERS].view,
                                   snapshot->merged[BF_DICT_TEAMS].view, date_level.view,
                                   attempts->dictionaries[BF_DICT_ENTITIES].view};
    int32_t *const codes[] = {NULL, NULL, NULL, attempts->codes[BF_DICT_ENTITIES]};
    bf_status st = bf_text_list_merge(&snapshot->merged[BF_DICT_ENTITIES], parts, 4, codes, err);
    bf_text_list_free(&date_level);
    return st;
}

static bf_status merge_processors(bf_snapshot *snapshot, bf_error *err)
{
    for (int i = 0; i < snapshot->sizes.season_count; i++) {
        const bf_dictionary *names = &snapshot->files[i].dictionaries[BF_DICT_PROCESSORS].view;
        for (int32_t code = 0; code < names->count; code++) {
            int32_t known = bf_processor_name_find(bf_dictionary_text(names, code));
            if (known < 0)
                return bf_snapshot_damaged(&snapshot->files[i], bf_dict_names[BF_DICT_PROCESSORS],
                                           err);
            snapshot->files[i].codes[BF_DICT_PROCESSORS][code] = known;
        }
    }
    return bf_text_list_copy(&snapshot->merged[BF_DICT_PROCESSORS], bf_processor_names,
                             BF_PROCESSOR_NAMES, err);
}

static bf_status merge_dictionaries(bf_snapshot *snapshot, bf_error *err)
{
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        if (d != BF_DICT_ENTITIES && d != BF_DICT_PROCESSORS)
            BF_TRY(merge_dictionary(snapshot, d, err));
    }
    BF_TRY(merge_entities(snapshot, err));
    BF_TRY(merge_processors(snapshot, err));
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        const bf_dictionary *merged = &snapshot->merged[d].view;
        snapshot->sizes.dict_count[d] = merged->count;
        snapshot->sizes.dict_bytes[d] = merged->offset[merged->count];
    }
    return BF_OK;
}

static bf_status open_all(bf_snapshot *snapshot, const char *directory, bf_error *err)
{
    snapshot->sizes.last_day = -1; /* no day yet */
    BF_TRY(
        bf_snapshot_list(snapshot->sizes.seasons, &snapshot->sizes.season_count, directory, err));
    if (snapshot->sizes.season_count == 0)
        return bf_error_set(
            err, BF_E_INPUT,
            "%s: no season file such as 2021.h5; make a snapshot with 'backfill import'",
            directory);
    BF_TRY(BF_ALLOC(&snapshot->files, (size_t)snapshot->sizes.season_count, err));
    for (int i = 0; i < snapshot->sizes.season_count; i++)
        snapshot->files[i].file = -1;
    for (int i = 0; i < snapshot->sizes.season_count; i++) {
        BF_TRY(open_season(&snapshot->files[i], directory, snapshot->sizes.seasons[i], err));
        add_sizes(snapshot, i);
    }
    return merge_dictionaries(snapshot, err);
}

bf_status bf_snapshot_open(bf_snapshot **out, const char *directory, bf_error *err)
{
    bf_snapshot *snapshot = NULL;
    BF_TRY(BF_ALLOC(&snapshot, 1, err));
    bf_status st = strlen(directory) > BF_SNAPSHOT_PATH_BYTES - 32
                       ? bf_error_set(err, BF_E_INPUT, "%s: the path is too long", directory)
                       : open_all(snapshot, directory, err);
    if (st == BF_OK)
        *out = snapshot;
    else
        bf_snapshot_close(snapshot);
    return st;
}

void bf_snapshot_close(bf_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    for (int i = 0; snapshot->files != NULL && i < snapshot->sizes.season_count; i++) {
        bf_season_file *file = &snapshot->files[i];
        for (int d = 0; d < BF_DICT_COUNT; d++) {
            bf_text_list_free(&file->dictionaries[d]);
            free(file->codes[d]);
        }
        if (file->file >= 0)
            (void)H5Fclose(file->file);
    }
    for (int d = 0; d < BF_DICT_COUNT; d++)
        bf_text_list_free(&snapshot->merged[d]);
    free(snapshot->files);
    free(snapshot);
}

const bf_history_sizes *bf_snapshot_sizes(const bf_snapshot *snapshot)
{
    return &snapshot->sizes;
}

const bf_snapshot_season_facts *bf_snapshot_season(const bf_snapshot *snapshot, int i)
{
    return &snapshot->files[i].facts;
}
