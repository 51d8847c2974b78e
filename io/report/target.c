#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/report/report.h"
#include "io/text/file.h"

enum { HEAD_BYTES = 512 };

/* Whether the file begins as a page of bf_report_page does, or is empty. */
static bool is_report(const char *path)
{
    char head[HEAD_BYTES + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, head, HEAD_BYTES);
    if (fd >= 0)
        (void)close(fd);
    if (size < 0)
        return false;
    head[size] = '\0';
    return size == 0 || (strncmp(head, "<!DOCTYPE html>", 15) == 0 &&
                         strstr(head, "<meta name=\"generator\" content=\"backfill ") != NULL);
}

bf_status bf_report_check_target(const char *path, bf_error *err)
{
    struct stat about;
    if (stat(path, &about) == 0) {
        if (S_ISREG(about.st_mode) && is_report(path))
            return BF_OK;
        return bf_error_set(err, BF_E_USAGE,
                            "%s is there and is no report, so it is not replaced; give the report "
                            "another name",
                            path);
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return bf_error_set(err, BF_E_MEMORY, "out of memory");
    int reason = access(dirname(copy), W_OK | X_OK) == 0 ? 0 : errno;
    free(copy);
    return reason == 0 ? BF_OK : bf_file_error(err, "write", path, reason);
}
