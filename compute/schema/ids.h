/* Ids of the columns of every table: BF_<short>_<column>, members of JSON columns as
 * BF_<short>_<object>_<member>; BF_<short>_COLUMNS of them. From the .def files. */
#ifndef BF_SCHEMA_IDS_H
#define BF_SCHEMA_IDS_H

/* In the fragments of expand/: a name with the short name of the table in it, and the id of one of
 * its columns. */
#define BF_OF_TABLE(before, after) BF_OF_TABLE_(before, SHORT, after)
#define BF_OF_TABLE_(before, short_name, after) BF_OF_TABLE__(before, short_name, after)
#define BF_OF_TABLE__(before, short_name, after) before##short_name##after
#define BF_COLUMN_ID(name) BF_OF_TABLE(BF_, _##name)

#define BF_EACH "compute/schema/expand/ids.inc"
#include "compute/schema/expand/each_input.inc"
#include "compute/schema/expand/each_output.inc"
#include "compute/schema/expand/each_record.inc"
#undef BF_EACH

#endif
