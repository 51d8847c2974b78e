#include "mpi/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    CONFIG_BYTES_MAX = 1 << 20,
    WHERE_BYTES = 512,
    CALLED_BYTES = WHERE_BYTES + BF_OPTION_NAME_BYTES + 2
};

/* A piece of the text; borrows it. */
typedef struct piece {
    const char *start;
    size_t size;
} piece;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static piece trimmed(piece text)
{
    while (text.size > 0 && is_blank(text.start[0]))
        text.start++, text.size--;
    while (text.size > 0 && is_blank(text.start[text.size - 1]))
        text.size--;
    return text;
}

/* Without the comment. A # within a word or within "..." is none, so that paths may have one. */
static piece without_comment(piece line)
{
    bool quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        if (line.start[i] == '"')
            quoted = !quoted;
        if (line.start[i] == '#' && !quoted && (i == 0 || is_blank(line.start[i - 1])))
            line.size = i;
    }
    return line;
}

static bf_status set_line(bf_options *options, const char *where, piece line, bf_error *err)
{
    const char *equals = memchr(line.start, '=', line.size);
    if (equals == NULL)
        return bf_error_set(err, BF_E_USAGE, "%s: expected 'option = value', found '%.*s'", where,
                            (int)(line.size < 80 ? line.size : 80), line.start);
    size_t before = (size_t)(equals - line.start);
    piece key = trimmed((piece){line.start, before});
    piece value = trimmed((piece){equals + 1, line.size - before - 1});
    if (value.size >= 2 && value.start[0] == '"' && value.start[value.size - 1] == '"')
        value = (piece){value.start + 1, value.size - 2};
    int id = bf_option_find(key.start, key.size);
    if (id < 0 || id == BF_OPTION_ID_config || bf_option_is_command_line_only((bf_option_id)id)) {
        char suggestion[BF_SUGGESTION_BYTES];
        bf_option_suggest(suggestion, key.start, key.size, "");
        return bf_error_set(
            err, BF_E_USAGE, "%s: '%.*s' is not an option of a configuration file%s", where,
            (int)(key.size < 80 ? key.size : 80), key.start, id < 0 ? suggestion : "");
    }
    char *text, called[CALLED_BYTES];
    BF_TRY(BF_ARENA_ALLOC(&text, &options->memory, value.size + 1, err));
    memcpy(text, value.start, value.size);
    (void)snprintf(called, sizeof called, "%s: %s", where, bf_option_name((bf_option_id)id));
    return bf_options_set(options, (bf_option_id)id, text, BF_FROM_FILE, called, err);
}

bf_status bf_config_parse(bf_options *options, const char *name, const char *text, size_t size,
                          bf_error *err)
{
    if (memchr(text, '\0', size) != NULL)
        return bf_error_set(err, BF_E_USAGE, "%s: not a text file", name);
    const char *end = text + size;
    for (int number = 1; text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline == NULL ? end : newline;
        piece line = trimmed(without_comment((piece){text, (size_t)(stop - text)}));
        char where[WHERE_BYTES];
        (void)snprintf(where, sizeof where, "%s line %d", name, number);
        if (line.size > 0)
            BF_TRY(set_line(options, where, line, err));
        text = newline == NULL ? end : newline + 1;
    }
    return BF_OK;
}

bf_status bf_config_read(bf_options *options, const char *path, bf_error *err)
{
    char *text;
    if (*path == '\0')
        return bf_error_set(err, BF_E_USAGE, "configuration file: expected a name, found nothing");
    BF_TRY(BF_ARENA_ALLOC(&text, &options->memory, CONFIG_BYTES_MAX + 1, err));
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return bf_error_set(err, BF_E_USAGE, "configuration file %s: %s", path, strerror(errno));
    errno = 0;
    size_t size = fread(text, 1, CONFIG_BYTES_MAX + 1, file);
    int failed = ferror(file), reason = errno;
    (void)fclose(file);
    if (failed)
        return bf_error_set(err, BF_E_USAGE, "configuration file %s: %s", path, strerror(reason));
    if (size > CONFIG_BYTES_MAX)
        return bf_error_set(err, BF_E_USAGE, "configuration file %s: larger than %d bytes", path,
                            CONFIG_BYTES_MAX);
    return bf_config_parse(options, path, text, size, err);
}
