/* boundary FILE TRUST N     the loop of benches/src/bin/boundary.rs through the C ABI: open in memory, verify, JSON, free */
#define _POSIX_C_SOURCE 199309L
#include <sealcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void must(sealcore_status status) {
    if (status == SEALCORE_OK) return;
    fprintf(stderr, "%s\n", sealcore_status_name(status));
    exit(1);
}

static size_t once(const sealcore_verifier *verifier, const uint8_t *bytes, size_t length) {
    sealcore_document *document = NULL;
    sealcore_report *report = NULL;
    sealcore_buffer *json = NULL;
    int32_t verdict = 0;
    size_t written;
    must(sealcore_document_open_bytes(bytes, length, NULL, &document, NULL));
    must(sealcore_verify(verifier, document, NULL, &verdict, &report, NULL));
    must(sealcore_report_json(report, "file", SEALCORE_LANG_EN, &json, NULL));
    written = sealcore_buffer_len(json);
    sealcore_buffer_free(json);
    sealcore_report_free(report);
    sealcore_document_free(document);
    return written;
}

static int compare(const void *a, const void *b) {
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    sealcore_verifier *verifier = NULL;
    struct timespec start, end;
    long long *nanos;
    uint8_t *bytes;
    size_t count, warm, length, room = 1 << 24, sum = 0, i;
    FILE *file;
    if (argc != 4) return 64;
    count = (size_t)strtoul(argv[3], NULL, 10);
    warm = count > 2000 ? count : 2000;
    bytes = malloc(room);
    nanos = malloc(count * sizeof *nanos);
    file = fopen(argv[1], "rb");
    if (!bytes || !nanos || !file || count == 0) return 4;
    length = fread(bytes, 1, room, file);
    fclose(file);
    must(sealcore_verifier_new(&verifier, NULL));
    must(sealcore_verifier_add_trust_path(verifier, argv[2], NULL));
    for (i = 0; i < warm; i++) sum += once(verifier, bytes, length);
    for (i = 0; i < count; i++) {
        clock_gettime(CLOCK_MONOTONIC, &start);
        sum += once(verifier, bytes, length);
        clock_gettime(CLOCK_MONOTONIC, &end);
        nanos[i] = (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec);
    }
    qsort(nanos, count, sizeof *nanos, compare);
    printf("{\"median_ns\":%lld,\"p10\":%lld,\"p90\":%lld,\"samples\":%lu,\"file_bytes\":%lu,\"json_bytes\":%lu}\n", nanos[count / 2],
           nanos[count / 10], nanos[count * 9 / 10], (unsigned long)count, (unsigned long)length, (unsigned long)(sum / (count + warm)));
    sealcore_verifier_free(verifier);
    free(nanos);
    free(bytes);
    return sealcore_handle_count() == 0 ? 0 : 1;
}
