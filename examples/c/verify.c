/* Judges documents: verify TRUST FILE...     TRUST is a certificate file, or a folder of certificates and CRLs.
 * Ends in 0 when every file is valid, in 1 when one is not, in 4 when one could not be read, in 64 on wrong usage. */
#include <assert.h>
#include <stdio.h>

#include <sealcore.h>

static const char *or_dash(const char *text) { return text != NULL ? text : "-"; }

/* Prints and frees the error; false when the call succeeded. */
static int failed(const char *what, sealcore_status status, sealcore_error **error) {
    if (status == SEALCORE_OK) return 0;
    fprintf(stderr, "%s: %s (%d): %s [part: %s]\n", what, sealcore_status_name(status), (int)status,
            or_dash(sealcore_error_message(*error, SEALCORE_LANG_EN)), or_dash(sealcore_error_part(*error)));
    sealcore_error_free(*error);
    *error = NULL;
    return 1;
}

static void print_findings(const sealcore_report *report, size_t signature) {
    size_t count = sealcore_report_finding_count(report, signature);
    for (size_t i = 0; i < count; i++) {
        printf("    %s [%s] %s\n",
               or_dash(sealcore_report_finding_text(report, signature, i, SEALCORE_FINDING_SEVERITY, SEALCORE_LANG_EN)),
               or_dash(sealcore_report_finding_text(report, signature, i, SEALCORE_FINDING_CODE, SEALCORE_LANG_EN)),
               or_dash(sealcore_report_finding_text(report, signature, i, SEALCORE_FINDING_MESSAGE, SEALCORE_LANG_EN)));
    }
}

static void print_report(const char *path, const sealcore_report *report) {
    printf("%s: %s\n", path, or_dash(sealcore_verdict_name(sealcore_report_verdict(report))));
    for (size_t i = 0; i < sealcore_report_signature_count(report); i++) {
        printf("  %s: %s, signed by %s at %s, %s\n",
               or_dash(sealcore_report_signature_text(report, i, SEALCORE_SIGNATURE_ID)),
               or_dash(sealcore_verdict_name(sealcore_report_signature_verdict(report, i))),
               or_dash(sealcore_report_signature_text(report, i, SEALCORE_SIGNATURE_SIGNER_NAME)),
               or_dash(sealcore_report_signature_text(report, i, SEALCORE_SIGNATURE_SIGNED_AT)),
               or_dash(sealcore_report_signature_text(report, i, SEALCORE_SIGNATURE_INTEGRITY)));
        print_findings(report, i);
    }
    print_findings(report, SEALCORE_WHOLE_DOCUMENT);
}

/* The verdict is a value of its own: a status of 0 says only that the document could be judged. */
static int verify(const sealcore_verifier *verifier, const char *path) {
    sealcore_error *error = NULL;
    sealcore_document *document = NULL;
    sealcore_report *report = NULL;
    int32_t verdict = 0;
    int result = 4;

    if (!failed(path, sealcore_document_open_path(path, NULL, &document, &error), &error) &&
        !failed(path, sealcore_verify(verifier, document, NULL, &verdict, &report, &error), &error)) {
        print_report(path, report);
        result = verdict == SEALCORE_VERDICT_VALID ? 0 : 1;
    }
    sealcore_report_free(report);
    sealcore_document_free(document);
    return result;
}

int main(int argc, char **argv) {
    sealcore_error *error = NULL;
    sealcore_verifier *verifier = NULL;
    int result = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: %s TRUST FILE...\n", argv[0]);
        return 64;
    }
    if (sealcore_abi_version() != SEALCORE_ABI_VERSION) {
        fprintf(stderr, "this library has another ABI than the header\n");
        return 64;
    }
    if (failed("verifier", sealcore_verifier_new(&verifier, &error), &error) ||
        failed(argv[1], sealcore_verifier_add_trust_path(verifier, argv[1], &error), &error)) {
        result = 4;
    } else {
        for (int i = 2; i < argc; i++) {
            int one = verify(verifier, argv[i]);
            if (one > result) result = one;
        }
    }
    sealcore_verifier_free(verifier);
    assert(sealcore_handle_count() == 0);
    return result;
}
