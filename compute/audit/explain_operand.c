/* {names} of the _values.def files: a fact of the part, context.<fact>, row.<column> of the part's
 * own row, psza.<column> and so on of the date's rows of the player and his opponent,
 * labels.<label> and rows.<processor>. */
#include <string.h>

#include "compute/audit/explain.h"
#include "compute/features/processor.h"

static bool is_word(const char *name, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(name, word, size) == 0;
}

static bf_operand fact_of(const bf_explain_part *part, const char *name, size_t size)
{
    const bf_fact *fact = part == NULL ? NULL : bf_fact_find(part->about, name, size);
    if (fact == NULL)
        return (bf_operand){.kind = part == NULL ? BF_OPERAND_NONE : BF_OPERAND_UNKNOWN};
    if (part->facts == NULL)
        return (bf_operand){.kind = BF_OPERAND_NONE};
    return (bf_operand){.kind = BF_OPERAND_FACT, .fact = fact, .facts = part->facts};
}

static bf_operand cell_of(const bf_explain_part *part, int processor, const char *name, size_t size)
{
    bf_output table = bf_processors[processor].table;
    const bf_table_schema *schema = &bf_outputs[table];
    for (int c = 0; c < schema->column_count; c++) {
        if (schema->columns[c].parent >= 0 || !is_word(name, size, schema->columns[c].name))
            continue;
        if (part == NULL || part->row < 0)
            return (bf_operand){.kind = BF_OPERAND_NONE};
        return (bf_operand){.kind = BF_OPERAND_CELL, .table = table, .column = c, .row = part->row};
    }
    return (bf_operand){.kind = BF_OPERAND_UNKNOWN};
}

static bf_operand label_count(const bf_explanation *explanation, const char *name, size_t size)
{
    for (int l = 0; l < BF_LABEL_COUNT; l++) {
        if (is_word(name, size, bf_label_name((bf_label)l)))
            return explanation->vector == NULL
                       ? (bf_operand){.kind = BF_OPERAND_NONE}
                       : (bf_operand){.kind = BF_OPERAND_COUNT,
                                      .count = explanation->vector->quality.labels[l]};
    }
    return (bf_operand){.kind = BF_OPERAND_UNKNOWN};
}

bf_operand bf_explain_operand(const bf_explanation *explanation, const bf_explain_part *part,
                              const char *name, size_t size)
{
    const char *dot = memchr(name, '.', size);
    if (dot == NULL)
        return fact_of(part, name, size);
    size_t group = (size_t)(dot - name), rest = size - group - 1;
    const char *member = dot + 1;
    if (is_word(name, group, "context"))
        return fact_of(bf_explanation_part(explanation, BF_DESCRIPTION_CONTEXT), member, rest);
    if (is_word(name, group, "row"))
        return cell_of(part, part->processor, member, rest);
    if (is_word(name, group, "labels"))
        return label_count(explanation, member, rest);
    bool counted = is_word(name, group, "rows");
    int processor = counted ? bf_processor_find(member, rest) : bf_processor_find(name, group);
    if (processor < 0)
        return (bf_operand){.kind = BF_OPERAND_UNKNOWN};
    if (counted)
        return (bf_operand){.kind = BF_OPERAND_COUNT,
                            .count = explanation->date->selections[processor].count};
    return cell_of(bf_explanation_part(explanation, processor), processor, member, rest);
}
