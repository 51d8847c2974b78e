#include "mpi/run/identity.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compute/base/text.h"

static bf_status no_memory(bf_error *err)
{
    return bf_error_set(err, BF_E_MEMORY, "out of memory while describing the run");
}

bf_status bf_identity_inputs(char **out, const bf_snapshot *snapshot, bf_error *err)
{
    const bf_history_sizes *sizes = bf_snapshot_sizes(snapshot);
    json_t *array = json_array();
    for (int32_t i = 0; i < sizes->season_count; i++) {
        const bf_snapshot_season_facts *season = bf_snapshot_season(snapshot, i);
        json_t *rows = json_object();
        for (int t = 0; t < BF_INPUT_COUNT; t++) {
            if (season->rows[t] > 0)
                json_object_set_new(rows, bf_inputs[t].name, json_integer(season->rows[t]));
        }
        json_array_append_new(array,
                              json_pack("{s:i, s:s, s:b, s:s, s:o}", "season", season->season,
                                        "origin", season->origin, "synthetic", season->synthetic,
                                        "sha256", season->sha256, "rows", rows));
    }
    *out = json_dumps(array, JSON_COMPACT);
    json_decref(array);
    return *out == NULL ? no_memory(err) : BF_OK;
}

/* The run's timestamp: --run-timestamp, else SOURCE_DATE_EPOCH, else now, in whole seconds. */
static bf_status run_timestamp(int64_t *out_us, const bf_options *options, bf_error *err)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    *out_us = (int64_t)time(NULL) * 1000000;
    if (options->run_timestamp != NULL) {
        if (!bf_timestamp_parse(out_us, options->run_timestamp, strlen(options->run_timestamp)))
            return bf_error_set(
                err, BF_E_USAGE,
                "--run-timestamp: expected a UTC time such as 2026-01-31T12:00:00Z, found '%s'",
                options->run_timestamp);
    } else if (epoch != NULL && epoch[0] != '\0') {
        char *end;
        long long seconds = strtoll(epoch, &end, 10);
        if (*end != '\0' || seconds < 0 || seconds > 7258118400) /* the year 2200 */
            return bf_error_set(err, BF_E_USAGE,
                                "SOURCE_DATE_EPOCH: expected seconds since 1970, found '%s'",
                                epoch);
        *out_us = (int64_t)seconds * 1000000;
    }
    return BF_OK;
}

/* SHA-256 of a text as hex. */
static bf_status hash_text(char out[BF_SHA256_HEX_BYTES], const void *bytes, size_t size,
                           bf_error *err)
{
    bf_hash *hash;
    uint8_t digest[BF_SHA256_BYTES];
    BF_TRY(bf_hash_create(&hash, err));
    bf_hash_begin(hash);
    bf_hash_update(hash, bytes, size);
    bf_hash_end(hash, digest);
    bf_hash_hex(out, digest);
    bf_hash_free(hash);
    return BF_OK;
}

bf_status bf_identity_options(char **out, const bf_run *run, const bf_day *days, int32_t count,
                              bf_error *err)
{
    char first[BF_DATE_TEXT_BYTES] = "", last[BF_DATE_TEXT_BYTES] = "", dates[BF_SHA256_HEX_BYTES];
    BF_TRY(hash_text(dates, days, (size_t)count * sizeof *days, err));
    if (count > 0) {
        bf_day_format(first, days[0]);
        bf_day_format(last, days[count - 1]);
    }
    json_t *processors = json_array();
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        if (run->processors >> p & 1u)
            json_array_append_new(processors, json_string(bf_processors[p].short_name));
    }
    json_t *options =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:o}", "program version", BF_VERSION, "mode",
                  run->options->mode, "context", run->options->context, "number of dates", count,
                  "first date", first, "last date", last, "dates", dates, "processors", processors);
    *out = json_dumps(options, JSON_COMPACT);
    json_decref(options);
    return *out == NULL ? no_memory(err) : BF_OK;
}

bf_status bf_identity_fingerprint(char out[BF_SHA256_HEX_BYTES], const char *options_json,
                                  const char *inputs_json, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(1 << 20);
    bf_text_format(&text, "%s\n%s\nformat %d", options_json, inputs_json,
                   BF_RESULTS_FORMAT_VERSION);
    bf_status st = bf_text_status(&text, err);
    if (st == BF_OK)
        st = hash_text(out, text.data, text.size_bytes, err);
    bf_text_free(&text);
    return st;
}

/* Two runs of the same things at different times are two. */
static bf_status name_run(bf_run_facts *facts, bf_error *err)
{
    char text[BF_SHA256_HEX_BYTES + 32], id[BF_SHA256_HEX_BYTES];
    int size = snprintf(text, sizeof text, "%s %lld", facts->fingerprint,
                        (long long)facts->run_timestamp_us);
    BF_TRY(hash_text(id, text, (size_t)size, err));
    memcpy(facts->run_id, id, BF_RUN_ID_BYTES - 1);
    return BF_OK;
}

bf_status bf_identity_facts(bf_run *run, bf_error *err)
{
    bf_run_facts *facts = &run->facts;
    BF_TRY(bf_identity_options(&run->options_json, run, run->dates, run->date_count, err));
    *facts = (bf_run_facts){.program_version = BF_VERSION,
                            .options_json = run->options_json,
                            .inputs_json = run->inputs_json,
                            .context_mode = run->options->context,
                            .synthetic = run->history.sizes.synthetic};
    BF_TRY(run_timestamp(&facts->run_timestamp_us, run->options, err));
    BF_TRY(bf_identity_fingerprint(facts->fingerprint, run->options_json, run->inputs_json, err));
    return name_run(facts, err);
}

/* Names the first season that differs, for a message; "mine" and "other" are called by these names.
 */
static void describe_inputs(char *out, size_t size, const char *mine_name, const char *mine_json,
                            const char *other_name, const char *other_json)
{
    json_t *mine = json_loads(mine_json, 0, NULL), *other = json_loads(other_json, 0, NULL);
    size_t count = json_array_size(mine), others = json_array_size(other), i = 0;
    while (i < count && i < others && json_equal(json_array_get(mine, i), json_array_get(other, i)))
        i++;
    json_t *a = json_array_get(mine, i), *b = json_array_get(other, i);
    json_int_t is = json_integer_value(json_object_get(a, "season"));
    json_int_t was = json_integer_value(json_object_get(b, "season"));
    const char *sha256 = json_string_value(json_object_get(a, "sha256")),
               *other_sha256 = json_string_value(json_object_get(b, "sha256"));
    if (a == NULL || (b != NULL && was < is))
        (void)snprintf(out, size, "%s read season %lld, which %s lacks", other_name, (long long)was,
                       mine_name);
    else if (b == NULL || is < was)
        (void)snprintf(out, size, "%s did not read season %lld", other_name, (long long)is);
    else
        (void)snprintf(out, size, "season %lld had SHA-256 %.12s... in %s, %.12s... in %s",
                       (long long)is, other_sha256 == NULL ? "unknown" : other_sha256, other_name,
                       sha256 == NULL ? "unknown" : sha256, mine_name);
    json_decref(mine);
    json_decref(other);
}

/* Names the first member that differs between two JSON objects; NULL if none does. */
static const char *difference(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)a, key, value)
    {
        if (!json_equal(value, json_object_get(b, key)))
            return key;
    }
    return NULL;
}

bf_status bf_identity_refuse(const bf_run *run, const char *what, const char *options_json,
                             const char *inputs_json, bf_error *err)
{
    json_t *mine = json_loads(run->options_json, 0, NULL),
           *other = json_loads(options_json, 0, NULL);
    const char *key = mine == NULL || other == NULL ? "options" : difference(mine, other);
    char *was = key == NULL ? NULL : json_dumps(json_object_get(other, key), JSON_ENCODE_ANY);
    char *is = key == NULL ? NULL : json_dumps(json_object_get(mine, key), JSON_ENCODE_ANY);
    char season[160];
    bf_status st;
    if (key != NULL && strcmp(key, "dates") == 0) /* a hash, with the same ends and number */
        st = bf_error_set(err, BF_E_USAGE,
                          "%s belongs to a run with other options: other dates between the first "
                          "and the last; use --no-resume to replace it or --out for another file",
                          what);
    else if (key != NULL)
        st = bf_error_set(
            err, BF_E_USAGE,
            "%s belongs to a run with other options: %s was %s, now it is %s; use --no-resume to "
            "replace it or --out for another file",
            what, key, was == NULL ? "unknown" : was, is == NULL ? "unknown" : is);
    else if (strcmp(run->inputs_json, inputs_json) != 0) {
        describe_inputs(season, sizeof season, "this one", run->inputs_json, "it", inputs_json);
        st = bf_error_set(err, BF_E_USAGE,
                          "%s belongs to another snapshot than %s: %s; use --no-resume to replace "
                          "it or --out for another file",
                          what, run->options->snapshot, season);
    } else
        st = bf_error_set(
            err, BF_E_USAGE,
            "%s was written in another file format; use --no-resume to replace it or --out for "
            "another file",
            what);
    free(was);
    free(is);
    json_decref(mine);
    json_decref(other);
    return st;
}

/* Names the option that differs. A date would be one of the file's own: it contradicts itself. */
static bf_status refuse_options(const char *path, const char *options_json, const char *whole,
                                const char *expected_json, bf_error *err)
{
    json_t *expected = json_loads(expected_json, 0, NULL),
           *found = json_loads(options_json, 0, NULL);
    const char *key = difference(expected, found);
    char *is = json_dumps(json_object_get(found, key), JSON_ENCODE_ANY);
    char *other = json_dumps(json_object_get(expected, key), JSON_ENCODE_ANY);
    bf_status st;
    if (key == NULL || is == NULL || other == NULL || strstr(key, "date") != NULL)
        st = bf_error_set(err, BF_E_INPUT,
                          "%s: /run: the options are not those of its dates: the file is damaged",
                          path);
    else
        st = bf_error_set(err, BF_E_USAGE, "%s does not fit %s: %s is %s, not %s", path, whole, key,
                          is, other);
    free(is);
    free(other);
    json_decref(expected);
    json_decref(found);
    return st;
}

bf_status bf_identity_check_piece(const bf_run *run, const bf_results *piece, const char *whole,
                                  bf_error *err)
{
    const bf_run_facts *facts = bf_results_facts(piece);
    const bf_layout *layout = bf_results_layout(piece);
    const char *path = bf_results_path(piece);
    char *expected = NULL, fingerprint[BF_SHA256_HEX_BYTES], inputs[BF_ERROR_MESSAGE_BYTES];
    BF_TRY(bf_identity_options(&expected, run, layout->dates, layout->date_count, err));
    bf_status st = strcmp(expected, facts->options_json) == 0
                       ? BF_OK
                       : refuse_options(path, facts->options_json, whole, expected, err);
    free(expected);
    BF_TRY(st);
    BF_TRY(bf_identity_fingerprint(fingerprint, facts->options_json, facts->inputs_json, err));
    if (strcmp(fingerprint, facts->fingerprint) != 0)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: /run: the fingerprint is not that of its options and inputs: the "
                            "file is damaged",
                            path);
    if (strcmp(run->inputs_json, facts->inputs_json) == 0)
        return BF_OK;
    describe_inputs(inputs, sizeof inputs, whole, run->inputs_json, path, facts->inputs_json);
    return bf_error_set(err, BF_E_USAGE,
                        "%s does not fit %s, it was made from another snapshot: %s", path, whole,
                        inputs);
}
