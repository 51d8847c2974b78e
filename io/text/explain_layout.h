/* Lines and tables of the text of an explanation. */
#ifndef BF_IO_EXPLAIN_LAYOUT_H
#define BF_IO_EXPLAIN_LAYOUT_H

#include "compute/base/text.h"

enum {
    BF_LAYOUT_NAME_WIDTH = 42,
    BF_LAYOUT_VALUE_WIDTH = 23,
    BF_LAYOUT_TEXT_MAX = 1 << 20 /* bytes of a cell */
};

/* A blank line, the title, a line of = below it. */
void bf_layout_title(bf_text *out, const char *title);

/* indent, name and value in columns of their widths, then words, which go on in further lines below
 * each other. NULL is an empty text. */
void bf_layout_row(bf_text *out, const char *indent, const char *name, int name_width,
                   const char *value, int value_width, const char *words);

/* A paragraph; nothing for an empty one. */
void bf_layout_wrapped(bf_text *out, const char *words, int indent);

/* tdza -> TDZA; in a buffer that the next call overwrites. */
const char *bf_layout_upper(const char *word);

/* A table whose columns are as wide as they need. Headers are cut at underscores into lines. */
enum { BF_LAYOUT_COLUMNS_MAX = 40 };
typedef struct bf_layout_table {
    const char *header[BF_LAYOUT_COLUMNS_MAX];
    bool left[BF_LAYOUT_COLUMNS_MAX]; /* else to the right */
    int columns;
    int64_t cells;
    bf_text text; /* cells, a NUL behind each */
} bf_layout_table;

#define BF_LAYOUT_TABLE_INIT                                                                       \
    {                                                                                              \
        .text = BF_TEXT_INIT(1 << 26)                                                              \
    }

void bf_layout_column(bf_layout_table *table, const char *header, bool left);
bf_text *bf_layout_cell(bf_layout_table *table); /* the next cell, row by row: append to it */
void bf_layout_print(bf_text *out, const bf_layout_table *table);
void bf_layout_reset(bf_layout_table *table);

#endif
