/* Every argument of every function, wrong in every way, one at a time; cases.def holds the calls that work. */
#include "misuse.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "friends.h"

enum mode { CONTROL, NULLS, HANDLES, NOT_UTF8, OVERSIZE };

static struct {
    enum mode mode;
    int hole;         /* the argument that is replaced; -1 for none */
    void *substitute; /* by what */
} probe;

#define S(n, x) (probe.hole == (n) && probe.mode != OVERSIZE ? probe.substitute : (x))
#define L(n, x) (probe.hole == (n) && probe.mode == OVERSIZE ? SIZE_MAX : (x))

static const char *running;

static void complain(int condition, const char *what, sealcore_status status) {
    checks_made++;
    if (!condition) {
        char detail[240];
        snprintf(detail, sizeof detail, "sealcore_%s, argument %d, mode %d, substitute %p: %s (%d)", running, probe.hole, (int)probe.mode,
                 probe.substitute, sealcore_status_name(status), (int)status);
        check_failed(__FILE__, __LINE__, what, detail);
    }
}

/* What must hold after every call: nothing left in `out` by a failure, and an error that says the same as the status. */
static void check_after(const char *letters, sealcore_status status, const void *out, int32_t verdict, sealcore_error *error) {
    char hole = probe.hole >= 0 ? letters[probe.hole] : '-';
    if (status == SEALCORE_OK) {
        complain(hole == 'O' || out != NULL, "a result", status);
        complain(error == NULL, "no error on success", status);
    } else {
        complain(out == NULL, "*out is NULL after a failure", status);
        complain(verdict == 0, "*verdict is 0 after a failure", status);
        if (hole != 'E') {
            const char *message = sealcore_error_message(error, SEALCORE_LANG_EN);
            complain(sealcore_error_code(error) == status, "the error has the status", status);
            complain(message != NULL && message[0] != '\0', "the error has a message", status);
            message = sealcore_error_message(error, SEALCORE_LANG_ZH);
            complain(message != NULL && message[0] != '\0', "the error has a Chinese message", status);
            complain(sealcore_error_kind(error) != NULL, "the error has a kind", status);
        }
    }
    sealcore_error_free(error);
}

/* What stood in `out` before the call; a function that leaves it there is found out. */
#define STALE(type) ((type *)(uintptr_t)0x5ea1c0de)

#define CASE(function, letters, type, ...)                               \
    static sealcore_status case_##function(world *w) {                   \
        type *out = STALE(type);                                         \
        sealcore_error *error = NULL;                                    \
        sealcore_status status = sealcore_##function(__VA_ARGS__);       \
        int untouched = probe.hole >= 0 && letters[probe.hole] == 'O';   \
        if (untouched) out = NULL;                                       \
        (void)w;                                                         \
        check_after(letters, status, out, 0, error);                     \
        if (out != STALE(type)) type##_free(out);                        \
        return status;                                                   \
    }
#define CASE_PLAIN(function, letters, ...)                               \
    static sealcore_status case_##function(world *w) {                   \
        sealcore_error *error = NULL;                                    \
        sealcore_status status = sealcore_##function(__VA_ARGS__);       \
        (void)w;                                                         \
        check_after(letters, status, status == SEALCORE_OK ? w : NULL, 0, error); \
        return status;                                                   \
    }
#define CASE_VERDICT(function, letters, ...)                             \
    static sealcore_status case_##function(world *w) {                   \
        sealcore_report *out = STALE(sealcore_report);                   \
        sealcore_error *error = NULL;                                    \
        int32_t verdict = 77;                                            \
        sealcore_status status = sealcore_##function(__VA_ARGS__);       \
        if (probe.hole >= 0 && letters[probe.hole] == 'O') {             \
            if (out == STALE(sealcore_report)) out = NULL;               \
            if (verdict == 77) verdict = 0;                              \
        }                                                                \
        check_after(letters, status, out, status == SEALCORE_OK ? 0 : verdict, error); \
        if (status == SEALCORE_OK) complain(verdict >= SEALCORE_VERDICT_VALID && verdict <= SEALCORE_VERDICT_UNSIGNED, "a verdict", status); \
        sealcore_report_free(out);                                       \
        return status;                                                   \
    }
#define CASE_VALUE(function, letters, ...)                               \
    static sealcore_status case_##function(world *w) {                   \
        uint8_t value[256];                                              \
        size_t length = sizeof value;                                    \
        sealcore_error *error = NULL;                                    \
        sealcore_status status = sealcore_##function(__VA_ARGS__);       \
        check_after(letters, status, status == SEALCORE_OK ? w : NULL, 0, error); \
        if (status == SEALCORE_OK) complain(length > 0 && length < sizeof value, "a length", status); \
        return status;                                                   \
    }

#define CASE_REFUSED CASE

static const char *case_certificate_json(const world *w) {
    static char json[256];
    snprintf(json, sizeof json, "{\"profile\": \"unit\", \"not_after\": %lld}", (long long)w->now + 86400);
    return json;
}

#include "cases.def"

#undef CASE
#undef CASE_PLAIN
#undef CASE_VERDICT
#undef CASE_VALUE
#undef CASE_REFUSED
#define CASE(function, letters, ...) {#function, letters, case_##function, 0},
#define CASE_REFUSED(function, letters, ...) {#function, letters, case_##function, 1},
#define CASE_PLAIN CASE
#define CASE_VERDICT CASE
#define CASE_VALUE CASE

static const struct entry {
    const char *name, *letters;
    sealcore_status (*run)(world *w);
    int refused;
} entries[] = {
#include "cases.def"
};

static const size_t entry_count = sizeof entries / sizeof entries[0];

static sealcore_status run(const struct entry *entry, world *w, enum mode mode, int hole, void *substitute) {
    /* A call that failed changed nothing; after one that did not, the next begins anew. */
    static int changed = 1;
    sealcore_status status;
    size_t handles;
    if (changed) world_refresh(w);
    handles = sealcore_handle_count();
    probe.mode = mode;
    probe.hole = hole;
    probe.substitute = substitute;
    running = entry->name;
    status = entry->run(w);
    changed = status == SEALCORE_OK;
    sealcore_set_log(SEALCORE_LOG_ERROR, NULL, NULL);
    complain(sealcore_handle_count() == handles, "as many handles as before", status);
    return status;
}

static void null_in_turn(const struct entry *entry, world *w, sealcore_status usual) {
    for (int i = 0; entry->letters[i] != '\0'; i++) {
        char letter = entry->letters[i];
        sealcore_status status = run(entry, w, NULLS, i, NULL);
        if (strchr("HTBbCOV", letter) != NULL) {
            complain(status == SEALCORE_E_NULL, "NULL is SEALCORE_E_NULL", status);
        } else if (strchr("htcE", letter) != NULL) {
            complain(status == usual, "NULL may be given", status);
        } else {
            complain(status < 0 && status != SEALCORE_E_PANIC, "NULL is an error", status);
        }
    }
}

static void wrong_handles(const struct entry *entry, world *w) {
    sealcore_buffer *stale = NULL;
    void *garbage[] = {(void *)(uintptr_t)1, (void *)(uintptr_t)8, (void *)&stale, (void *)~(uintptr_t)0, (void *)(uintptr_t)0xdeadbeefu,
                       (void *)((uintptr_t)1 << (sizeof(void *) * 8 - 1))};
    MUST(sealcore_call("describe", "{}", &stale, NULL));
    sealcore_buffer_free(stale);
    for (int i = 0; entry->letters[i] != '\0'; i++) {
        sealcore_status status;
        if (strchr("HhK", entry->letters[i]) == NULL) continue;
        /* No function takes a buffer. */
        status = run(entry, w, HANDLES, i, w->buffer);
        complain(status == SEALCORE_E_TYPE, "a handle of another type is SEALCORE_E_TYPE", status);
        status = run(entry, w, HANDLES, i, stale);
        complain(status == SEALCORE_E_HANDLE, "a freed handle is SEALCORE_E_HANDLE", status);
        for (size_t g = 0; g < sizeof garbage / sizeof garbage[0]; g++) {
            status = run(entry, w, HANDLES, i, garbage[g]);
            complain(status == SEALCORE_E_HANDLE || status == SEALCORE_E_TYPE, "garbage is no handle", status);
        }
    }
}

static void wrong_texts(const struct entry *entry, world *w) {
    static char not_utf8[] = "a\xff\xfe\xc0\xaf";
    for (int i = 0; entry->letters[i] != '\0'; i++) {
        if (strchr("Ttp", entry->letters[i]) == NULL) continue;
        sealcore_status status = run(entry, w, NOT_UTF8, i, not_utf8);
        complain(status == SEALCORE_E_UTF8, "what is not UTF-8 is SEALCORE_E_UTF8", status);
    }
}

static void wrong_lengths(const struct entry *entry, world *w) {
    for (int i = 0; entry->letters[i] != '\0'; i++) {
        if (strchr("Bb", entry->letters[i]) == NULL) continue;
        sealcore_status status = run(entry, w, OVERSIZE, i, NULL);
        complain(status == SEALCORE_E_ARGUMENT, "a length above the address space is SEALCORE_E_ARGUMENT", status);
    }
}

void misuse_arguments(world *w) {
    for (size_t i = 0; i < entry_count; i++) {
        sealcore_status status;
        /* Derives a key from a password in 600000 rounds. */
        if (misuse_brief() && strcmp(entries[i].name, "key_pkcs12") == 0) continue;
        /* Without this one the others would prove nothing. */
        status = run(&entries[i], w, CONTROL, -1, NULL);
        if (entries[i].refused) complain(status < SEALCORE_E_CANCELLED && status > SEALCORE_E_MEMORY, "the call is refused for what it asks", status);
        else complain(status == SEALCORE_OK, "the call works with good arguments", status);
        null_in_turn(&entries[i], w, status);
        wrong_handles(&entries[i], w);
        wrong_texts(&entries[i], w);
        wrong_lengths(&entries[i], w);
    }
}

void misuse_names(void) {
    for (size_t i = 0; i < entry_count; i++) printf("sealcore_%s\n", entries[i].name);
}
