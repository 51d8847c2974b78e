/* <results>.upload.json: what an upload has done so far. Nothing in it is needed for the rows to
 * arrive once (the service is asked for that); it saves work, and tells which transaction an upload
 * --again asked for. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "io/text/file.h"
#include "mpi/upload/upload.h"

enum { STATE_FORMAT = 1, STATE_BYTES_MAX = 1 << 20 };

/* What identifies the file. */
static json_t *file_json(const bf_upload *upload, const bf_upload_file *file)
{
    char hex[BF_SHA256_HEX_BYTES];
    bf_hash_hex(hex, upload->tables[file->table].digest);
    return json_pack("{s:s, s:I, s:I, s:s, s:I, s:I}", "table", file->name, "first_row",
                     (json_int_t)file->first_row, "rows", (json_int_t)file->rows, "digest", hex,
                     "size_bytes", (json_int_t)file->size_bytes, "crc32", (json_int_t)file->crc32);
}

bf_status bf_upload_state_write(const bf_upload *upload, bf_error *err)
{
    json_t *tables = json_array();
    for (int f = 0; f < upload->file_count; f++)
        json_array_append_new(tables, file_json(upload, &upload->files[f]));
    json_t *state = json_pack("{s:i, s:s, s:s, s:b, s:i, s:o}", "format", STATE_FORMAT, "run_id",
                              bf_results_facts(upload->results)->run_id, "target",
                              upload->target.url, "run_history", upload->options->run_history,
                              "number", upload->number, "tables", tables);
    char *text = state == NULL ? NULL : json_dumps(state, JSON_INDENT(2));
    json_decref(state);
    if (text == NULL)
        return bf_error_set(err, BF_E_MEMORY, "out of memory while describing the upload");
    bf_status st = bf_file_write(upload->state_path, text, strlen(text), err);
    free(text);
    return st;
}

/* CRC-32 of the file, if it has the size that it should have. */
static bool is_whole(const char *path, int64_t size_bytes, uint32_t crc32)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    unsigned char piece[1 << 16];
    uint32_t found = 0;
    ssize_t size;
    while ((size = read(fd, piece, sizeof piece)) > 0) {
        found = (uint32_t)crc32_z(found, piece, (size_t)size);
        size_bytes -= size;
    }
    (void)close(fd);
    return size == 0 && size_bytes == 0 && found == crc32;
}

/* Takes size and checksum from the state if rows and file are what it says. */
static bool take_file(bf_upload *upload, bf_upload_file *file, const json_t *state)
{
    json_t *its = NULL, *other;
    size_t i;
    json_array_foreach(json_object_get(state, "tables"), i, other)
    {
        const char *name = json_string_value(json_object_get(other, "table"));
        its = name != NULL && strcmp(name, file->name) == 0 ? other : its;
    }
    const char *digest = json_string_value(json_object_get(its, "digest"));
    char hex[BF_SHA256_HEX_BYTES];
    bf_hash_hex(hex, upload->tables[file->table].digest);
    int64_t size = json_integer_value(json_object_get(its, "size_bytes"));
    uint32_t crc32 = (uint32_t)json_integer_value(json_object_get(its, "crc32"));
    if (digest == NULL || strcmp(digest, hex) != 0 || size < 0 ||
        json_integer_value(json_object_get(its, "first_row")) != file->first_row ||
        json_integer_value(json_object_get(its, "rows")) != file->rows ||
        !is_whole(file->path, size, crc32))
        return false;
    file->size_bytes = size;
    file->crc32 = crc32;
    return true;
}

bf_status bf_upload_state_read(bf_upload *upload, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(STATE_BYTES_MAX);
    bool found;
    bf_status st = bf_file_read(&text, &found, upload->state_path, err);
    json_t *state = st == BF_OK && found && text.size_bytes > 0
                        ? json_loadb(text.data, text.size_bytes, 0, NULL)
                        : NULL;
    const char *run_id = json_string_value(json_object_get(state, "run_id"));
    const char *target = json_string_value(json_object_get(state, "target"));
    bool readable = run_id != NULL && target != NULL &&
                    json_integer_value(json_object_get(state, "format")) == STATE_FORMAT;
    bool same = readable && strcmp(run_id, bf_results_facts(upload->results)->run_id) == 0;
    if (st == BF_OK && found && !readable)
        bf_log(BF_LOG_WARNING, "%s cannot be read; the upload begins anew", upload->state_path);
    bool history = json_is_true(json_object_get(state, "run_history"));
    if (same && strcmp(target, upload->target.url) == 0 &&
        history == upload->options->run_history) { /* else it is another transaction */
        upload->resumed = true;
        upload->number = (int)json_integer_value(json_object_get(state, "number"));
    }
    for (int f = 0; f < upload->file_count && same; f++)
        same = take_file(upload, &upload->files[f], state);
    for (int f = 0; f < upload->file_count && !same; f++)
        upload->files[f].size_bytes = -1;
    json_decref(state);
    bf_text_free(&text);
    return st;
}

static bf_status remove_file(const char *path, bf_error *err)
{
    return unlink(path) == 0 || errno == ENOENT ? BF_OK : bf_file_error(err, "remove", path, errno);
}

/* All files but the lock: also those of ranks and sessions that were interrupted. */
static bf_status remove_files(const char *directory, bf_error *err)
{
    DIR *opened = opendir(directory);
    const struct dirent *entry;
    bf_status st =
        opened == NULL && errno != ENOENT ? bf_file_error(err, "read", directory, errno) : BF_OK;
    while (opened != NULL && st == BF_OK && (entry = readdir(opened)) != NULL) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "lock") == 0)
            continue;
        if (unlinkat(dirfd(opened), entry->d_name, 0) != 0 && errno != ENOENT)
            st = bf_file_error(err, "remove a file of", directory, errno);
    }
    if (opened != NULL)
        (void)closedir(opened);
    return st;
}

bf_status bf_upload_state_remove(bf_upload *upload, bf_error *err)
{
    bf_text new_state = BF_TEXT_INIT(STATE_BYTES_MAX);
    bf_text_format(&new_state, "%s.new", upload->state_path);
    bf_status st = bf_text_status(&new_state, err);
    if (st == BF_OK)
        st = remove_files(upload->directory, err);
    if (st == BF_OK)
        st = bf_upload_close_directory(upload, err);
    if (st == BF_OK)
        st = remove_file(new_state.data, err);
    if (st == BF_OK)
        st = remove_file(upload->state_path, err);
    bf_text_free(&new_state);
    return st == BF_OK ? bf_file_sync_directory(upload->state_path, err) : st;
}
