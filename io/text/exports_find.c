#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compute/base/text.h"
#include "io/text/exports.h"

static const struct {
    const char *suffix;
    bool is_csv;
} formats[] = {{".json", false}, {".ndjson", false}, {".jsonl", false}, {".csv", true}};

static bool ends_with(const char *text, size_t size, const char *suffix)
{
    size_t length = strlen(suffix);
    return size > length && memcmp(text + size - length, suffix, length) == 0;
}

/* Size of the name without its endings; 0 if it is not that of an export. */
static size_t stem_size(const char *name, bool *is_csv)
{
    size_t size = strlen(name);
    if (ends_with(name, size, ".gz"))
        size -= strlen(".gz");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        *is_csv = formats[i].is_csv;
        if (name[0] != '.' && ends_with(name, size, formats[i].suffix))
            return size - strlen(formats[i].suffix);
    }
    return 0;
}

/* Table of a stem: <table> or <table>-<number of the shard>; -1 if there is none. */
static int table_of(const char *stem, size_t size)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        size_t length = strlen(bf_inputs[t].name);
        if (size < length || memcmp(stem, bf_inputs[t].name, length) != 0)
            continue;
        if (size == length)
            return t;
        size_t digits = strspn(stem + length + 1, "0123456789");
        if (stem[length] == '-' && digits > 0 && length + 1 + digits == size)
            return t;
    }
    return -1;
}

static bf_status add_file(bf_exports *exports, const char *directory, const char *name, int table,
                          bool is_csv, bf_error *err)
{
    enum { USUAL_RATIO = 10 }; /* of text to gzip */
    char *path = NULL;
    size_t size = strlen(directory) + strlen(name) + 2;
    struct stat found = {.st_size = 0};
    BF_TRY(BF_GROW(&exports->files, &exports->capacity, exports->count + 1, err));
    BF_TRY(BF_ALLOC(&path, size, err));
    (void)snprintf(path, size, "%s/%s", directory, name);
    (void)stat(path, &found); /* opening it will tell */
    exports->files[exports->count++] = (bf_export_file){
        .path = path,
        .table = (bf_input)table,
        .is_csv = is_csv,
        .work = found.st_size * (ends_with(name, strlen(name), ".gz") ? USUAL_RATIO : 1)};
    return BF_OK;
}

static int by_table_and_name(const void *a, const void *b)
{
    const bf_export_file *x = a, *y = b;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    return strcmp(x->path, y->path);
}

static bf_status check_required(const bf_exports *exports, const char *directory, bf_error *err)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        bool found = false;
        for (size_t i = 0; i < exports->count; i++)
            found |= exports->files[i].table == (bf_input)t;
        if (!found && bf_inputs[t].required)
            return bf_error_set(
                err, BF_E_INPUT,
                "%s: no file of table %s: expected %s.json or .csv, maybe with .gz, or shards "
                "%s-000000000000.json",
                directory, bf_inputs[t].name, bf_inputs[t].name, bf_inputs[t].name);
    }
    return BF_OK;
}

static bf_status scan(bf_exports *out, DIR *stream, const char *directory, bf_text *others,
                      bf_error *err)
{
    const struct dirent *entry;
    while ((entry = readdir(stream)) != NULL) {
        bool is_csv;
        size_t size = stem_size(entry->d_name, &is_csv);
        int table = size == 0 ? -1 : table_of(entry->d_name, size);
        if (table >= 0)
            BF_TRY(add_file(out, directory, entry->d_name, table, is_csv, err));
        else if (size > 0)
            bf_text_format(others, "%s%s", others->size_bytes == 0 ? "" : ", ", entry->d_name);
    }
    return BF_OK;
}

bf_status bf_exports_find(bf_exports *out, const char *directory, const bf_warnings *warnings,
                          bf_error *err)
{
    bf_exports exports = BF_EXPORTS_INIT;
    bf_text others = BF_TEXT_INIT(400);
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return bf_error_set(err, BF_E_INPUT, "%s: cannot read the directory of the exports: %s",
                            directory, strerror(errno));
    bf_status st = scan(&exports, stream, directory, &others, err);
    (void)closedir(stream);
    if (st == BF_OK && others.size_bytes > 0)
        bf_warn(warnings, "%s: not used, because no table has that name: %s", directory,
                others.data);
    if (st == BF_OK)
        st = check_required(&exports, directory, err);
    if (st == BF_OK) {
        qsort(exports.files, exports.count, sizeof *exports.files, by_table_and_name);
        *out = exports;
    } else {
        bf_exports_free(&exports);
    }
    bf_text_free(&others);
    return st;
}

/* The largest file that nobody reads yet; -1 if there is none. */
static int64_t largest_left(const bf_exports *exports)
{
    int64_t largest = -1;
    for (size_t i = 0; i < exports->count; i++) {
        if (exports->files[i].reader < 0 &&
            (largest < 0 || exports->files[i].work > exports->files[largest].work))
            largest = (int64_t)i;
    }
    return largest;
}

bf_status bf_exports_divide(bf_exports *exports, int readers, bf_error *err)
{
    int64_t *work = NULL; /* of each reader so far */
    BF_TRY(BF_ALLOC(&work, (size_t)readers, err));
    for (size_t i = 0; i < exports->count; i++)
        exports->files[i].reader = -1;
    for (int64_t i; (i = largest_left(exports)) >= 0;) {
        int least = 0;
        for (int r = 1; r < readers; r++)
            least = work[r] < work[least] ? r : least;
        exports->files[i].reader = least;
        work[least] += exports->files[i].work;
    }
    free(work);
    return BF_OK;
}

void bf_exports_free(bf_exports *exports)
{
    for (size_t i = 0; i < exports->count; i++)
        free(exports->files[i].path);
    free(exports->files);
    *exports = (bf_exports)BF_EXPORTS_INIT;
}
