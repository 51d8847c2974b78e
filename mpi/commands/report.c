/* backfill report: what validate finds and what the file says of its run, as a page. */
#include "mpi/commands/report.h"

#include <string.h>
#include <sys/stat.h>

#include "io/report/report.h"
#include "io/text/file.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/validate.h"
#include "mpi/log.h"

bf_status bf_report_check(const char *out, const char *results, bf_error *err)
{
    struct stat page, input;
    if (strcmp(out, results) == 0 || (stat(out, &page) == 0 && stat(results, &input) == 0 &&
                                      page.st_dev == input.st_dev && page.st_ino == input.st_ino))
        return bf_error_set(err, BF_E_USAGE,
                            "%s is the results file; the report needs another name", out);
    return bf_report_check_target(out, err);
}

static bf_status write_page(const bf_validation *v, const char *out, bf_error *err)
{
    const char *slash = strrchr(bf_results_path(v->results), '/');
    bf_report report = {.name = slash == NULL ? bf_results_path(v->results) : slash + 1,
                        .layout = bf_results_layout(v->results),
                        .facts = bf_results_facts(v->results),
                        .outcome = bf_results_outcome(v->results),
                        .coverage = v->coverage,
                        .contamination = &v->contamination,
                        .integrity = &v->integrity,
                        .attention = &v->attention,
                        .issues = &v->issues,
                        .with_snapshot = v->with.snapshot != NULL,
                        .look_ahead_dates = v->with.sample_count,
                        .look_ahead_different = v->with.differences};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (report.layout->written[t])
            bf_results_table_digest(report.digests[t], v->results, (bf_output)t);
    }
    bf_text page = BF_TEXT_INIT(BF_REPORT_BYTES_MAX);
    bf_status st = bf_report_page(&page, &report, err);
    if (st == BF_OK)
        st = bf_file_write(out, page.data, page.size_bytes, err);
    bf_text_free(&page);
    return st;
}

bf_status bf_report_results(const bf_options *options, const char *results, const char *snapshot,
                            const char *out, bf_error *err)
{
    bf_validation v = {
        .options = options, .snapshot = snapshot, .sealed = true, .issues = BF_ISSUES_INIT};
    bf_error findings = BF_ERROR_INIT;
    BF_TRY(bf_report_check(out, results, err));
    BF_TRY(bf_results_open(&v.results, results, err));
    bf_status st = bf_validate_results(&v, err);
    bf_status verdict = st == BF_OK ? bf_validate_conclude(&v, &findings) : st;
    if (st == BF_OK && verdict == BF_E_INPUT) {
        *err = findings;
        st = verdict;
    }
    if (st == BF_OK)
        st = write_page(&v, out, err);
    if (st == BF_OK)
        bf_log(BF_LOG_INFO, "wrote %s: %s", out,
               verdict == BF_OK ? "nothing needs looking into" : findings.message);
    bf_validate_reset(&v);
    return st;
}

bf_status bf_command_report(const bf_options *options, bf_error *err)
{
    if (options->out == NULL)
        return bf_error_set(err, BF_E_USAGE, "report: --out FILE is needed, such as report.html");
    return bf_report_results(options, options->arguments[0], bf_validate_snapshot_of(options),
                             options->out, err);
}
