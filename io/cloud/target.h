/* Where results are uploaded to: a URL, read into its parts.
 *
 *   bigquery://PROJECT[?location=L&precompute=D&predictions=D&processing=D]   (datasets.def)
 *   gs://BUCKET[/PREFIX]
 *   file:///DIR */
#ifndef BF_IO_TARGET_H
#define BF_IO_TARGET_H

#include "compute/base/error.h"

typedef enum { BF_TARGET_BIGQUERY, BF_TARGET_STORAGE, BF_TARGET_DIRECTORY } bf_target_kind;

typedef enum {
#define DATASET(key, name) BF_DATASET_##key,
#include "io/cloud/datasets.def"
#undef DATASET
    BF_DATASET_COUNT
} bf_dataset;

enum { BF_TARGET_PATH_BYTES = 2048, BF_TARGET_NAME_BYTES = 256 };

typedef struct bf_target {
    bf_target_kind kind;
    char url[BF_TARGET_PATH_BYTES];                        /* as it was given */
    char project[BF_TARGET_NAME_BYTES];                    /* BigQuery */
    char location[BF_TARGET_NAME_BYTES];                   /* BigQuery; "": that of the datasets */
    char datasets[BF_DATASET_COUNT][BF_TARGET_NAME_BYTES]; /* BigQuery */
    char bucket[BF_TARGET_NAME_BYTES];                     /* Cloud Storage */
    char prefix[BF_TARGET_PATH_BYTES];    /* Cloud Storage: "" or without slashes at its ends */
    char directory[BF_TARGET_PATH_BYTES]; /* a directory: absolute */
} bf_target;

/* Local. BF_E_USAGE says what is wrong with the URL. */
BF_CHECK_RESULT bf_status bf_target_parse(bf_target *out, const char *url, bf_error *err);

/* The dataset of the target that stands for `dataset` of the table definitions: nba_precompute ->
 * what ?precompute= says. A dataset that datasets.def lacks stands for itself. */
const char *bf_target_dataset(const bf_target *target, const char *dataset);

#endif
