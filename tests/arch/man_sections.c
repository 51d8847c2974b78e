/* Prints a generated section of docs/backfill.1: man_sections COMMANDS|OPTIONS (docs/man.sh puts it
 * in place). */
#include <stdio.h>
#include <string.h>

#include "mpi/commands/commands.h"
#include "mpi/help.h"

int main(int argc, char **argv)
{
    bf_text text = BF_TEXT_INIT(1 << 20);
    bf_error err = BF_ERROR_INIT;
    if (argc == 2 && strcmp(argv[1], "COMMANDS") == 0)
        bf_help_man_commands(&text, bf_commands);
    else if (argc == 2 && strcmp(argv[1], "OPTIONS") == 0)
        bf_help_man_options(&text, bf_commands);
    else
        return 2;
    bool is_whole = bf_text_status(&text, &err) == BF_OK &&
                    fputs(text.data == NULL ? "" : text.data, stdout) >= 0;
    bf_text_free(&text);
    return is_whole && fflush(stdout) == 0 ? 0 : 1;
}
