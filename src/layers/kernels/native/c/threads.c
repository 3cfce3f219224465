/*
 * One thread per processor, the caller among them. The others start with the first call and sleep between calls. A thread that is free takes the next part.
 *
 * TensorFlow's variable TF_NUM_INTRAOP_THREADS sets another number, as for its own ops.
 */
#define _GNU_SOURCE
#include "threads.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#define MOST 256

static pthread_mutex_t calls = PTHREAD_MUTEX_INITIALIZER, lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begins = PTHREAD_COND_INITIALIZER, ends = PTHREAD_COND_INITIALIZER;

/* The current call. `busy`, the number of threads at work, changes under the lock. */
static struct {
  part *run;
  const void *work;
  unsigned parts, busy;
  atomic_uint next;
} call;

static struct {
  float *memory;
  size_t size;
} scratches[MOST];

static unsigned started = 0;

static unsigned count = 0;

static void count_threads(void) {
  const char *wanted = getenv("TF_NUM_INTRAOP_THREADS");
  int number = wanted == NULL ? 0 : atoi(wanted);
  cpu_set_t processors;
  if (number <= 0) number = sched_getaffinity(0, sizeof processors, &processors) == 0 ? CPU_COUNT(&processors) : 1;
  count = number < MOST ? (unsigned)number : MOST;
}

unsigned thread_count(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, count_threads);
  return count;
}

static void take_parts(unsigned thread) {
  for (unsigned i; (i = atomic_fetch_add(&call.next, 1)) < call.parts;) call.run(call.work, i, scratches[thread].memory);
}

/* Denormal numbers count as zero, as in TensorFlow's own threads. */
static unsigned flush_denormals(void) {
#if defined(__SSE__)
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  return before;
#else
  return 0;
#endif
}

static void restore_denormals(unsigned before) {
#if defined(__SSE__)
  _mm_setcsr(before);
#endif
}

static void *worker(void *argument) {
  unsigned thread = (unsigned)(uintptr_t)argument;
  flush_denormals();
  pthread_mutex_lock(&lock);
  for (;;) {
    while (atomic_load(&call.next) >= call.parts) pthread_cond_wait(&begins, &lock);
    call.busy++;
    pthread_mutex_unlock(&lock);
    take_parts(thread);
    pthread_mutex_lock(&lock);
    if (--call.busy == 0) pthread_cond_signal(&ends);
  }
  return NULL;
}

/* Goes on without threads that do not start. */
static void start_workers(unsigned wanted) {
  for (; started < wanted; started++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, (void *)(uintptr_t)(started + 1)) != 0) return;
    pthread_detach(thread);
  }
}

static int has_scratch(unsigned thread, size_t size) {
  if (scratches[thread].size >= size) return 1;
  free(scratches[thread].memory);
  void *memory = NULL;
  int failed = posix_memalign(&memory, 64, size * sizeof(float));
  scratches[thread].memory = failed ? NULL : memory;
  scratches[thread].size = failed ? 0 : size;
  return !failed;
}

int run_parts(part *run, const void *work, unsigned parts, size_t scratch) {
  unsigned helpers = (parts < thread_count() ? parts : thread_count()) - 1, enough = 1;
  pthread_mutex_lock(&calls);
  start_workers(helpers);
  for (unsigned thread = 0; thread <= started; thread++) enough &= has_scratch(thread, scratch);
  if (enough) {
    pthread_mutex_lock(&lock);
    call.run = run;
    call.work = work;
    call.parts = parts;
    atomic_store(&call.next, 0);
    if (helpers > 0) pthread_cond_broadcast(&begins);
    pthread_mutex_unlock(&lock);
    unsigned before = flush_denormals();
    take_parts(0);
    restore_denormals(before);
    pthread_mutex_lock(&lock);
    while (call.busy > 0) pthread_cond_wait(&ends, &lock);
    pthread_mutex_unlock(&lock);
  }
  pthread_mutex_unlock(&calls);
  return enough;
}

struct units {
  some_units *run;
  const void *work;
  unsigned count, parts;
};

static void run_some(const void *units, unsigned number, float *scratch) {
  const struct units *u = units;
  u->run(u->work, scratch, (unsigned)((uint64_t)number * u->count / u->parts), (unsigned)((uint64_t)(number + 1) * u->count / u->parts));
}

int run_units(some_units *run, const void *work, unsigned count, unsigned fewest, size_t scratch) {
  /* More parts than threads: a slow thread does not delay the others for long. */
  unsigned most = 4 * thread_count(), parts = count / fewest;
  struct units units = {run, work, count, parts < 1 ? 1 : parts < most ? parts : most};
  return run_parts(run_some, &units, units.parts, scratch);
}
