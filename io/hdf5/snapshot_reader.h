/* Shared by snapshot_open.c and snapshot_load.c. */
#ifndef BF_IO_SNAPSHOT_READER_H
#define BF_IO_SNAPSHOT_READER_H

#include "compute/history/dictionary.h"
#include "io/hdf5/snapshot_internal.h"

/* A season file that is open. */
typedef struct bf_season_file {
    char path[BF_SNAPSHOT_PATH_BYTES];
    hid_t file;
    bf_snapshot_season_facts facts;
    bf_text_list dictionaries[BF_DICT_COUNT];
    int32_t *codes[BF_DICT_COUNT]; /* owned: code of each text in the merged dictionary */
} bf_season_file;

struct bf_snapshot {
    bf_history_sizes sizes;
    bf_season_file *files; /* owned [season_count], ascending */
    bf_text_list merged[BF_DICT_COUNT];
    int source[BF_INPUT_COUNT]; /* newest file that has the table: where those without dates come
                                   from */
};

/* BF_E_INPUT: file, object and what to do. */
bf_status bf_snapshot_damaged(const bf_season_file *file, const char *object, bf_error *err);

#endif
