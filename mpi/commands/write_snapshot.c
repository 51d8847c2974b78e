#include "mpi/commands/write_snapshot.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/hdf5/snapshot.h"

static void tell_counts(const bf_raw_tables *tables, const bf_clean *clean)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (!tables->raw[t].present)
            continue;
        bf_row_counts counts = bf_clean_counts(clean, (bf_input)t);
        (void)printf("%s:", bf_inputs[t].name);
        for (int f = 0; f < BF_ROW_COUNTS; f++) {
            if (f <= BF_ROW_COUNT_kept || bf_row_count(&counts, f) > 0)
                (void)printf("%s %" PRId64 " %s", f == 0 ? "" : ",", bf_row_count(&counts, f),
                             bf_row_count_fields[f].text);
        }
        if (tables->raw[t].unusable_hashes > 0)
            (void)printf(", %" PRId64 " source hashes not usable", tables->raw[t].unusable_hashes);
        (void)printf("\n");
    }
}

/* Local. Each season's file is made and freed before the next, so that memory holds one at a time.
 */
static bf_status write_seasons(const bf_clean *clean, const char *directory,
                               const bf_snapshot_source *source, bf_error *err)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    bf_snapshot_facts facts = {.origin = source->origin,
                               .synthetic = source->synthetic,
                               .import_time_us =
                                   (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000};
    bf_snapshot_writer *writer = NULL;
    BF_TRY(bf_snapshot_writer_open(&writer, directory, &facts, err));
    bf_status st = BF_OK;
    for (int i = 0; st == BF_OK && i < bf_clean_season_count(clean); i++) {
        bf_season season;
        st = bf_clean_season(&season, clean, i, err);
        if (st != BF_OK)
            break;
        st = bf_snapshot_writer_add(writer, &season, err);
        bf_season_free(&season);
    }
    if (st == BF_OK)
        st = bf_snapshot_writer_commit(writer, err);
    bf_snapshot_writer_close(writer);
    return st;
}

bf_status bf_check_snapshot_target(const char *directory, bool synthetic, bf_error *err)
{
    int32_t seasons[BF_MAX_SEASONS], count;
    bf_snapshot_season_facts facts;
    if (!synthetic)
        return BF_OK;
    BF_TRY(bf_snapshot_list(seasons, &count, directory, err));
    for (int32_t i = 0; i < count; i++) {
        BF_TRY(bf_snapshot_read_facts(&facts, directory, seasons[i], err));
        if (!facts.synthetic)
            return bf_error_set(err, BF_E_OUTPUT,
                                "%s/%d.h5: holds data that are not made up; they stay: give "
                                "another directory as --out",
                                directory, seasons[i]);
    }
    return BF_OK;
}

/* Local. Made-up seasons that real ones did not replace: they can be made again, and would mix. */
static bf_status remove_made_up(const char *directory, const bf_warnings *warnings, bf_error *err)
{
    int32_t seasons[BF_MAX_SEASONS], count;
    bf_snapshot_season_facts facts;
    BF_TRY(bf_snapshot_list(seasons, &count, directory, err));
    for (int32_t i = 0; i < count; i++) {
        char path[4096];
        BF_TRY(bf_snapshot_read_facts(&facts, directory, seasons[i], err));
        if (!facts.synthetic)
            continue;
        (void)snprintf(path, sizeof path, "%s/%d.h5", directory, seasons[i]);
        if (unlink(path) != 0)
            return bf_error_set(err, BF_E_OUTPUT, "%s: cannot remove the made-up season: %s", path,
                                strerror(errno));
        bf_warn(warnings, "%s: made-up season removed: it would mix with the imported ones", path);
    }
    return BF_OK;
}

/* Local. What is in the directory now; seasons of earlier imports are part of the snapshot. */
static bf_status tell_seasons(const char *directory, bf_error *err)
{
    bf_snapshot *snapshot = NULL;
    BF_TRY(bf_snapshot_open(&snapshot, directory, err));
    for (int i = 0; i < bf_snapshot_sizes(snapshot)->season_count; i++) {
        const bf_snapshot_season_facts *facts = bf_snapshot_season(snapshot, i);
        char season[BF_SEASON_TEXT_BYTES];
        int64_t rows = 0;
        for (int t = 0; t < BF_INPUT_COUNT; t++)
            rows += facts->rows[t];
        bf_season_format(season, facts->season);
        (void)printf("%s/%d.h5: season %s, %" PRId64 " rows, sha256 %s\n", directory, facts->season,
                     season, rows, facts->sha256);
    }
    bf_snapshot_close(snapshot);
    return BF_OK;
}

bf_status bf_write_snapshot(const bf_raw_tables *tables, const char *directory,
                            const bf_snapshot_source *source, const bf_warnings *warnings,
                            bf_error *err)
{
    bf_clean *clean = NULL;
    BF_TRY(bf_check_snapshot_target(directory, source->synthetic, err));
    BF_TRY(bf_clean_create(&clean, tables->raw, tables->texts, warnings, err));
    bf_status st = write_seasons(clean, directory, source, err);
    if (st == BF_OK && !source->synthetic)
        st = remove_made_up(directory, warnings, err);
    if (st == BF_OK)
        tell_counts(tables, clean);
    bf_clean_free(clean);
    return st == BF_OK ? tell_seasons(directory, err) : st;
}
