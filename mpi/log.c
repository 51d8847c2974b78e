#include "mpi/log.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int log_rank;
static bf_log_level log_least = BF_LOG_INFO;
static bool log_has_bar;

/* Lines that wait to be written together, and since when: as many as a pipe takes in one piece. */
enum { LINE_BYTES = 2048 };
static bool log_holds;
static char held[PIPE_BUF];
static size_t held_bytes;
static time_t held_since;

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

static void write_held(void)
{
    if (held_bytes > 0)
        (void)!write(STDERR_FILENO, held, held_bytes);
    held_bytes = 0;
}

void bf_log_hold(bool holds)
{
    log_holds = holds;
    if (!holds)
        write_held();
}

void bf_log(bf_log_level level, const char *format, ...)
{
    static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
    if (level < log_least)
        return;
    char line[LINE_BYTES], when[32];
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
    if (held_bytes + size > sizeof held)
        write_held();
    if (held_bytes == 0)
        held_since = now;
    memcpy(held + held_bytes, line, size);
    held_bytes += size;
    if (!log_holds || level > BF_LOG_INFO || now != held_since)
        write_held();
}
