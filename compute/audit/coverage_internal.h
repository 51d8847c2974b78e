/* What the modules of coverage share. */
#ifndef BF_AUDIT_COVERAGE_INTERNAL_H
#define BF_AUDIT_COVERAGE_INTERNAL_H

#include "compute/audit/coverage.h"
#include "compute/features/processor.h"

struct bf_coverage {
    int32_t date_count;
    bf_unit_coverage *units; /* [date_count * processors] */
    const bf_dictionary *dictionaries;
    int32_t date_level; /* code of DATE_LEVEL, -1 if nothing has it */
    int8_t *processors; /* [class names] processor, -1 for none */
    int32_t *of_player; /* [players] number of the entity: its code, or behind the codes if the */
    int32_t *of_team;   /* [teams]   dictionary of entities lacks it */
    int32_t entities;   /* numbers of entities */
    uint8_t *marks;     /* [entities] of the unit at hand, 0 for those not in `touched` */
    int32_t *touched;   /* [touched_count] */
    int64_t touched_count;
    int season;                             /* of the date added last */
    bool *seen[BF_PROCESSOR_COUNT];         /* TDZA, PSZA: [entities] there earlier in the season */
    int32_t *seen_list[BF_PROCESSOR_COUNT]; /* the same as a list */
    int64_t seen_count[BF_PROCESSOR_COUNT];
};

/* True if whoever was there stays for the rest of the season: TDZA, PSZA. */
static inline bool bf_coverage_accumulates(int processor)
{
    return processor == BF_PROCESSOR_tdza || processor == BF_PROCESSOR_psza;
}

/* Fills `unit` from the rows and records of a date, and reports what is odd about them. */
void bf_coverage_examine(bf_coverage *coverage, const bf_audit_date *date, int processor,
                         const bf_expected *expected, bf_unit_coverage *unit, bf_issues *issues);

#endif
