/* misuse DEMO FOLDER       what a careless caller does ends in a status, never in a crash
 * misuse --broken DEMO     the same where the self-test fails (libraries with test hooks)
 * misuse --names           the functions that are tried */
#include "misuse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

int misuse_brief(void) { return getenv("MISUSE_BRIEF") != NULL; }

int main(int argc, char **argv) {
    static world w;
    if (argc == 2 && strcmp(argv[1], "--names") == 0) {
        misuse_names();
        misuse_accessor_names();
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "--broken") == 0) return misuse_broken(argv[2]);
    if (argc != 3) {
        fprintf(stderr, "usage: misuse DEMO FOLDER | --broken DEMO | --names\n");
        return 64;
    }
    world_open(&w, argv[1], argv[2]);
    misuse_arguments(&w);
    misuse_accessors(&w);
    misuse_buffers(&w);
    misuse_layouts(&w);
    misuse_signers(&w);
    misuse_streams(&w);
    misuse_late(&w);
    misuse_at_exit(w.sealed_path);
    misuse_hooks(&w);
    world_close(&w);
    CHECK(sealcore_handle_count() == 1);
    return check_summary("misuse");
}
