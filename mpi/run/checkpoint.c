#include "mpi/run/checkpoint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/text/file.h"
#include "mpi/run/identity.h"

enum { CHECKPOINT_FORMAT = 1, CHECKPOINT_LIMIT_BYTES = 1 << 30 };

/* ---- sessions
 * ------------------------------------------------------------------------------------- */

bf_status bf_sessions_json(char **out, const bf_run *run, bf_error *err)
{
    char start[BF_TIMESTAMP_TEXT_BYTES], end[BF_TIMESTAMP_TEXT_BYTES];
    bf_timestamp_format(start, run->start_us);
    bf_timestamp_format(end, (int64_t)time(NULL) * 1000000);
    json_t *phases = json_object(), *contaminated = json_array(), *hosts = json_array();
    for (int node = 0; node < run->topology.node_count; node++)
        json_array_append_new(hosts, json_string(run->topology.hosts[node]));
    for (int p = 0; p < BF_PHASE_COUNT; p++)
        json_object_set_new(phases, bf_phase_name((bf_phase)p), json_real(run->phase_s[p]));
    for (int32_t i = 0; i < run->attention.contaminated_count; i++)
        json_array_append_new(contaminated, json_integer(run->attention.contaminated[i]));
    json_t *sessions =
        run->earlier_sessions == NULL ? json_array() : json_loads(run->earlier_sessions, 0, NULL);
    json_t *session =
        json_pack("{s:s, s:s, s:i, s:i, s:o, s:o, s:o}", "start", start, "end", end, "ranks",
                  run->topology.size, "nodes", run->topology.node_count, "hosts", hosts,
                  "contaminated_seasons", contaminated, "phases", phases);
    if (run->merged_files > 0)
        json_object_set_new(session, "merged_files", json_integer(run->merged_files));
    json_array_append_new(sessions, session);
    *out = json_dumps(sessions, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_decref(sessions);
    return *out == NULL
               ? bf_error_set(err, BF_E_MEMORY, "out of memory while describing the session")
               : BF_OK;
}

void bf_sessions_contaminated(bf_attention *out, const char *sessions_json)
{
    json_t *sessions = json_loads(sessions_json, 0, NULL), *session, *season;
    size_t i, k;
    json_array_foreach(sessions, i, session)
    {
        json_array_foreach(json_object_get(session, "contaminated_seasons"), k, season)
            bf_attention_season(out, (int)json_integer_value(season));
    }
    json_decref(sessions);
}

/* ---- writing
 * -------------------------------------------------------------------------------------- */

static void put_date(bf_text *text, const bf_run *run, int32_t i)
{
    char day[BF_DATE_TEXT_BYTES], hex[BF_SHA256_HEX_BYTES];
    bf_day_format(day, run->dates[i]);
    bf_text_format(text, "{\"date\":\"%s\",\"units\":[", day);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const bf_unit *unit = &run->units[(size_t)i * BF_PROCESSOR_COUNT + (size_t)p];
        bf_text_format(text, "%s[%d,%d,%d,%d,%.6f]", p == 0 ? "" : ",", unit->status, unit->rows,
                       unit->failures, unit->rank, unit->seconds);
    }
    bf_text_string(text, "],\"digests\":[");
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        bf_hash_hex(hex, run->digests[t][i]);
        bf_text_format(text, "%s\"%s\"", t == 0 ? "" : ",", hex);
    }
    bf_text_string(text, "]}");
}

static void put_nulled(bf_text *text, const bf_run *run)
{
    const char *separator = "";
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; c < bf_outputs[t].column_count; c++) {
            if (run->nulled[t][c] == 0)
                continue;
            bf_text_format(text, "%s[%d,%d,%lld]", separator, t, c, (long long)run->nulled[t][c]);
            separator = ",";
        }
    }
}

bf_status bf_checkpoint_describe(bf_text *out, const bf_run *run, bf_error *err)
{
    char *sessions = NULL;
    *out = (bf_text)BF_TEXT_INIT(CHECKPOINT_LIMIT_BYTES);
    bf_status st = bf_sessions_json(&sessions, run, err);
    if (st == BF_OK) {
        bf_text_format(
            out,
            "{\"format\":%d,\"fingerprint\":\"%s\",\"run_id\":\"%s\",\"run_timestamp_us\":%lld,\n",
            CHECKPOINT_FORMAT, run->facts.fingerprint, run->facts.run_id,
            (long long)run->facts.run_timestamp_us);
        bf_text_format(out, "\"options\":%s,\n\"inputs\":%s,\n\"sessions\":%s,\n\"nulled\":[",
                       run->options_json, run->inputs_json, sessions);
        put_nulled(out, run);
        bf_text_string(out, "],\n\"dates\":[");
        const char *separator = "\n";
        for (int32_t i = 0; i < run->date_count; i++) {
            if (!run->done[i])
                continue;
            bf_text_string(out, separator);
            put_date(out, run, i);
            separator = ",\n";
        }
        bf_text_string(out, "]}\n");
        st = bf_text_status(out, err);
    }
    free(sessions);
    return st;
}

bf_status bf_checkpoint_write(const bf_run *run, bf_error *err)
{
    bf_text text;
    bf_status st = bf_checkpoint_describe(&text, run, err);
    if (st == BF_OK)
        st = bf_file_write(run->checkpoint_path, text.data, text.size_bytes, err);
    bf_text_free(&text);
    return st;
}

/* ---- reading
 * -------------------------------------------------------------------------------------- */

static bf_status unreadable(const bf_run *run, const char *what, bf_error *err)
{
    return bf_error_set(
        err, BF_E_INPUT,
        "checkpoint %s is unreadable (%s); remove it and %s, or use --no-resume, to start over",
        run->checkpoint_path, what, run->part_path);
}

static bool parse_hex(uint8_t out[BF_SHA256_BYTES], const char *hex)
{
    if (hex == NULL || strlen(hex) != 2 * BF_SHA256_BYTES)
        return false;
    for (int i = 0; i < BF_SHA256_BYTES; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'}, *end;
        out[i] = (uint8_t)strtoul(pair, &end, 16);
        if (*end != '\0')
            return false;
    }
    return true;
}

static int32_t find_date(const bf_run *run, const char *text)
{
    bf_day day;
    if (text == NULL || !bf_day_parse(&day, text, strlen(text)))
        return -1;
    for (int32_t i = 0; i < run->date_count; i++) {
        if (run->dates[i] == day)
            return i;
    }
    return -1;
}

static bool take_date(bf_run *run, const json_t *entry)
{
    int32_t i = find_date(run, json_string_value(json_object_get(entry, "date")));
    const json_t *units = json_object_get(entry, "units"),
                 *digests = json_object_get(entry, "digests");
    if (i < 0 || run->done[i] || json_array_size(units) != BF_PROCESSOR_COUNT ||
        json_array_size(digests) != BF_OUTPUT_COUNT)
        return false;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_unit *unit = &run->units[(size_t)i * BF_PROCESSOR_COUNT + (size_t)p];
        int status, rows, failures, rank;
        double seconds;
        if (json_unpack(json_array_get(units, (size_t)p), "[i,i,i,i,F]", &status, &rows, &failures,
                        &rank, &seconds) != 0 ||
            status != unit->status || rows != unit->rows || failures != unit->failures)
            return false; /* the counts follow from the input: another file's checkpoint */
        unit->rank = rank;
        unit->seconds = seconds;
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (!parse_hex(run->digests[t][i], json_string_value(json_array_get(digests, (size_t)t))))
            return false;
    }
    run->done[i] = true;
    return true;
}

static bool take_nulled(bf_run *run, const json_t *nulled)
{
    size_t i;
    json_t *entry;
    json_array_foreach(nulled, i, entry)
    {
        int t, c;
        json_int_t count;
        if (json_unpack(entry, "[i,i,I]", &t, &c, &count) != 0 || t < 0 || t >= BF_OUTPUT_COUNT ||
            c < 0 || c >= bf_outputs[t].column_count)
            return false;
        run->nulled[t][c] = count;
    }
    return json_is_array(nulled);
}

static bf_status take(bf_run *run, const json_t *root, bf_error *err)
{
    int format;
    const char *fingerprint, *run_id;
    json_int_t timestamp;
    json_t *options, *inputs, *sessions, *nulled, *dates;
    if (json_unpack((json_t *)root, "{s:i,s:s,s:s,s:I,s:o,s:o,s:o,s:o,s:o}", "format", &format,
                    "fingerprint", &fingerprint, "run_id", &run_id, "run_timestamp_us", &timestamp,
                    "options", &options, "inputs", &inputs, "sessions", &sessions, "nulled",
                    &nulled, "dates", &dates) != 0 ||
        format != CHECKPOINT_FORMAT || strlen(run_id) != BF_RUN_ID_BYTES - 1 ||
        !json_is_array(sessions))
        return unreadable(run, "a member is missing", err);
    if (strcmp(fingerprint, run->facts.fingerprint) != 0) {
        char *options_json = json_dumps(options, JSON_COMPACT),
             *inputs_json = json_dumps(inputs, JSON_COMPACT);
        bf_status st =
            bf_identity_refuse(run, run->checkpoint_path, options_json == NULL ? "" : options_json,
                               inputs_json == NULL ? "" : inputs_json, err);
        free(options_json);
        free(inputs_json);
        return st;
    }
    memcpy(run->facts.run_id, run_id, BF_RUN_ID_BYTES);
    run->facts.run_timestamp_us = timestamp;
    run->earlier_sessions = json_dumps(sessions, JSON_COMPACT);
    if (!take_nulled(run, nulled))
        return unreadable(run, "the counts of nulled values", err);
    size_t i;
    json_t *entry;
    json_array_foreach(dates, i, entry)
    {
        if (!take_date(run, entry))
            return unreadable(run, "a date's entry does not fit this run", err);
    }
    return BF_OK;
}

bf_status bf_checkpoint_read(bool *found, bf_run *run, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(CHECKPOINT_LIMIT_BYTES);
    json_error_t reason;
    bf_status st = bf_file_read(&text, found, run->checkpoint_path, err);
    if (st == BF_OK && *found) {
        json_t *root =
            text.data == NULL ? NULL : json_loadb(text.data, text.size_bytes, 0, &reason);
        st = json_is_object(root) ? take(run, root, err) : unreadable(run, "it is not JSON", err);
        json_decref(root);
    }
    bf_text_free(&text);
    return st;
}
