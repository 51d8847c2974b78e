/* --dry-run: the plan in words, on stdout. Nothing has been written. */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/statvfs.h>

#include "mpi/run/round.h"
#include "mpi/run/run.h"

static void print_dates(const bf_run *run)
{
    int32_t of[BF_UNIT_NOT_RUN + 1] = {0};
    for (int32_t i = 0; i < run->date_count; i++) {
        int8_t status = BF_UNIT_NOT_RUN;
        for (int p = 0; p < BF_PROCESSOR_COUNT && status == BF_UNIT_NOT_RUN; p++)
            status = run->counts[i].status[p];
        of[status]++;
    }
    int32_t todo = run->nothing_to_do ? 0 : run->todo_count;
    printf("dates: %d in all, %d to compute, %d bootstrap, %d without games; %d done, %d to do\n",
           run->date_count, of[BF_UNIT_SUCCESS] + of[BF_UNIT_FAILED], of[BF_UNIT_SKIPPED_BOOTSTRAP],
           of[BF_UNIT_NO_GAMES], run->date_count - todo, todo);
}

/* What is there under the name of the output. */
static void print_earlier(const bf_run *run, const char *refusal)
{
    if (refusal[0] != '\0')
        printf("would be refused: %s\n", refusal);
    else if (run->nothing_to_do)
        printf("nothing to do: %s is complete and of the same inputs and options\n", run->path);
    else if (run->resumed)
        printf("goes on with the interrupted run %s: %s\n", run->facts.run_id,
               run->checkpoint_path);
}

static void print_disk(const bf_run *run, int64_t bytes)
{
    char path[PATH_MAX];
    struct statvfs fs;
    (void)snprintf(path, sizeof path, "%s", run->path);
    const char *directory = dirname(path);
    printf("disk: %.1f MB for %s", (double)bytes / 1e6, run->path);
    if (statvfs(directory, &fs) == 0)
        printf(", %.1f MB free there", (double)fs.f_bavail * (double)fs.f_frsize / 1e6);
    printf("\n");
}

static int64_t print_tables(const bf_run *run)
{
    int64_t bytes = 0, rows = 0;
    printf("\n%-32s %12s %15s\n", "table", "rows", "bytes");
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (!run->layout.written[t])
            continue;
        int64_t table_bytes = run->layout.total[t] * run->row_bytes[t];
        printf("%-32s %12lld %15lld\n", bf_outputs[t].name, (long long)run->layout.total[t],
               (long long)table_bytes);
        rows += run->layout.total[t];
        bytes += table_bytes;
    }
    printf("%-32s %12lld %15lld\n", "all", (long long)rows, (long long)bytes);
    return bytes;
}

static void print_ranks(const bf_run *run)
{
    printf("\n%6s %6s  %-10s    %-10s %12s\n", "rank", "dates", "first", "last", "rows");
    for (int rank = 0; rank < run->topology.size; rank++) {
        int32_t begin = run->range[run->topology.place[rank]],
                end = run->range[run->topology.place[rank] + 1];
        char first[BF_DATE_TEXT_BYTES] = "-", last[BF_DATE_TEXT_BYTES] = "-";
        int64_t rows = 0;
        for (int32_t i = begin; i < end; i++) {
            for (int t = 0; t < BF_OUTPUT_COUNT; t++)
                rows += run->layout.written[t] ? run->rows[t][run->todo[i]] : 0;
        }
        if (begin < end) {
            bf_day_format(first, run->dates[run->todo[begin]]);
            bf_day_format(last, run->dates[run->todo[end - 1]]);
        }
        printf("%6d %6d  %-10s .. %-10s %12lld\n", rank, end - begin, first, last, (long long)rows);
    }
}

/* Local. */
static bf_status print_plan(const bf_run *run, const char *refusal, bf_error *err)
{
    bf_round round = {0};
    bf_status st = bf_round_init(&round, run, err);
    if (st == BF_OK) {
        print_dates(run);
        print_earlier(run, refusal);
        int64_t bytes = print_tables(run);
        printf("\nmemory of the first node: history %.1f MB, round buffers %.1f MB\n",
               (double)run->history_block.size_bytes / 1e6,
               (double)round.buffer_bytes * (run->topology.node_size / run->topology.team_size) /
                   1e6);
        print_disk(run, bytes);
        print_ranks(run);
    }
    bf_round_reset(&round);
    return st;
}

bf_status bf_run_print_plan(bf_run *run, bf_error *err)
{
    char refusal[sizeof err->message];
    BF_TRY(bf_run_preview(run, refusal, sizeof refusal, err));
    bf_status st = run->topology.rank == 0 ? print_plan(run, refusal, err) : BF_OK;
    return bf_agree(run->topology.world, st, err);
}
