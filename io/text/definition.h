/* Table definitions for others: BigQuery's JSON and DDL, and the pages of docs/tables/. */
#ifndef BF_IO_DEFINITION_H
#define BF_IO_DEFINITION_H

#include "compute/base/text.h"
#include "compute/schema/table.h"

/* The columns as BigQuery's list of fields: [{"name", "type", "mode", "description", ...}, ...]. */
void bf_definition_bigquery(bf_text *out, const bf_table_schema *schema);

/* CREATE TABLE IF NOT EXISTS, partitioned by the date column, clustered, with descriptions. */
void bf_definition_ddl(bf_text *out, const bf_table_schema *schema);

/* A page in Markdown. */
void bf_definition_markdown(bf_text *out, const bf_table_schema *schema);

#endif
