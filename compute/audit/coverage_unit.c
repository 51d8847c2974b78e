/* One unit: who has a row, who has a record, and who should have one. */
#include "compute/audit/coverage_internal.h"

/* What is known of an entity on a date, for one processor. */
enum {
    HAS_ROW = 1,
    HAS_RECORD = 2,
    IS_EXPECTED = 4,
    OWES_ROW = 8, /* a record will not do */
    IS_LISTED = 16
};

/* A unit under examination. */
typedef struct examination {
    bf_coverage *coverage;
    const bf_audit_date *date;
    int processor;
    const bf_expected *expected; /* NULL: without a snapshot */
    bf_issues *issues;
    bf_unit_coverage *unit;
    bool is_damaged;    /* rows or records are not those that were written */
    bf_unit_status due; /* how the unit should have ended */
    int64_t records;    /* of the processor on the date */
    int8_t reason;      /* of the first record that is not expected; -1 without one */
    int32_t troubled;   /* its entity */
} examination;

/* ---- entities -------------------------------------------------------------------------------- */

static const char *name_of(const bf_coverage *coverage, int32_t entity)
{
    static const bf_dict others[] = {BF_DICT_PLAYERS, BF_DICT_TEAMS};
    if (entity < 0)
        return "not in the file";
    if (entity < coverage->dictionaries[BF_DICT_ENTITIES].count)
        return bf_dictionary_text(&coverage->dictionaries[BF_DICT_ENTITIES], entity);
    for (size_t d = 0; d < sizeof others / sizeof *others; d++) {
        const int32_t *numbers = d == 0 ? coverage->of_player : coverage->of_team;
        for (int32_t code = 0; code < coverage->dictionaries[others[d]].count; code++) {
            if (numbers[code] == entity)
                return bf_dictionary_text(&coverage->dictionaries[others[d]], code);
        }
    }
    return "?";
}

static void mark(bf_coverage *coverage, int32_t entity, unsigned bits)
{
    if (coverage->marks[entity] == 0)
        coverage->touched[coverage->touched_count++] = entity;
    coverage->marks[entity] |= (uint8_t)bits;
}

static void unmark_all(bf_coverage *coverage)
{
    for (int64_t i = 0; i < coverage->touched_count; i++)
        coverage->marks[coverage->touched[i]] = 0;
    coverage->touched_count = 0;
}

/* Entity of row `i` of a processor's table; -1 for a null key. */
static int32_t entity_of_row(const bf_coverage *coverage, const bf_audit_date *date, int processor,
                             int64_t i)
{
    bf_output table = bf_processors[processor].table;
    if (bf_audit_is_null(date, table, bf_outputs[table].key_column, i))
        return -1;
    int64_t code = bf_audit_integer(date, table, bf_outputs[table].key_column, i);
    return processor == BF_PROCESSOR_tdza ? coverage->of_team[code] : coverage->of_player[code];
}

static void mark_rows(bf_coverage *coverage, const bf_audit_date *date, int processor,
                      unsigned bits)
{
    bf_output table = bf_processors[processor].table;
    for (int64_t i = 0; i < date->rows[table]; i++) {
        int32_t entity = entity_of_row(coverage, date, processor, i);
        if (entity >= 0)
            mark(coverage, entity, bits);
    }
}

/* Entity of record `i` of the date; -1 if it is none of the processor's. */
static int32_t entity_of_record(const bf_coverage *coverage, const bf_audit_date *date,
                                int processor, int64_t i)
{
    const bf_output table = BF_OUTPUT_failure;
    int64_t code = bf_audit_integer(date, table, BF_failure_processor_name, i);
    int64_t entity = bf_audit_integer(date, table, BF_failure_entity_id, i);
    return code < 0 || coverage->processors[code] != processor || entity < 0 ? -1 : (int32_t)entity;
}

/* Fills what the unit's records say. */
static void read_records(examination *it)
{
    const bf_audit_date *date = it->date;
    bf_unit_coverage *unit = it->unit;
    it->reason = -1;
    for (int64_t i = 0; i < date->rows[BF_OUTPUT_failure]; i++) {
        int32_t entity = entity_of_record(it->coverage, date, it->processor, i);
        if (entity < 0)
            continue;
        int8_t category =
            (int8_t)bf_audit_integer(date, BF_OUTPUT_failure, BF_failure_failure_category, i);
        bool is_expected = bf_failure_is_expected(category, bf_day_is_bootstrap(date->day));
        it->records++;
        mark(it->coverage, entity, HAS_RECORD);
        unit->date_level |= entity == it->coverage->date_level;
        unit->skips += is_expected;
        unit->errors += !is_expected;
        if (category >= 0 && category < BF_FAILURE_COUNT)
            unit->categories[category]++;
        if (is_expected || it->reason >= 0)
            continue;
        it->reason =
            (int8_t)bf_audit_integer(date, BF_OUTPUT_failure, BF_failure_failure_reason, i);
        it->troubled = entity;
    }
}

/* ---- who is expected ------------------------------------------------------------------------- */

static void mark_expected(bf_coverage *coverage, const bf_expected *expected)
{
    for (int64_t i = 0; i < expected->count; i++) {
        unsigned bits = IS_EXPECTED;
        bits |= (expected->flags[i] & BF_EXPECTED_ROW) != 0 ? OWES_ROW : 0;
        bits |= (expected->flags[i] & BF_EXPECTED_LISTED) != 0 ? IS_LISTED : 0;
        mark(coverage, expected->entities[i], bits);
    }
}

/* PCF and PDC start from the same context rows: whom one has, the other owes something. */
static void mark_other(bf_coverage *coverage, const bf_audit_date *date, int other)
{
    if (bf_audit_has(date, bf_processors[other].table))
        mark_rows(coverage, date, other, IS_EXPECTED);
    for (int64_t i = 0; i < date->rows[BF_OUTPUT_failure]; i++) {
        int32_t entity = entity_of_record(coverage, date, other, i);
        if (entity >= 0 && entity != coverage->date_level)
            mark(coverage, entity, IS_EXPECTED);
    }
}

/* Without a snapshot: teams and players of earlier dates of the season, who do not go away; those
 * that the other of PCF and PDC has. Who has a row of PCF is listed on the date. */
static void mark_known(const examination *it)
{
    bf_coverage *coverage = it->coverage;
    for (int64_t i = 0; i < coverage->seen_count[it->processor]; i++)
        mark(coverage, coverage->seen_list[it->processor][i], IS_EXPECTED);
    if (it->processor == BF_PROCESSOR_pcf)
        mark_other(coverage, it->date, BF_PROCESSOR_pdc);
    if (it->processor == BF_PROCESSOR_pdc)
        mark_other(coverage, it->date, BF_PROCESSOR_pcf);
    if (it->processor != BF_PROCESSOR_psza || !bf_audit_has(it->date, BF_OUTPUT_pcf))
        return;
    for (int64_t i = 0; i < it->date->rows[BF_OUTPUT_pcf]; i++) {
        int32_t entity = entity_of_row(coverage, it->date, BF_PROCESSOR_pcf, i);
        if (entity >= 0 && coverage->marks[entity] != 0)
            mark(coverage, entity, IS_LISTED);
    }
}

static void remember(bf_coverage *coverage, int processor)
{
    for (int64_t i = 0; bf_coverage_accumulates(processor) && i < coverage->touched_count; i++) {
        int32_t entity = coverage->touched[i];
        if (entity == coverage->date_level || coverage->seen[processor][entity])
            continue;
        coverage->seen[processor][entity] = true;
        coverage->seen_list[processor][coverage->seen_count[processor]++] = entity;
    }
}

/* How the unit should have ended. One thing it tells of itself is believed: not a game date. */
static bf_unit_status status_due(const examination *it)
{
    if (it->expected != NULL)
        return it->expected->status;
    if (it->date->units[it->processor].status == BF_UNIT_NO_GAMES)
        return BF_UNIT_NO_GAMES;
    if (bf_day_is_bootstrap(it->date->day))
        return BF_UNIT_SKIPPED_BOOTSTRAP;
    return it->unit->date_level ? BF_UNIT_FAILED : BF_UNIT_SUCCESS;
}

/* ---- reconciliation -------------------------------------------------------------------------- */

/* Entities of a kind, and the first of them by name; -1 without one. */
typedef struct group {
    int64_t count;
    int32_t first;
} group;

typedef struct tally {
    group missing, foreign, both, misplaced;
} tally;

static void count_if(group *out, bool is_so, int32_t entity)
{
    if (!is_so)
        return;
    out->first = out->count == 0 || entity < out->first ? entity : out->first;
    out->count++;
}

static tally count_marks(bf_unit_coverage *unit, const bf_coverage *coverage)
{
    tally t = {{0, -1}, {0, -1}, {0, -1}, {0, -1}};
    for (int64_t i = 0; i < coverage->touched_count; i++) {
        int32_t entity = coverage->touched[i];
        unsigned bits = coverage->marks[entity];
        bool row = (bits & HAS_ROW) != 0, record = (bits & HAS_RECORD) != 0;
        bool expected = (bits & IS_EXPECTED) != 0, listed = (bits & IS_LISTED) != 0;
        bool owes_row = (bits & OWES_ROW) != 0;
        unit->rows += row;
        unit->records += record && !row;
        unit->listed += listed;
        unit->listed_rows += listed && row;
        unit->listed_records += listed && record && !row;
        count_if(&t.missing, expected && !row && !record, entity);
        count_if(&t.foreign, !expected && (row || record), entity);
        count_if(&t.both, row && record, entity);
        count_if(&t.misplaced, expected && row != record && row != owes_row, entity);
    }
    return t;
}

/* Fills what the unit expects and lacks; returns the rows and records that are too many. */
static int64_t reconcile(const examination *it, const tally *t, bool is_due)
{
    bf_unit_coverage *unit = it->unit;
    const bf_unit *told = &it->date->units[it->processor];
    int64_t has = unit->rows + unit->records;
    int64_t told_of = (int64_t)told->rows + told->failures - t->both.count; /* entities */
    if (it->expected != NULL) {
        unit->expected = it->expected->count + it->expected->unknown;
        unit->unaccounted = unit->date_level ? 0 : t->missing.count + it->expected->unknown;
        return t->foreign.count;
    }
    if (!is_due)
        return has;
    unit->expected = has + t->missing.count;
    if (told_of > unit->expected)
        unit->expected = told_of;
    if (unit->expected == 0) /* a game date has somebody to expect (B6) */
        unit->expected = 1;
    unit->unaccounted = unit->date_level ? 0 : unit->expected - has;
    return unit->date_level || has <= told_of ? 0 : has - told_of;
}

/* ---- reports --------------------------------------------------------------------------------- */

#define REPORT(it, kind, count, ...)                                                               \
    bf_issues_add((it)->issues, BF_ISSUE_##kind, (int)bf_processors[(it)->processor].table,        \
                  (it)->date->day, count, __VA_ARGS__)

static const char *reason_of(const examination *it)
{
    return it->reason < 0 ? "no reason given" : bf_set_text(BF_SET_REASON, it->reason);
}

static bool report_absence(const examination *it, const tally *t)
{
    const bf_unit_coverage *unit = it->unit;
    bool lacks_context = it->expected != NULL && it->expected->without_context > 0;
    switch (unit->status) {
    case BF_COVERAGE_DEPS_MISSING:
        REPORT(it, deps_missing, unit->expected, "no rows. %s", reason_of(it));
        return true;
    case BF_COVERAGE_UNTRACKED:
        REPORT(it, untracked, unit->expected, "no rows and no records where %lld are due",
               (long long)unit->expected);
        return true;
    case BF_COVERAGE_PARTIAL:
        REPORT(it, partial, unit->unaccounted, "%lld of %lld are missing%s%s%s",
               (long long)unit->unaccounted, (long long)unit->expected,
               t->missing.count > 0 ? ", first " : "",
               t->missing.count > 0 ? name_of(it->coverage, t->missing.first) : "",
               lacks_context ? "; upcoming_player_game_context lacks active players" : "");
        return true;
    default:
        return false;
    }
}

static bool report_errors(const examination *it)
{
    const bf_unit_coverage *unit = it->unit;
    if (unit->errors == 0 || unit->status == BF_COVERAGE_DEPS_MISSING)
        return false;
    REPORT(it, investigate, unit->errors, "%lld of %lld records, first %s. %s",
           (long long)unit->errors, (long long)it->records, name_of(it->coverage, it->troubled),
           reason_of(it));
    return true;
}

static bool report_oddities(const examination *it, const tally *t, int64_t surplus)
{
    bool exact = it->expected != NULL, misplaced = exact && t->misplaced.count > 0;
    if (surplus > 0 && it->due == BF_UNIT_SKIPPED_BOOTSTRAP)
        REPORT(it, bootstrap, surplus, "%lld rows, %lld records", (long long)it->unit->rows,
               (long long)it->unit->records);
    else if (surplus > 0 && exact)
        REPORT(it, surplus, surplus, "%lld that the snapshot does not give, first %s",
               (long long)surplus, name_of(it->coverage, t->foreign.first));
    else if (surplus > 0)
        REPORT(it, surplus, surplus, "%lld more than /run/units tells of", (long long)surplus);
    if (t->both.count > 0)
        REPORT(it, both, t->both.count, "%lld, first %s", (long long)t->both.count,
               name_of(it->coverage, t->both.first));
    if (misplaced)
        REPORT(it, misplaced, t->misplaced.count, "%lld, first %s", (long long)t->misplaced.count,
               name_of(it->coverage, t->misplaced.first));
    return surplus > 0 || t->both.count > 0 || misplaced;
}

/* The unit's own record against the tables, where nothing else was said about the unit. */
static void report_unit(const examination *it)
{
    const bf_unit *told = &it->date->units[it->processor];
    int64_t rows = it->date->rows[bf_processors[it->processor].table];
    if (told->rows != rows || told->failures != it->records)
        REPORT(it, unit, 1, "%d rows and %d records there, %lld and %lld in the tables", told->rows,
               told->failures, (long long)rows, (long long)it->records);
    else if (told->status != (int8_t)it->due)
        REPORT(it, unit, 1, "its status is not what date, rows and records come to");
}

/* ---- a unit ---------------------------------------------------------------------------------- */

/* Of rows that are not those that were written only their number says something: that some are
 * gone. */
static void judge_damaged(const examination *it, const tally *t)
{
    bf_unit_coverage *unit = it->unit;
    int64_t gone = unit->expected - unit->rows - unit->records;
    unit->unaccounted = unit->date_level || gone < 0 ? 0 : gone;
    unit->status = (int8_t)bf_coverage_judge(unit, it->due == BF_UNIT_SKIPPED_BOOTSTRAP);
    if (unit->status == BF_COVERAGE_PARTIAL || unit->status == BF_COVERAGE_UNTRACKED)
        (void)report_absence(it, t);
    else
        unit->status = BF_COVERAGE_DAMAGED;
}

static void judge(const examination *it, const tally *t, int64_t surplus, bool is_due)
{
    it->unit->status = (int8_t)bf_coverage_judge(it->unit, it->due == BF_UNIT_SKIPPED_BOOTSTRAP);
    bool reported = report_absence(it, t);
    reported = report_errors(it) || reported;
    reported = report_oddities(it, t, surplus) || reported;
    if (!reported)
        report_unit(it);
    if (is_due)
        remember(it->coverage, it->processor);
}

static void examine(examination *it)
{
    bf_coverage *coverage = it->coverage;
    mark_rows(coverage, it->date, it->processor, HAS_ROW);
    read_records(it);
    it->due = status_due(it);
    bool is_due = it->due == BF_UNIT_SUCCESS || it->due == BF_UNIT_FAILED;
    if (it->expected != NULL)
        mark_expected(coverage, it->expected);
    else if (is_due && !it->is_damaged)
        mark_known(it);
    tally t = count_marks(it->unit, coverage);
    int64_t surplus = reconcile(it, &t, is_due);
    if (it->is_damaged)
        judge_damaged(it, &t);
    else
        judge(it, &t, surplus, is_due);
    unmark_all(coverage);
}

void bf_coverage_examine(bf_coverage *coverage, const bf_audit_date *date, int processor,
                         const bf_expected *expected, bf_unit_coverage *unit, bf_issues *issues)
{
    examination it = {.coverage = coverage,
                      .date = date,
                      .processor = processor,
                      .expected = expected,
                      .unit = unit,
                      .is_damaged = date->damaged[bf_processors[processor].table] ||
                                    date->damaged[BF_OUTPUT_failure],
                      .issues = issues,
                      .troubled = -1};
    examine(&it);
}
