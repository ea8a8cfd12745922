/* Counting checks: a failed one is printed and counted, never fatal, so that one run shows all of them. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stddef.h>

#include <sealcore.h>

extern unsigned long checks_made, checks_failed;

/* Says what failed, with the place and the numbers. */
void check_failed(const char *file, int line, const char *what, const char *detail);

#define CHECK(condition)                                                        \
    do {                                                                        \
        checks_made++;                                                          \
        if (!(condition)) check_failed(__FILE__, __LINE__, #condition, NULL);   \
    } while (0)

#define CHECK_STATUS(expected, call) check_status(__FILE__, __LINE__, #call, (expected), (call))

/* Any failure that a caller can understand will do; a caught panic will not. */
#define CHECK_FAILS(call) check_fails(__FILE__, __LINE__, #call, (call))

/* They give back the status. */
sealcore_status check_status(const char *file, int line, const char *what, sealcore_status expected, sealcore_status actual);
sealcore_status check_fails(const char *file, int line, const char *what, sealcore_status actual);

/* For what must hold before there is anything to test: prints and ends the program. */
#define MUST(call) must(__FILE__, __LINE__, #call, (call))
void must(const char *file, int line, const char *what, sealcore_status status);

/* Prints the counts; the exit status of the program. */
int check_summary(const char *program);

#endif
