/* What a careless caller does. Each function counts checks and leaves no handle behind. */
#ifndef MISUSE_H
#define MISUSE_H

#include "world.h"

/* Under valgrind: MISUSE_BRIEF in the environment leaves out what takes long and is tried without it. */
int misuse_brief(void);

void misuse_arguments(world *w); /* arguments.c: every argument of every function */
void misuse_accessors(world *w); /* accessors.c: functions that give no status; freeing */
void misuse_buffers(world *w);   /* buffers.c: room of the caller */
void misuse_layouts(world *w);   /* layouts.c: struct_size, drop */
void misuse_signers(world *w);   /* signers.c: callbacks that sign or answer */
void misuse_streams(world *w);   /* streams.c: sources, sinks, monitors, logs */
void misuse_late(world *w);      /* late.c: when threads end, and callbacks that wait */
void misuse_hooks(world *w);     /* hooks.c: panics and a failing self-test, where the library was built with test hooks;
                                  it ends all work, so it comes last */

/* Opens the document and uses it when the process ends. */
void misuse_at_exit(const char *path);

/* The self-test fails from the first call on; the exit status. */
int misuse_broken(const char *demo);

/* The functions that arguments.c and accessors.c try, one a line. */
void misuse_names(void);
void misuse_accessor_names(void);

#endif
