#include "io/text/explain_layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 136, HEADER_LINES_MAX = 6 };

static void repeat(bf_text *out, char c, int count)
{
    for (int i = 0; i < count; i++)
        bf_text_append(out, &c, 1);
}

void bf_layout_title(bf_text *out, const char *title)
{
    bf_text_format(out, "\n\n%s\n", title);
    repeat(out, '=', (int)strlen(title));
    bf_text_string(out, "\n");
}

/* Words from `column` on; further lines begin at `indent`. */
static void wrap(bf_text *out, const char *words, int column, int indent)
{
    for (const char *word = words; *word != '\0';) {
        int size = (int)strcspn(word, " ");
        if (column + size > WIDTH && column > indent) {
            bf_text_string(out, "\n");
            repeat(out, ' ', indent);
            column = indent;
        }
        bf_text_append(out, word, (size_t)size);
        column += size + 1;
        word += (size_t)size + strspn(word + size, " ");
        if (*word != '\0' && column + (int)strcspn(word, " ") <= WIDTH)
            bf_text_string(out, " ");
    }
    bf_text_string(out, "\n");
}

void bf_layout_row(bf_text *out, const char *indent, const char *name, int name_width,
                   const char *value, int value_width, const char *words)
{
    int cell = value == NULL ? 0 : (int)strlen(value), at = name_width + 1 + value_width;
    bf_text_format(out, "%s%-*s %s", indent, name_width - (int)strlen(indent), name,
                   value == NULL ? "" : value);
    if (words == NULL || *words == '\0') {
        bf_text_string(out, "\n");
        return;
    }
    if (cell >= value_width) { /* it would push the words out of their column */
        bf_text_string(out, "\n");
        repeat(out, ' ', at);
    } else {
        repeat(out, ' ', value_width - cell);
    }
    wrap(out, words, at, at);
}

void bf_layout_wrapped(bf_text *out, const char *words, int indent)
{
    if (words == NULL || *words == '\0')
        return;
    repeat(out, ' ', indent);
    wrap(out, words + strspn(words, " "), indent, indent);
}

const char *bf_layout_upper(const char *word)
{
    static char upper[16];
    (void)snprintf(upper, sizeof upper, "%s", word);
    for (char *c = upper; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    return upper;
}

/* ---- tables ---------------------------------------------------------------------------------- */

void bf_layout_column(bf_layout_table *table, const char *header, bool left)
{
    if (table->columns == BF_LAYOUT_COLUMNS_MAX)
        return;
    table->header[table->columns] = header;
    table->left[table->columns++] = left;
}

bf_text *bf_layout_cell(bf_layout_table *table)
{
    if (table->cells++ > 0)
        bf_text_append(&table->text, "", 1);
    return &table->text;
}

static int header_lines(const char *header)
{
    int lines = 1;
    for (; *header != '\0'; header++)
        lines += *header == '_';
    return lines < HEADER_LINES_MAX ? lines : HEADER_LINES_MAX;
}

/* Word `index` of a header. */
static const char *header_word(const char *header, int index, int *size)
{
    for (; index > 0; index--)
        header += strcspn(header, "_") + 1;
    *size = (int)strcspn(header, "_");
    return header;
}

static int header_width(const char *header)
{
    int widest = 0, size;
    for (int i = 0; i < header_lines(header); i++) {
        (void)header_word(header, i, &size);
        widest = size > widest ? size : widest;
    }
    return widest;
}

static void put(bf_text *out, const char *bytes, int size, int width, bool left)
{
    repeat(out, ' ', left ? 0 : width - size);
    bf_text_append(out, bytes, (size_t)size);
    repeat(out, ' ', left ? width - size : 0);
}

static void end_line(bf_text *out)
{
    while (out->size_bytes > 0 && out->data[out->size_bytes - 1] == ' ')
        out->size_bytes--;
    bf_text_string(out, "\n");
}

static void print_header(bf_text *out, const bf_layout_table *table, const int *width)
{
    int lines = 1;
    for (int c = 0; c < table->columns; c++)
        lines = header_lines(table->header[c]) > lines ? header_lines(table->header[c]) : lines;
    for (int line = 0; line < lines; line++) {
        for (int c = 0; c < table->columns; c++) {
            int own = header_lines(table->header[c]), size = 0;
            const char *word = "";
            if (line >= lines - own) /* bottom lines */
                word = header_word(table->header[c], line - (lines - own), &size);
            bf_text_string(out, "  ");
            put(out, word, size, width[c], table->left[c]);
        }
        end_line(out);
    }
}

void bf_layout_print(bf_text *out, const bf_layout_table *table)
{
    int width[BF_LAYOUT_COLUMNS_MAX];
    out->failed |= table->text.failed;
    if (table->text.failed || table->text.data == NULL)
        return;
    for (int c = 0; c < table->columns; c++)
        width[c] = header_width(table->header[c]);
    const char *cell = table->text.data;
    for (int64_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1) {
        int size = (int)strlen(cell), c = (int)(i % table->columns);
        width[c] = size > width[c] ? size : width[c];
    }
    print_header(out, table, width);
    cell = table->text.data;
    for (int64_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1) {
        int c = (int)(i % table->columns);
        bf_text_string(out, "  ");
        put(out, cell, (int)strlen(cell), width[c], table->left[c]);
        if (c == table->columns - 1)
            end_line(out);
    }
}

void bf_layout_reset(bf_layout_table *table)
{
    bf_text_free(&table->text);
}
