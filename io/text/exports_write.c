#include "io/text/exports_write.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/text/exports_rows.h"
#include "io/text/file.h"
#include "io/text/gzip.h"

enum {
    PATH_BYTES = 4096,
    GZIP_LEVEL = 3,        /* a third of the time of 6, a tenth more bytes */
    PIECE_BYTES = 1 << 20, /* of text that is compressed at a time */
    TEXT_BYTES_MAX = INT32_MAX
};

/* A file being made: text on its way into compressed bytes. */
typedef struct export_file {
    bf_text text, compressed;
    bf_gzip *gzip;
} export_file;

static bf_status path_of(char out[PATH_BYTES], const char *directory, const char *name,
                         bf_error *err)
{
    int size = snprintf(out, PATH_BYTES, "%s/%s", directory, name);
    if (size < 0 || size >= PATH_BYTES)
        return bf_error_set(err, BF_E_OUTPUT, "%s: the path is too long", directory);
    return BF_OK;
}

static bf_status compress_text(export_file *file, bf_error *err)
{
    BF_TRY(bf_text_status(&file->text, err));
    if (file->text.size_bytes > 0)
        BF_TRY(bf_gzip_add(&file->compressed, file->gzip, file->text.data, file->text.size_bytes,
                           err));
    bf_text_clear(&file->text);
    return BF_OK;
}

/* Writes rows first .. end - 1 of a table to a file. */
static bf_status write_rows(export_file *file, const bf_raw *raw, int64_t first, int64_t end,
                            bool is_csv, const char *path, bf_error *err)
{
    bf_text_clear(&file->compressed);
    if (is_csv)
        bf_export_csv_header(&file->text, raw);
    for (int64_t row = first; row < end; row++) {
        if (is_csv)
            bf_export_csv_row(&file->text, raw, row);
        else
            bf_export_ndjson_row(&file->text, raw, row);
        if (file->text.size_bytes >= PIECE_BYTES)
            BF_TRY(compress_text(file, err));
    }
    BF_TRY(compress_text(file, err));
    BF_TRY(bf_gzip_end(&file->compressed, file->gzip, err));
    return bf_file_write(path, file->compressed.data, file->compressed.size_bytes, err);
}

static bf_status write_table(export_file *file, const bf_raw *raw, bool is_sharded,
                             const char *directory, bf_error *err)
{
    char name[128], path[PATH_BYTES];
    const char *table = raw->columns.schema->name;
    int64_t rows = raw->columns.rows;
    if (!is_sharded) {
        (void)snprintf(name, sizeof name, "%s.csv.gz", table);
        BF_TRY(path_of(path, directory, name, err));
        return write_rows(file, raw, 0, rows, true, path, err);
    }
    for (int64_t first = 0; first < rows; first += BF_EXPORT_SHARD_ROWS) {
        int64_t end = rows - first < BF_EXPORT_SHARD_ROWS ? rows : first + BF_EXPORT_SHARD_ROWS;
        (void)snprintf(name, sizeof name, "%s-%012lld.json.gz", table,
                       (long long)(first / BF_EXPORT_SHARD_ROWS));
        BF_TRY(path_of(path, directory, name, err));
        BF_TRY(write_rows(file, raw, first, end, false, path, err));
    }
    return BF_OK;
}

bool bf_exports_are_synthetic(const char *directory)
{
    char path[PATH_BYTES];
    bf_error unused;
    return path_of(path, directory, BF_EXPORTS_SYNTHETIC_FILE, &unused) == BF_OK &&
           access(path, F_OK) == 0;
}

/* True for the name of an export of a table: <table>.… or <table>-…. */
static bool is_export(const char *name)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        size_t size = strlen(bf_inputs[t].name);
        if (strncmp(name, bf_inputs[t].name, size) == 0 && (name[size] == '.' || name[size] == '-'))
            return true;
    }
    return false;
}

/* Exports that are there: those made up before go, others are not ours to replace. */
static bf_status remove_earlier(const char *directory, bf_error *err)
{
    bool ours = bf_exports_are_synthetic(directory);
    const struct dirent *entry;
    bf_status st = BF_OK;
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return bf_file_error(err, "read the directory", directory, errno);
    while (st == BF_OK && (entry = readdir(stream)) != NULL) {
        char path[PATH_BYTES];
        if (!is_export(entry->d_name))
            continue;
        if (!ours)
            st = bf_error_set(err, BF_E_OUTPUT,
                              "%s: holds exports that are not made up (%s); "
                              "they stay: give another directory as --out",
                              directory, entry->d_name);
        if (st == BF_OK)
            st = path_of(path, directory, entry->d_name, err);
        if (st == BF_OK && unlink(path) != 0)
            st = bf_file_error(err, "remove", path, errno);
    }
    (void)closedir(stream);
    return st;
}

static bf_status write_tables(const bf_raw raw[BF_INPUT_COUNT], const char *directory,
                              bf_error *err)
{
    export_file file = {.text = BF_TEXT_INIT(TEXT_BYTES_MAX),
                        .compressed = BF_TEXT_INIT(TEXT_BYTES_MAX)};
    bf_status st = bf_gzip_create(&file.gzip, GZIP_LEVEL, err);
    for (int t = 0; st == BF_OK && t < BF_INPUT_COUNT; t++) {
        if (raw[t].present)
            st = write_table(&file, &raw[t], t == BF_INPUT_pgs, directory, err);
    }
    bf_gzip_free(file.gzip);
    bf_text_free(&file.text);
    bf_text_free(&file.compressed);
    return st;
}

bf_status bf_exports_write_synthetic(const bf_raw raw[BF_INPUT_COUNT], const char *directory,
                                     bf_error *err)
{
    static const char note[] =
        "These exports are made up (backfill synth); no row is of a real game.\n";
    char path[PATH_BYTES];
    bf_error unused = BF_ERROR_INIT;
    BF_TRY(bf_file_make_directory(directory, err));
    BF_TRY(remove_earlier(directory, err));
    BF_TRY(path_of(path, directory, BF_EXPORTS_SYNTHETIC_FILE, err));
    /* The mark comes first and goes last: no made-up file without it. */
    bf_status st = bf_file_write(path, note, sizeof note - 1, err);
    if (st == BF_OK)
        st = write_tables(raw, directory, err);
    if (st != BF_OK && remove_earlier(directory, &unused) == BF_OK)
        (void)unlink(path);
    return st;
}
