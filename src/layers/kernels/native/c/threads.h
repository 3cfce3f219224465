/* Work in parts, on all processors. */
#ifndef THREADS_H
#define THREADS_H
#include <stddef.h>

/* One part of the work; `scratch` is the thread's own memory. */
typedef void part(const void *work, unsigned number, float *scratch);

/* How many threads there are. */
unsigned thread_count(void);

/* Runs all parts, with so many numbers of scratch memory for each thread; 0 where there is no memory. One call runs at a time, others wait. */
int run_parts(part *run, const void *work, unsigned parts, size_t scratch);

/* Some units of the work: those from `first` to `end`. */
typedef void some_units(const void *work, float *scratch, unsigned first, unsigned end);

/* Runs a number of units, at least `fewest` of them at a time; likewise. */
int run_units(some_units *run, const void *work, unsigned count, unsigned fewest, size_t scratch);

#endif
