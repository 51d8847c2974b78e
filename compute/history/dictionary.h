/* Dictionaries with memory of their own, and merging them: texts sorted by bytes, each once. */
#ifndef BF_HISTORY_DICTIONARY_H
#define BF_HISTORY_DICTIONARY_H

#include "compute/base/memory.h"
#include "compute/schema/table.h"

typedef struct bf_text_list {
    bf_dictionary view; /* borrows the rest */
    int64_t *offset;    /* owned */
    char *bytes;        /* owned */
} bf_text_list;

void bf_text_list_free(bf_text_list *list);

/* Copies `count` texts, which must be sorted by bytes and different. */
BF_CHECK_RESULT bf_status bf_text_list_copy(bf_text_list *out, const char *const *texts,
                                            int32_t count, bf_error *err);

/* Sorted union of `count` dictionaries. With `codes` not NULL, codes[i][k] becomes the code in
 * `out` of text k of dictionaries[i]; an array that is NULL is left out. */
BF_CHECK_RESULT bf_status bf_text_list_merge(bf_text_list *out, const bf_dictionary *dictionaries,
                                             int count, int32_t *const *codes, bf_error *err);

/* The class names of the processors, sorted by bytes: BF_DICT_PROCESSORS of every history
 * (spec/backfill.md §1). */
enum { BF_PROCESSOR_NAMES = 5 };
extern const char *const bf_processor_names[BF_PROCESSOR_NAMES];

/* Code in it of a class name or of the name of the table that the processor writes; -1 for any
 * other. */
int32_t bf_processor_name_find(const char *text);

#endif
