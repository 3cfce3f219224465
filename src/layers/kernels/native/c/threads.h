/* Divides work among all processors. */
#ifndef THREADS_H
#define THREADS_H
#include <stddef.h>

/* One part of the work; `scratch` is the thread's own memory. */
typedef void part(const void *work, unsigned number, float *scratch);

/* How many threads there are. */
unsigned thread_count(void);

/* Runs all parts; each thread has `scratch` numbers of memory. Returns 0 if there is no memory. One call runs at a time, others wait. */
int run_parts(part *run, const void *work, unsigned parts, size_t scratch);

/* Some units of the work: those from `first` to `end`. */
typedef void some_units(const void *work, float *scratch, unsigned first, unsigned end);

/* Runs `count` units in parts of at least `fewest`; otherwise like run_parts. */
int run_units(some_units *run, const void *work, unsigned count, unsigned fewest, size_t scratch);

#endif
