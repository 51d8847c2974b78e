/* JSON as it is written: objects and lists one inside the other, two blanks a level, into a text.
 * For output whose numbers have to stand there digit by digit. */
#ifndef BF_IO_JSON_OUT_H
#define BF_IO_JSON_OUT_H

#include "compute/base/text.h"

typedef struct bf_json_out {
    bf_text *text;
    int depth;
    int line_depth; /* levels above this one stand on one line; 0: none does */
    bool first;     /* nothing stands in the innermost object or list yet */
} bf_json_out;

#define BF_JSON_OUT_INIT(text_)                                                                    \
    {                                                                                              \
        .text = (text_), .first = true                                                             \
    }

/* `key` is NULL in a list and at the top. bracket: '{' or '['. */
void bf_json_open(bf_json_out *json, const char *key, char bracket);
void bf_json_open_line(bf_json_out *json, const char *key,
                       char bracket);                /* all of it on one line */
void bf_json_close(bf_json_out *json, char bracket); /* '}' or ']' */

/* Everything that stands before a value, which the caller then appends to json->text. */
void bf_json_key(bf_json_out *json, const char *key);

void bf_json_string(bf_json_out *json, const char *key, const char *string); /* NULL: null */
void bf_json_integer(bf_json_out *json, const char *key, int64_t value);
void bf_json_bool(bf_json_out *json, const char *key, bool value);

#endif
