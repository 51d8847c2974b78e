#include "mpi/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int log_rank;
static bf_log_level log_least = BF_LOG_INFO;
static bool log_has_bar;

bf_log_level bf_log_level_find(const char *name)
{
    static const char *const words[] = {"debug", "info", "warning", "error"};
    for (int level = BF_LOG_DEBUG; level <= BF_LOG_ERROR; level++) {
        if (strcmp(words[level], name) == 0)
            return (bf_log_level)level;
    }
    return BF_LOG_INFO;
}

void bf_log_init(int rank, bf_log_level least)
{
    log_rank = rank;
    log_least = least;
}

void bf_log_set_bar(bool is_shown)
{
    log_has_bar = is_shown;
}

void bf_log(bf_log_level level, const char *format, ...)
{
    static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
    if (level < log_least)
        return;
    char line[2048], when[32];
    time_t now = time(NULL);
    struct tm utc;
    (void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    int used = snprintf(line, sizeof line, "%s%s %s rank=%d ", log_has_bar ? "\r\033[K" : "", when,
                        names[level], log_rank);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line + used, sizeof line - (size_t)used - 1, format, args);
    va_end(args);
    size_t size = strlen(line);
    line[size++] = '\n';
    (void)!write(STDERR_FILENO, line, size);
}
