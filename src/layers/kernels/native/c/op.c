/* What the ops share (op.h). */
#include "op.h"
#include <limits.h>
#include <stdlib.h>

/* Reading this many numbers several times takes about 0.05 ms, as long as waking a thread. */
#define NUMBERS_OF_A_PART 32768

u32 side(const struct tensor *t, u32 axis) { return axis < t->rank ? t->sides[axis] : 1; }

struct tensor input(TF_OpKernelContext *context, int at, TF_Status *status) {
  struct tensor t = {0};
  TF_GetInput(context, at, &t.handle, status);
  if (!is_ok(status)) return t;
  int rank = TF_NumDims(t.handle);
  uint64_t count = 1;
  for (int axis = 0; axis < rank; axis++) {
    if (axis < 4) t.sides[axis] = (u32)TF_Dim(t.handle, axis);
    count *= (uint64_t)TF_Dim(t.handle, axis);
  }
  if (rank > 4 || count > UINT_MAX) {
    TF_SetStatus(status, TF_INVALID_ARGUMENT, "A tensor has more than four axes or 2^32 numbers.");
    return t;
  }
  t.rank = (u32)rank;
  t.count = (u32)count;
  t.numbers = TF_TensorData(t.handle);
  return t;
}

void inputs(TF_OpKernelContext *context, struct tensor *tensors, int count, TF_Status *status) {
  for (int i = 0; i < count && is_ok(status); i++) tensors[i] = input(context, i, status);
}

void expect(int holds, const char *message, TF_Status *status) {
  if (is_ok(status) && !holds) TF_SetStatus(status, TF_INVALID_ARGUMENT, message);
}

void expect_memory(int is_there, const char *message, TF_Status *status) {
  if (is_ok(status) && !is_there) TF_SetStatus(status, TF_RESOURCE_EXHAUSTED, message);
}

struct tensor output_of(TF_OpKernelContext *context, u32 rank, const u32 *sides, TF_Status *status) {
  struct tensor t = {.rank = rank};
  int64_t shape[4];
  uint64_t count = 1;
  for (u32 axis = 0; axis < rank; axis++) count *= (uint64_t)(shape[axis] = t.sides[axis] = sides[axis]);
  if (count > UINT_MAX) TF_SetStatus(status, TF_INVALID_ARGUMENT, "The output has more than 2^32 numbers.");
  else t.handle = TF_AllocateOutput(context, 0, TF_FLOAT, shape, (int)rank, count * sizeof(float), status);
  if (!is_ok(status)) return t;
  t.count = (u32)count;
  t.numbers = TF_TensorData(t.handle);
  return t;
}

struct tensor output(TF_OpKernelContext *context, const u32 *sides, TF_Status *status) { return output_of(context, 4, sides, status); }

void finish(TF_OpKernelContext *context, TF_Status *status, struct tensor *tensors, int count) {
  if (!is_ok(status)) TF_OpKernelContext_Failure(context, status);
  for (int i = 0; i < count; i++)
    if (tensors[i].handle != NULL) TF_DeleteTensor(tensors[i].handle);
  TF_DeleteStatus(status);
}

void *make_nothing(TF_OpKernelConstruction *construction) {
  (void)construction;
  return NULL;
}

void *make_attributes(TF_OpKernelConstruction *construction, size_t size, void (*read)(TF_OpKernelConstruction *, void *attributes, TF_Status *)) {
  TF_Status *status = TF_NewStatus();
  void *attributes = calloc(1, size);
  expect_memory(attributes != NULL, "There is no memory for an op.", status);
  if (is_ok(status)) read(construction, attributes, status);
  if (!is_ok(status)) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}

void read_bool(TF_OpKernelConstruction *construction, const char *name, unsigned char *value, TF_Status *status) {
  if (is_ok(status)) TF_OpKernelConstruction_GetAttrBool(construction, name, value, status);
}

void read_int(TF_OpKernelConstruction *construction, const char *name, int32_t *value, TF_Status *status) {
  if (is_ok(status)) TF_OpKernelConstruction_GetAttrInt32(construction, name, value, status);
}

void read_ints(TF_OpKernelConstruction *construction, const char *name, int32_t *values, int count, TF_Status *status) {
  if (is_ok(status)) TF_OpKernelConstruction_GetAttrInt32List(construction, name, values, count, status);
}

u32 rows_of_a_part(u32 numbers) { return numbers == 0 || numbers > NUMBERS_OF_A_PART ? 1 : divided_up(NUMBERS_OF_A_PART, numbers); }

static void no_shape(TF_ShapeInferenceContext *context, TF_Status *status) { TF_ShapeInferenceContextSetUnknownShape(context, status); }

int register_op(const struct op *op) {
  TF_Status *status = TF_NewStatus();
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(op->name);
  for (const char *const *one = op->inputs; *one != NULL; one++) TF_OpDefinitionBuilderAddInput(definition, *one);
  TF_OpDefinitionBuilderAddOutput(definition, "result: float");
  for (const char *const *one = op->attributes; *one != NULL; one++) TF_OpDefinitionBuilderAddAttr(definition, *one);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, no_shape);
  TF_RegisterOpDefinition(definition, status);
  if (is_ok(status)) TF_RegisterKernelBuilder(op->name, TF_NewKernelBuilder(op->name, "CPU", op->make, op->compute, free), status);
  int works = is_ok(status);
  TF_DeleteStatus(status);
  return works;
}
