/* Only in a library built with test hooks: panics, and a self-test that fails. */
#define _POSIX_C_SOURCE 200809L
#include "misuse.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "friends.h"

typedef sealcore_status (*test_panic)(const sealcore_buffer *buffer, sealcore_error **error);
typedef void (*test_break_self_test)(int32_t broken);

/* A cast between pointers to data and to functions is no C; a copy is what POSIX asks for. */
static int look_up(const char *name, void *function, size_t size) {
    void *found = dlsym(RTLD_DEFAULT, name);
    memcpy(function, &found, size);
    return found != NULL;
}

static void panicking(world *w, test_panic panic) {
    sealcore_error *error = NULL;
    sealcore_buffer *buffer = NULL, *other = NULL;
    sealcore_report *report = NULL;
    int32_t verdict = 0;
    size_t handles = sealcore_handle_count();
    MUST(sealcore_call("describe", "{}", &buffer, NULL));
    MUST(sealcore_call("describe", "{}", &other, NULL));
    CHECK_STATUS(SEALCORE_E_PANIC, panic(NULL, NULL));
    CHECK_STATUS(SEALCORE_E_PANIC, panic(buffer, &error));
    CHECK(sealcore_error_code(error) == SEALCORE_E_PANIC);
    CHECK(strcmp(sealcore_error_kind(error), "internal") == 0);
    CHECK(strstr(sealcore_error_message(error, SEALCORE_LANG_EN), "injected") != NULL);
    sealcore_error_free(error);
    /* Poisoned: of no use any more but to be freed. */
    CHECK_STATUS(SEALCORE_E_POISONED, panic(buffer, NULL));
    CHECK(sealcore_buffer_data(buffer) == NULL);
    CHECK(sealcore_buffer_len(buffer) == 0);
    CHECK(sealcore_buffer_len(other) > 0);
    sealcore_buffer_free(buffer);
    sealcore_buffer_free(other);
    CHECK_STATUS(SEALCORE_E_HANDLE, panic(buffer, NULL));
    CHECK(sealcore_handle_count() == handles);
    /* The library goes on. */
    CHECK_STATUS(SEALCORE_OK, sealcore_verify(w->verifier, w->document, NULL, &verdict, &report, NULL));
    CHECK(verdict == SEALCORE_VERDICT_VALID);
    sealcore_report_free(report);
}

void misuse_hooks(world *w) {
    test_panic panic;
    test_break_self_test break_self_test;
    sealcore_error *error = NULL;
    sealcore_report *report = NULL;
    sealcore_buffer *signed_document = NULL;
    int32_t verdict = 0;
    if (!look_up("sealcore_test_panic", &panic, sizeof panic) ||
        !look_up("sealcore_test_break_self_test", &break_self_test, sizeof break_self_test)) {
        printf("misuse: this library has no test hooks: panics and a failing self-test NOT tested\n");
        return;
    }
    panicking(w, panic);
    CHECK_STATUS(SEALCORE_OK, sealcore_self_test(NULL));
    break_self_test(1);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_self_test(&error));
    CHECK(sealcore_error_code(error) == SEALCORE_E_SELF_TEST);
    sealcore_error_free(error);
    /* From here on nothing is signed or verified, whatever later runs say. */
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_verify(w->verifier, w->document, NULL, &verdict, &report, NULL));
    CHECK(verdict == 0 && report == NULL);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_sign(w->plain, w->request, w->signer, NULL, &signed_document, NULL));
    CHECK(signed_document == NULL);
    break_self_test(0);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_sign(w->plain, w->request, w->signer, NULL, &signed_document, NULL));
}

int misuse_broken(const char *demo) {
    test_break_self_test break_self_test;
    world w;
    sealcore_document *document = (sealcore_document *)(uintptr_t)3;
    sealcore_key *key = (sealcore_key *)(uintptr_t)3;
    sealcore_signer *signer = (sealcore_signer *)(uintptr_t)3;
    unsigned dropped = friends_dropped;
    char path[600];
    if (!look_up("sealcore_test_break_self_test", &break_self_test, sizeof break_self_test)) return 0;
    break_self_test(1);
    memset(&w, 0, sizeof w);
    snprintf(path, sizeof path, "%s/document.pdf", demo);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_document_open_path(path, NULL, &document, NULL));
    CHECK(document == NULL);
    document = (sealcore_document *)(uintptr_t)3;
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_document_open_source(case_source(&w), NULL, &document, NULL));
    CHECK(document == NULL);
    CHECK(friends_dropped == dropped + 1);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_key_generate("sm2", &key, NULL));
    CHECK(key == NULL);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_signer_external(w.digest, 32, NULL, case_signer(&w), &signer, NULL));
    CHECK(signer == NULL);
    CHECK(friends_dropped == dropped + 2);
    /* What failed once is not believed later in the same process. */
    break_self_test(0);
    CHECK_STATUS(SEALCORE_E_SELF_TEST, sealcore_key_generate("sm2", &key, NULL));
    CHECK(sealcore_handle_count() == 0);
    return check_summary("misuse --broken");
}
