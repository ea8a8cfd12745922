#include "check.h"

#include <stdio.h>
#include <stdlib.h>

unsigned long checks_made, checks_failed;

void check_failed(const char *file, int line, const char *what, const char *detail) {
    checks_failed++;
    fprintf(stderr, "%s:%d: %s%s%s\n", file, line, what, detail != NULL ? ": " : "", detail != NULL ? detail : "");
}

sealcore_status check_status(const char *file, int line, const char *what, sealcore_status expected, sealcore_status actual) {
    checks_made++;
    if (expected != actual) {
        char detail[160];
        snprintf(detail, sizeof detail, "expected %s, got %s (%d)", sealcore_status_name(expected), sealcore_status_name(actual),
                 (int)actual);
        check_failed(file, line, what, detail);
    }
    return actual;
}

sealcore_status check_fails(const char *file, int line, const char *what, sealcore_status actual) {
    checks_made++;
    if (actual >= 0 || actual == SEALCORE_E_PANIC) check_failed(file, line, what, sealcore_status_name(actual));
    return actual;
}

void must(const char *file, int line, const char *what, sealcore_status status) {
    if (status == SEALCORE_OK) return;
    fprintf(stderr, "%s:%d: %s: %s; nothing can be tested\n", file, line, what, sealcore_status_name(status));
    exit(2);
}

int check_summary(const char *program) {
    printf("%s: %lu checks, %lu failed\n", program, checks_made, checks_failed);
    return checks_failed == 0 ? 0 : 1;
}
