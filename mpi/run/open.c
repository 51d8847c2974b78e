/* open: the history in memory shared by the ranks of a node, and the list of dates. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compute/audit/preflight.h"
#include "mpi/log.h"
#include "mpi/run/identity.h"
#include "mpi/run/run.h"
#include "mpi/seasons.h"

/* ---- the history
 * ---------------------------------------------------------------------------------- */

enum { LOADERS = 4 }; /* ranks of a node that read; more would find no season left to read */

/* Local. Has bytes begin .. end - 1 of the block in this process's pages, which are made where they
 * are not there yet. One by one, as they are touched, takes longer than reading the snapshot. */
static void map_pages(const bf_shared *block, size_t begin, size_t end)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), base = (uintptr_t)block->base;
    uintptr_t first = (base + begin) / page * page;
    (void)madvise((void *)first, base + end - first, MADV_POPULATE_WRITE); /* Linux 5.14 or later */
}

/* Collective over the node. Zeroes the block, a part each. */
static void clear_block(const bf_shared *block, MPI_Comm node, int part, int parts)
{
    size_t share = block->size_bytes / (size_t)parts, begin = share * (size_t)part;
    if (part < parts) {
        size_t end = part + 1 == parts ? block->size_bytes : begin + share;
        map_pages(block, begin, end);
        memset(block->base + begin, 0, end - begin);
    }
    bf_shared_fence(block, node);
    if (part < parts)
        map_pages(block, 0, block->size_bytes);
}

/* Collective over the node. The first ranks read a part of the seasons each and derive a part, and
 * the others attach. `snapshot`: NULL on ranks that do not read. */
static bf_status load_history(bf_run *run, bf_snapshot *snapshot, const bf_history_sizes *sizes,
                              bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bf_shared *block = &run->history_block;
    int part = topology->node_rank,
        parts = topology->node_size < LOADERS ? topology->node_size : LOADERS;
    BF_TRY(bf_shared_create(block, topology->node, bf_history_bytes(sizes), "the history", err));
    bf_history_layout(&run->history, sizes, block->base);
    clear_block(block, topology->node, part, parts);
    bf_status st =
        snapshot == NULL ? BF_OK : bf_snapshot_load(&run->history, snapshot, part, parts, err);
    bf_shared_fence(block, topology->node);
    st = bf_agree(topology->node, st, err);
    if (st == BF_OK && part < parts)
        st = bf_history_derive(&run->history, part, parts, err);
    bf_shared_fence(block, topology->node);
    return st;
}

/* Local. A number that stands for the content of a snapshot; its files say their digests. */
static bf_status content_of(uint64_t *out, const bf_snapshot *snapshot, bf_error *err)
{
    uint8_t digest[BF_SHA256_BYTES];
    bf_hash *hash = NULL;
    BF_TRY(bf_hash_create(&hash, err));
    for (int32_t i = 0; i < bf_snapshot_sizes(snapshot)->season_count; i++)
        bf_hash_text(hash, bf_snapshot_season(snapshot, i)->sha256);
    bf_hash_end(hash, digest);
    bf_hash_free(hash);
    *out = bf_hash_first_64(digest);
    return BF_OK;
}

/* Collective. All ranks that read must have opened the same: another host may have a directory of
 * its own under the name, and files may be replaced at any time. */
static bf_status check_same(const bf_run *run, const bf_snapshot *snapshot, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    uint64_t content = 0;
    bf_status st = snapshot == NULL ? BF_OK : content_of(&content, snapshot, err);
    BF_TRY(bf_agree(topology->world, st, err));
    uint64_t range[2] = {UINT64_MAX, UINT64_MAX}; /* least, and the greatest as its complement */
    if (snapshot != NULL) {
        range[0] = content;
        range[1] = ~content;
    }
    BF_MPI(MPI_Allreduce(MPI_IN_PLACE, range, 2, MPI_UINT64_T, MPI_MIN, topology->world));
    if (range[0] == ~range[1])
        return BF_OK;
    return bf_error_set(err, BF_E_INPUT, "snapshot %s %s", run->options->snapshot,
                        topology->node_count > 1
                            ? "is not the same on all hosts: it has to lie on a file system that "
                              "they share, and stay as it is"
                            : "was changed while it was being read");
}

/* Collective. *snapshot: NULL on ranks that do not read. */
static bf_status open_snapshot(bf_snapshot **snapshot, bf_history_sizes *sizes, const bf_run *run,
                               bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bf_status st = topology->node_rank < LOADERS
                       ? bf_snapshot_open(snapshot, run->options->snapshot, err)
                       : BF_OK;
    BF_TRY(bf_agree(topology->world, st, err));
    BF_TRY(check_same(run, *snapshot, err));
    memset(sizes, 0, sizeof *sizes);
    if (topology->node_rank == 0)
        memcpy(sizes, bf_snapshot_sizes(*snapshot), sizeof *sizes);
    BF_MPI(MPI_Bcast(sizes, (int)sizeof *sizes, MPI_BYTE, 0, topology->node));
    return BF_OK;
}

/* Collective. */
static bf_status open_history(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bf_snapshot *snapshot = NULL;
    bf_history_sizes sizes;
    bf_status st = bf_agree(topology->world, open_snapshot(&snapshot, &sizes, run, err), err);
    if (st == BF_OK)
        st = bf_agree(topology->world, load_history(run, snapshot, &sizes, err), err);
    if (st == BF_OK) {
        bf_history_attach(&run->history);
        if (topology->rank == 0 && sizes.synthetic)
            bf_log(BF_LOG_WARNING,
                   "snapshot %s is SYNTHETIC: its games are made up, and so are all results",
                   run->options->snapshot);
        st = topology->rank == 0 ? bf_identity_inputs(&run->inputs_json, snapshot, err) : BF_OK;
        st = bf_agree(topology->world, st, err);
    }
    bf_snapshot_close(snapshot);
    return st;
}

/* ---- the dates
 * ------------------------------------------------------------------------------------ */

static int compare_days(const void *a, const void *b)
{
    bf_day x = *(const bf_day *)a, y = *(const bf_day *)b;
    return (x > y) - (x < y);
}

/* --dates: sorted, duplicates removed; dates without games stay and become units `no_games` (B11).
 */
static bf_status dates_from_list(bf_run *run, bf_error *err)
{
    const char *list = run->options->dates;
    size_t capacity = 0;
    for (const char *at = list; *at != '\0';) {
        size_t size = strcspn(at, ",");
        BF_TRY(BF_GROW(&run->dates, &capacity, (size_t)run->date_count + 1, err));
        if (!bf_day_parse(&run->dates[run->date_count], at, size))
            return bf_error_set(err, BF_E_USAGE,
                                "--dates: '%.*s' is not a date of the form YYYY-MM-DD", (int)size,
                                at);
        run->date_count++;
        at += size + (at[size] == ',');
    }
    qsort(run->dates, (size_t)run->date_count, sizeof *run->dates, compare_days);
    int32_t kept = 0;
    for (int32_t i = 0; i < run->date_count; i++) {
        if (kept == 0 || run->dates[kept - 1] != run->dates[i])
            run->dates[kept++] = run->dates[i];
    }
    run->date_count = kept;
    return BF_OK;
}

/* First and last season of --seasons; all seasons without it. */
static bf_status find_seasons(int *first, int *last, const bf_run *run, bf_error *err)
{
    const bf_history_sizes *sizes = &run->history.sizes;
    *first = sizes->seasons[0];
    *last = sizes->seasons[sizes->season_count - 1];
    return run->options->seasons == NULL
               ? BF_OK
               : bf_seasons_parse(first, last, run->options->seasons, err);
}

static bool season_has_games(const bf_history *history, int season)
{
    for (int32_t i = 0; i < *history->game_date_count; i++) {
        if (bf_season_year(history->game_dates[i]) == season)
            return true;
    }
    return false;
}

/* The game dates of the range (B4). */
static bf_status dates_from_range(bf_run *run, bf_error *err)
{
    const bf_history *history = &run->history;
    const bf_options *options = run->options;
    int first_season, last_season;
    BF_TRY(find_seasons(&first_season, &last_season, run, err));
    bf_day start = options->start_date, end = options->end_date;
    if (start == BF_DAY_NONE || (options->seasons != NULL && start < bf_season_first(first_season)))
        start = bf_season_first(first_season);
    if (end == BF_DAY_NONE || (options->seasons != NULL && end >= bf_season_first(last_season + 1)))
        end = bf_season_first(last_season + 1) - 1;
    if (start > end) {
        char from[BF_DATE_TEXT_BYTES], to[BF_DATE_TEXT_BYTES];
        bf_day_format(from, start);
        bf_day_format(to, end);
        return bf_error_set(err, BF_E_USAGE,
                            "the dates asked for begin on %s and end on %s: --start-date, "
                            "--end-date and --seasons do not fit each other or the snapshot",
                            from, to);
    }
    for (int season = bf_season_year(start); season <= bf_season_year(end); season++) {
        char text[BF_SEASON_TEXT_BYTES];
        bf_season_format(text, season);
        if (!season_has_games(history, season))
            return bf_error_set(
                err, BF_E_INPUT,
                "snapshot %s: season %s of the range has no game; import it, or choose other dates",
                options->snapshot, text);
    }
    BF_TRY(BF_ALLOC(&run->dates, (size_t)*history->game_date_count, err));
    for (int32_t i = 0; i < *history->game_date_count; i++) {
        if (history->game_dates[i] >= start && history->game_dates[i] <= end)
            run->dates[run->date_count++] = history->game_dates[i];
    }
    if (run->topology.rank == 0)
        bf_log(run->date_count > 0 ? BF_LOG_INFO : BF_LOG_WARNING,
               "Found %d game dates out of %d calendar days (skipping %d off-days)",
               run->date_count, end - start + 1, end - start + 1 - run->date_count);
    return BF_OK;
}

/* Local (rank 0). */
static void warn_of_openings(const bf_run *run)
{
    int told = 0;
    for (int32_t i = 0; i < run->date_count; i++) {
        int season = bf_season_year(run->dates[i]);
        if (season != told && !bf_season_is_known(season))
            bf_log(BF_LOG_WARNING, "season %d: opening night is not known, 22 October is assumed",
                   season);
        told = season;
    }
}

/* Local (rank 0). The pre-flight; with --skip-preflight what is fatal is a warning. */
static bf_status check_input(bf_run *run, bf_error *err)
{
    bf_preflight *preflight;
    BF_TRY(BF_ALLOC(&preflight, 1, err));
    bf_status st = bf_preflight_check(preflight, &run->history, run->dates, run->date_count, err);
    int32_t count = st == BF_OK ? preflight->count : 0;
    for (int32_t i = 0; i < count; i++) {
        const bf_finding *finding = &preflight->findings[i];
        bf_log(finding->severity == BF_FINDING_NOTE ? BF_LOG_INFO : BF_LOG_WARNING,
               "pre-flight: %s", finding->text);
        if (finding->severity == BF_FINDING_FATAL && !run->options->skip_preflight && st == BF_OK)
            st = bf_error_set(err, BF_E_INPUT,
                              "snapshot %s: %s; complete the input, or use --skip-preflight",
                              run->options->snapshot, finding->text);
    }
    for (int32_t s = 0; s < run->history.sizes.season_count; s++) {
        if (preflight->contaminated[s])
            bf_attention_season(&run->attention, run->history.sizes.seasons[s]);
    }
    free(preflight);
    return st;
}

bf_status bf_run_open(bf_run *run, bf_error *err)
{
    BF_TRY(open_history(run, err));
    bf_status st =
        run->options->dates != NULL ? dates_from_list(run, err) : dates_from_range(run, err);
    if (st == BF_OK && run->topology.rank == 0) {
        warn_of_openings(run);
        st = check_input(run, err);
    }
    if (st == BF_OK && run->topology.rank == 0)
        st = bf_identity_facts(run, err);
    return bf_agree(run->topology.world, st, err);
}
