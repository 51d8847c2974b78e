/* backfill validate: is a results file whole and complete (spec/backfill.md §12)? */
#include "mpi/commands/validate.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "compute/audit/invariants.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/validate_read.h"
#include "mpi/run/checkpoint.h"
#include "mpi/run/identity.h"

/* Up to which share of those expected having only a record is usual (§2.4, §7.3), and from which
 * day of a season on. */
static const double USUAL_SHARE_PCT[BF_PROCESSOR_COUNT] = {
    [BF_PROCESSOR_tdza] = 20.0, [BF_PROCESSOR_psza] = 30.0, [BF_PROCESSOR_pdc] = 20.0};
enum { SETTLED_DAYS = 42 };

/* ---- date by date ---------------------------------------------------------------------------- */

/* What the run counted of a date, to judge itself by. */
static void count_for_run(bf_attention *sum, const bf_audit_date *date)
{
    const bf_output table = BF_OUTPUT_failure;
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++)
        sum->failed += date->units[p].status == BF_UNIT_FAILED;
    if (bf_audit_has(date, table))
        sum->to_investigate += bf_failures_to_investigate(date->columns[table], date->first[table],
                                                          date->rows[table], date->day);
}

static bf_status validate_date(bf_validation *v, bf_audit_date *date, bf_error *err)
{
    bf_expected room[BF_PROCESSOR_COUNT];
    const bf_expected *expected;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        bf_integrity_check(&v->integrity, date, (bf_output)t, v->hash, &v->issues);
        bf_integrity_check_order(date, (bf_output)t, &v->issues);
    }
    bf_integrity_check_upstream(date, &v->issues);
    bf_invariants_check(date, &v->issues);
    BF_TRY(bf_validate_expected(&expected, room, v, date->day, err));
    bf_coverage_date(v->coverage, date, expected, &v->issues);
    bf_contamination_date(&v->contamination, date);
    count_for_run(&v->attention, date);
    return BF_OK;
}

static bf_status validate_dates(bf_validation *v, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    bf_date_reader *reader;
    BF_TRY(bf_date_reader_create(&reader, v->results, err));
    bf_status st = BF_OK;
    for (int32_t d = 0; d < layout->date_count && st == BF_OK; d++) {
        bf_audit_date date;
        st = bf_date_reader_next(&date, reader, d, &v->issues, err);
        if (st == BF_OK)
            st = validate_date(v, &date, err);
    }
    bf_date_reader_free(reader);
    return st;
}

/* ---- the file as a whole --------------------------------------------------------------------- */

/* The dates against those of the run's options, where they tell (mpi/run/identity.c). */
static bf_status check_dates(bf_validation *v, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    uint8_t digest[BF_SHA256_BYTES];
    char hex[BF_SHA256_HEX_BYTES];
    bf_hash_begin(v->hash);
    bf_hash_update(v->hash, layout->dates, (size_t)layout->date_count * sizeof *layout->dates);
    bf_hash_end(v->hash, digest);
    bf_hash_hex(hex, digest);
    json_t *options = json_loads(bf_results_facts(v->results)->options_json, 0, NULL);
    if (options == NULL)
        return bf_error_set(err, BF_E_INPUT, "%s: /run: options are not JSON: damaged",
                            bf_results_path(v->results));
    const char *dates = json_string_value(json_object_get(options, "dates"));
    json_int_t count = json_integer_value(json_object_get(options, "number of dates"));
    if (dates != NULL && strcmp(dates, hex) != 0)
        bf_issues_add(&v->issues, BF_ISSUE_dates, -1, BF_ISSUE_NO_DAY, 1,
                      "the run was asked for %lld dates, the file has %d; not the same ones",
                      (long long)count, layout->date_count);
    json_decref(options);
    return BF_OK;
}

/* What no digest covers, last: what is wrong with single dates has been said by then. */
static bf_status check_seal(bf_validation *v, bf_error *err)
{
    const bf_run_facts *facts = bf_results_facts(v->results);
    char fingerprint[BF_SHA256_HEX_BYTES];
    if (!v->sealed)
        bf_issues_add(&v->issues, BF_ISSUE_seal, -1, BF_ISSUE_NO_DAY, 1,
                      "/run/seal is not that of what the file holds");
    BF_TRY(bf_identity_fingerprint(fingerprint, facts->options_json, facts->inputs_json, err));
    if (strcmp(fingerprint, facts->fingerprint) != 0)
        bf_issues_add(&v->issues, BF_ISSUE_seal, -1, BF_ISSUE_NO_DAY, 1,
                      "/run: the fingerprint is not that of its options and inputs");
    return BF_OK;
}

static void check_nulled(bf_validation *v)
{
    const bf_layout *layout = bf_results_layout(v->results);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++) {
            int64_t nulled = bf_results_outcome(v->results)->nulled[t][c];
            v->attention.nulled += nulled;
            if (nulled > 0)
                bf_issues_add(&v->issues, BF_ISSUE_nulled, t, BF_ISSUE_NO_DAY, nulled,
                              "%s: %lld values", bf_outputs[t].columns[c].name, (long long)nulled);
        }
    }
}

/* What the run found in its input (B26): rows of such a season may look valid. */
static void check_zones(bf_validation *v)
{
    bf_sessions_contaminated(&v->attention, bf_results_outcome(v->results)->sessions_json);
    for (int32_t i = 0; i < v->attention.contaminated_count; i++)
        bf_issues_add_season(&v->issues, BF_ISSUE_zones, -1, v->attention.contaminated[i], 1,
                             "CONTAMINATED: most rows of its games have neither paint nor "
                             "mid-range attempts; zone factors are neutral");
}

/* Share of those with a record only, once a season is under way (§2.4, §7.3): to judge a run by, no
 * fault. */
static void check_shares(bf_validation *v)
{
    const bf_layout *layout = bf_results_layout(v->results);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        int64_t expected = 0, records = 0;
        for (int32_t d = 0; d < layout->date_count && USUAL_SHARE_PCT[p] > 0.0; d++) {
            const bf_unit_coverage *unit = bf_coverage_unit(v->coverage, d, p);
            int season = bf_season_year(layout->dates[d]);
            bool last =
                d + 1 == layout->date_count || bf_season_year(layout->dates[d + 1]) != season;
            if (layout->dates[d] - bf_season_opening(season) >= SETTLED_DAYS && !unit->date_level) {
                expected += unit->expected;
                records += unit->records;
            }
            if (!last)
                continue;
            double share = expected == 0 ? 0.0 : 100.0 * (double)records / (double)expected;
            if (share > USUAL_SHARE_PCT[p])
                bf_issues_add_season(&v->issues, BF_ISSUE_share, (int)bf_processors[p].table,
                                     season, records,
                                     "%.1f %% of those expected have only a record from day %d on; "
                                     "up to %.0f %% is usual",
                                     share, SETTLED_DAYS, USUAL_SHARE_PCT[p]);
            expected = records = 0;
        }
    }
}

static void check_version(bf_validation *v)
{
    const char *version = bf_results_facts(v->results)->program_version;
    if (strcmp(version, BF_VERSION) != 0)
        bf_issues_add(&v->issues, BF_ISSUE_version, -1, BF_ISSUE_NO_DAY, 1,
                      "written by %s, read by " BF_VERSION, version);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The first issue of the severity, with its place, for the one line on standard error. */
static void describe_first(char *out, size_t size, const bf_issues *issues,
                           bf_issue_severity severity)
{
    out[0] = '\0';
    for (size_t i = 0; i < issues->count; i++) {
        const bf_issue *issue = &issues->list[i];
        char date[BF_DATE_TEXT_BYTES] = "";
        if (bf_issue_descriptions[issue->kind].severity != severity)
            continue;
        if (issue->day != BF_ISSUE_NO_DAY)
            bf_day_format(date, issue->day);
        (void)snprintf(out, size, "%s%s%s%s%s%s", issue->table < 0 ? "" : "table ",
                       issue->table < 0 ? "" : bf_outputs[issue->table].name,
                       issue->table >= 0 && date[0] != '\0' ? ", date " : "", date,
                       issue->table >= 0 || date[0] != '\0' ? ": " : "",
                       bf_issue_descriptions[issue->kind].title);
        return;
    }
}

bf_status bf_validate_conclude(const bf_validation *v, bf_error *err)
{
    char first[BF_ISSUE_TEXT_BYTES];
    int64_t damage = bf_issues_of(&v->issues, BF_SEVERITY_DAMAGE);
    int64_t attention = bf_issues_of(&v->issues, BF_SEVERITY_ATTENTION);
    describe_first(first, sizeof first, &v->issues,
                   damage > 0 ? BF_SEVERITY_DAMAGE : BF_SEVERITY_ATTENTION);
    if (damage > 0)
        return bf_error_set(err, BF_E_INPUT, "%s: is damaged: %s (%lld such findings)",
                            bf_results_path(v->results), first, (long long)damage);
    if (attention > 0)
        return bf_error_set(err, BF_E_ATTENTION, "%s: %lld findings want a look, first %s",
                            bf_results_path(v->results), (long long)attention, first);
    return BF_OK;
}

bf_status bf_validate_results(bf_validation *v, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        v->processors |= layout->written[bf_processors[p].table] ? 1u << p : 0u;
    BF_TRY(bf_hash_create(&v->hash, err));
    BF_TRY(bf_coverage_create(&v->coverage, layout->date_count, layout->dictionaries, err));
    BF_TRY(bf_validate_open_snapshot(v, err));
    BF_TRY(validate_dates(v, err));
    BF_TRY(check_dates(v, err));
    check_nulled(v);
    check_zones(v);
    bf_contamination_report(&v->contamination, &v->issues);
    check_shares(v);
    check_version(v);
    BF_TRY(bf_validate_look_ahead(v, err));
    BF_TRY(check_seal(v, err));
    return bf_issues_status(&v->issues, err);
}

void bf_validate_reset(bf_validation *v)
{
    bf_validate_close_snapshot(&v->with);
    bf_issues_free(&v->issues);
    bf_coverage_free(v->coverage);
    bf_hash_free(v->hash);
    bf_results_close(v->results);
}

const char *bf_validate_snapshot_of(const bf_options *options)
{
    return options->origins[BF_OPTION_ID_snapshot] == BF_FROM_DEFAULT ? NULL : options->snapshot;
}

/* ---- the command ----------------------------------------------------------------------------- */

bf_status bf_command_validate(const bf_options *options, bf_error *err)
{
    bf_validation v = {
        .options = options, .snapshot = bf_validate_snapshot_of(options), .issues = BF_ISSUES_INIT};
    BF_TRY(bf_results_open_unsealed(&v.results, &v.sealed, options->arguments[0], err));
    bf_status st = bf_validate_results(&v, err);
    if (st == BF_OK && options->json)
        st = bf_validate_print_json(&v, err);
    else if (st == BF_OK)
        bf_validate_print_text(&v);
    if (st == BF_OK)
        st = bf_validate_conclude(&v, err);
    bf_validate_reset(&v);
    return st;
}
