/* crosscheck LIBDIR DEMODIR OUTDIR NAME     the same program as in every binding; the reports must be byte-equal
 * Seals the demo's documents at SEALCORE_TIME with the key's SEALCORE_PASSWORD, then judges every document in OUTDIR. */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "world.h"

static void path_of(char *out, size_t room, const char *folder, const char *name, const char *extension) {
    int length = snprintf(out, room, "%s/%s%s", folder, name, extension);
    if (length < 0 || (size_t)length >= room) exit(64);
}

static void seal(const char *demo, const char *folder, const char *name, const char *extension, int64_t now) {
    char in[1024], out[1024], key[1024], esl[1024];
    sealcore_document *document = NULL;
    sealcore_seal *seal = NULL;
    sealcore_signer *signer = NULL;
    sealcore_request *request = NULL;
    bytes seal_bytes;
    path_of(in, sizeof in, demo, "document", extension);
    path_of(out, sizeof out, folder, name, extension);
    path_of(key, sizeof key, demo, "keys/signer", ".p12");
    path_of(esl, sizeof esl, demo, "seal", ".esl");
    seal_bytes = bytes_of_file(esl);
    MUST(sealcore_signer_open(key, getenv("SEALCORE_PASSWORD"), NULL, 0, &signer, NULL));
    MUST(sealcore_seal_load(seal_bytes.data, seal_bytes.length, &seal, NULL));
    MUST(sealcore_document_open_path(in, NULL, &document, NULL));
    MUST(sealcore_request_new(&request, NULL));
    MUST(sealcore_request_set_seal(request, seal, NULL));
    MUST(sealcore_request_set_number(request, SEALCORE_REQUEST_TIME, now, NULL));
    MUST(sealcore_request_add_place(request, "last", 150, 230, NULL));
    MUST(sealcore_sign_to_path(document, request, signer, NULL, out, NULL));
    free(seal_bytes.data);
    sealcore_request_free(request);
    sealcore_document_free(document);
    sealcore_seal_free(seal);
    sealcore_signer_free(signer);
}

static void judge(const sealcore_verifier *verifier, const char *folder, const char *name, FILE *out) {
    char path[1024];
    sealcore_document *document = NULL;
    sealcore_report *report = NULL;
    sealcore_buffer *json = NULL;
    int32_t verdict = 0;
    path_of(path, sizeof path, folder, name, "");
    MUST(sealcore_document_open_path(path, NULL, &document, NULL));
    MUST(sealcore_verify(verifier, document, NULL, &verdict, &report, NULL));
    MUST(sealcore_report_json(report, name, SEALCORE_LANG_EN, &json, NULL));
    fwrite(sealcore_buffer_data(json), 1, sealcore_buffer_len(json), out);
    fputc('\n', out);
    sealcore_buffer_free(json);
    sealcore_report_free(report);
    sealcore_document_free(document);
}

static int is_document(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 4 && (strcmp(entry->d_name + length - 4, ".ofd") == 0 || strcmp(entry->d_name + length - 4, ".pdf") == 0);
}

static int by_bytes(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

int main(int argc, char **argv) {
    sealcore_verifier *verifier = NULL;
    struct dirent **names = NULL;
    char path[1024];
    const char *stated = getenv("SEALCORE_TIME");
    int64_t now;
    int count;
    FILE *out;

    if (argc != 5 || stated == NULL || getenv("SEALCORE_PASSWORD") == NULL) {
        fprintf(stderr, "usage: SEALCORE_PASSWORD=... SEALCORE_TIME=SECONDS crosscheck LIBDIR DEMODIR OUTDIR NAME\n");
        return 64;
    }
    now = (int64_t)strtoll(stated, NULL, 10);
    seal(argv[2], argv[3], argv[4], ".ofd", now);
    seal(argv[2], argv[3], argv[4], ".pdf", now);

    MUST(sealcore_verifier_new(&verifier, NULL));
    path_of(path, sizeof path, argv[2], "trust", "");
    MUST(sealcore_verifier_add_trust_path(verifier, path, NULL));
    MUST(sealcore_verifier_set_time(verifier, now + 60, NULL));
    path_of(path, sizeof path, argv[3], argv[4], ".jsonl");
    out = fopen(path, "wb");
    count = scandir(argv[3], &names, is_document, by_bytes);
    if (out == NULL || count < 0) {
        perror(path);
        return 4;
    }
    for (int i = 0; i < count; i++) {
        judge(verifier, argv[3], names[i]->d_name, out);
        free(names[i]);
    }
    free(names);
    if (fclose(out) != 0) {
        perror(path);
        return 4;
    }
    sealcore_verifier_free(verifier);
    assert(sealcore_handle_count() == 0);
    return 0;
}
