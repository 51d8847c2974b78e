/* What is true of every row by the formulas (spec/zones.md §7), and which rows break it. */
#ifndef BF_AUDIT_INVARIANTS_H
#define BF_AUDIT_INVARIANTS_H

#include "compute/audit/audit.h"
#include "compute/audit/issues.h"

/* Adds an issue for each invariant that rows of the date break. Damaged rows are not looked at. */
void bf_invariants_check(const bf_audit_date *date, bf_issues *issues);

#endif
