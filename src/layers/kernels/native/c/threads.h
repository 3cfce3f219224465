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

#endif
