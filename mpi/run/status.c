#include "mpi/run/status.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/features/processor.h"
#include "io/hdf5/results.h"
#include "io/text/file.h"

enum { CHECKPOINT_LIMIT_BYTES = 1 << 30 };

/* Sums of the units of the durable dates, by processor. */
static json_t *sum_units(const json_t *dates)
{
    json_t *processors = json_array();
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        json_int_t rows = 0, failures = 0, failed = 0;
        size_t i;
        json_t *date;
        json_array_foreach(dates, i, date)
        {
            const json_t *unit = json_array_get(json_object_get(date, "units"), (size_t)p);
            failed += json_integer_value(json_array_get(unit, 0)) == BF_UNIT_FAILED;
            rows += json_integer_value(json_array_get(unit, 1));
            failures += json_integer_value(json_array_get(unit, 2));
        }
        json_array_append_new(processors,
                              json_pack("{s:s, s:I, s:I, s:I}", "processor",
                                        bf_processors[p].short_name, "rows", rows,
                                        "failure records", failures, "dates failed", failed));
    }
    return processors;
}

static const char *date_of(const json_t *dates, size_t i)
{
    const char *text = json_string_value(json_object_get(json_array_get(dates, i), "date"));
    return text == NULL ? "-" : text;
}

/* The summary of a checkpoint; NULL if it is not one. */
static json_t *summarise(const json_t *checkpoint)
{
    const json_t *dates = json_object_get(checkpoint, "dates");
    const json_t *options = json_object_get(checkpoint, "options");
    if (!json_is_array(dates) || !json_is_object(options))
        return NULL;
    size_t done = json_array_size(dates);
    return json_pack("{s:s, s:O, s:I, s:O, s:s, s:s, s:o, s:O, s:O}", "state",
                     "interrupted or running", "run id", json_object_get(checkpoint, "run_id"),
                     "dates done", (json_int_t)done, "dates in all",
                     json_object_get(options, "number of dates"), "first date done",
                     done == 0 ? "-" : date_of(dates, 0), "last date done",
                     done == 0 ? "-" : date_of(dates, done - 1), "processors", sum_units(dates),
                     "options", options, "sessions", json_object_get(checkpoint, "sessions"));
}

static void print_text(const char *path, const json_t *summary)
{
    printf("%s: %s\n", path, json_string_value(json_object_get(summary, "state")));
    if (json_object_get(summary, "run id") == NULL)
        return;
    printf("run %s: %lld of %lld dates are durable, from %s to %s, in %zu sessions\n",
           json_string_value(json_object_get(summary, "run id")),
           (long long)json_integer_value(json_object_get(summary, "dates done")),
           (long long)json_integer_value(json_object_get(summary, "dates in all")),
           json_string_value(json_object_get(summary, "first date done")),
           json_string_value(json_object_get(summary, "last date done")),
           json_array_size(json_object_get(summary, "sessions")));
    size_t i;
    json_t *processor;
    json_array_foreach(json_object_get(summary, "processors"), i, processor)
    {
        printf("  %-5s rows %lld, failure records %lld, dates failed %lld\n",
               json_string_value(json_object_get(processor, "processor")),
               (long long)json_integer_value(json_object_get(processor, "rows")),
               (long long)json_integer_value(json_object_get(processor, "failure records")),
               (long long)json_integer_value(json_object_get(processor, "dates failed")));
    }
}

static bf_status read_summary(json_t **out, const char *path, const char *checkpoint_path,
                              bf_error *err)
{
    bf_text text = BF_TEXT_INIT(CHECKPOINT_LIMIT_BYTES);
    bool found;
    bf_status st = bf_file_read(&text, &found, checkpoint_path, err);
    if (st == BF_OK && found) {
        json_t *checkpoint =
            text.data == NULL ? NULL : json_loadb(text.data, text.size_bytes, 0, NULL);
        *out = checkpoint == NULL ? NULL : summarise(checkpoint);
        if (*out == NULL)
            st = bf_error_set(err, BF_E_INPUT, "checkpoint %s is unreadable", checkpoint_path);
        json_decref(checkpoint);
    } else if (st == BF_OK && access(path, F_OK) == 0) {
        bf_results *results;
        st = bf_results_open(&results, path, err);
        bf_results_close(results);
        *out = json_pack("{s:s}", "state", "complete");
    } else if (st == BF_OK) {
        *out = json_pack("{s:s}", "state", "nothing has been written");
    }
    bf_text_free(&text);
    return st;
}

bf_status bf_run_print_status(const char *path, bool json, bf_error *err)
{
    char *checkpoint_path;
    json_t *summary = NULL;
    BF_TRY(bf_alloc_text(&checkpoint_path, err, "%s.checkpoint.json", path));
    bf_status st = read_summary(&summary, path, checkpoint_path, err);
    if (st == BF_OK && json) {
        (void)json_dumpf(summary, stdout, JSON_INDENT(2));
        (void)putchar('\n');
    } else if (st == BF_OK) {
        print_text(path, summary);
    }
    json_decref(summary);
    free(checkpoint_path);
    return st;
}
