/*
 * Baseline JPEG files as RGBA bytes: the samples are those of libjpeg-turbo with its defaults (jidctint.c, the triangle filter of jdsample.c, jdcolor.c), which are whole numbers.
 * What is not a plain baseline file of one scan, or is damaged, is refused. Source: ITU-T T.81.
 *
 * The kernel has no memory of its own; a file's tables and planes are in `work`.
 */
#define EXPORT(name) __attribute__((export_name(#name)))

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;
typedef unsigned long long u64;

enum { BLOCK = 8, COEFFICIENTS = 64, QUICK_BITS = 9, MOST_BITS = 16, MOST_COMPONENTS = 3 };

/* A code table: by the next 9 bits the value and, above it, the length of a short code; for longer ones the first code after those of each length, and what to add for the value's place. */
typedef struct {
  u32 known;
  u16 quick[1 << QUICK_BITS];
  u32 after[MOST_BITS + 2];
  int place[MOST_BITS + 1];
  u8 values[256];
} codes;

/* A component: its sampling and its tables, its plane of whole blocks, and how much of it is the picture. */
typedef struct {
  u32 id, across, down, step, dc, ac;
  u32 stride, width, height;
  int before;
  u8 *plane;
} component;

typedef struct {
  const u8 *at, *end;
  u64 bits;
  int count, missing;
} reader;

typedef struct {
  reader in;
  u32 width, height, count, most_across, most_down, jfif;
  component components[MOST_COMPONENTS];
  u32 steps_known;
  u16 steps[4][COEFFICIENTS];
  codes tables[2][4];
  int block[COEFFICIENTS];
  u8 order[COEFFICIENTS];
} file;

static u32 two(const u8 *at) { return at[0] << 8 | at[1]; }

/* The order of coefficients, figure A.6: along the diagonals, back and forth. */
static void set_order(u8 *order) {
  u32 row = 0, column = 0;
  for (u32 i = 0; i < COEFFICIENTS; i++) {
    order[i] = (u8)(row * BLOCK + column);
    if ((row + column) % 2 == 0) {
      if (column == BLOCK - 1) row++;
      else if (row == 0) column++;
      else row--, column++;
    } else {
      if (row == BLOCK - 1) column++;
      else if (column == 0) row++;
      else row++, column--;
    }
  }
}

static u32 read_steps(file *f, const u8 *at, const u8 *end) {
  while (at < end) {
    u32 table = *at & 15;
    /* Steps of 16 bits are not baseline. */
    if (*at > 3 || end - at < 1 + COEFFICIENTS) return 0;
    for (u32 i = 0; i < COEFFICIENTS; i++) f->steps[table][f->order[i]] = at[1 + i];
    f->steps_known |= 1 << table;
    at += 1 + COEFFICIENTS;
  }
  return 1;
}

/* Codes of one length follow each other; a longer one starts behind the last. Annex C. */
static u32 set_codes(codes *t, const u8 *counts, u32 total) {
  u32 code = 0, place = 0;
  for (u32 i = 0; i < 1 << QUICK_BITS; i++) t->quick[i] = 0;
  for (u32 length = 1; length <= MOST_BITS; length++, code <<= 1) {
    t->place[length] = (int)place - (int)code;
    for (u32 i = 0; i < counts[length - 1]; i++, code++, place++) {
      if (length > QUICK_BITS) continue;
      u32 rest = QUICK_BITS - length;
      if (((code + 1) << rest) > 1 << QUICK_BITS) return 0;
      for (u32 j = 0; j < 1u << rest; j++) t->quick[(code << rest) + j] = (u16)(length << 8 | t->values[place]);
    }
    /* No code is all ones. */
    if (counts[length - 1] > 0 && code >= 1u << length) return 0;
    t->after[length] = code << (MOST_BITS - length);
  }
  t->known = 1;
  return place == total;
}

static u32 read_codes(file *f, const u8 *at, const u8 *end) {
  while (at < end) {
    if (end - at < 1 + MOST_BITS || *at >> 4 > 1 || (*at & 15) > 3) return 0;
    codes *t = &f->tables[*at >> 4][*at & 15];
    const u8 *counts = at + 1;
    u32 total = 0;
    for (u32 i = 0; i < MOST_BITS; i++) total += counts[i];
    at += 1 + MOST_BITS;
    if (total > 256 || (u32)(end - at) < total) return 0;
    for (u32 i = 0; i < total; i++) t->values[i] = at[i];
    if (!set_codes(t, counts, total)) return 0;
    at += total;
  }
  return 1;
}

static u32 read_frame(file *f, const u8 *at, const u8 *end) {
  if (f->count > 0 || end - at < 6 || at[0] != 8) return 0;
  f->height = two(at + 1), f->width = two(at + 3), f->count = at[5];
  if ((f->count != 1 && f->count != 3) || end - at != 6 + 3 * (int)f->count) return 0;
  for (u32 i = 0; i < f->count; i++) {
    component *c = &f->components[i];
    const u8 *said = at + 6 + 3 * i;
    c->id = said[0], c->across = said[1] >> 4, c->down = said[1] & 15, c->step = said[2];
    if (c->across == 0 || c->down == 0 || c->across > 4 || c->down > 4 || c->step > 3) return 0;
    /* One component alone is not interleaved: its factors say nothing. */
    if (f->count == 1) c->across = c->down = 1;
  }
  f->most_across = f->components[0].across, f->most_down = f->components[0].down;
  if (f->count == 1) return 1;
  /* Full colours, halved along lines, and halved along both. */
  if (f->most_across > 2 || f->most_down > f->most_across) return 0;
  for (u32 i = 1; i < f->count; i++)
    if (f->components[i].across != 1 || f->components[i].down != 1) return 0;
  return 1;
}

/* Whether three components are luma and two of colour, as libjpeg's default_decompress_parms finds. */
static u32 is_ycc(const file *f) {
  return f->jfif || (f->components[0].id == 1 && f->components[1].id == 2 && f->components[2].id == 3);
}

static u32 read_scan(file *f, const u8 *at, const u8 *end) {
  if (f->count == 0 || end - at != 4 + 2 * (int)f->count || at[0] != f->count) return 0;
  for (u32 i = 0; i < f->count; i++) {
    component *c = &f->components[i];
    c->dc = at[2 + 2 * i] >> 4, c->ac = at[2 + 2 * i] & 15;
    if (at[1 + 2 * i] != c->id || c->dc > 3 || c->ac > 3) return 0;
    if (!f->tables[0][c->dc].known || !f->tables[1][c->ac].known || !(f->steps_known >> c->step & 1)) return 0;
  }
  /* All coefficients in full. */
  const u8 *range = at + 1 + 2 * f->count;
  return range[0] == 0 && range[1] == 63 && range[2] == 0 && (f->count == 1 || is_ycc(f));
}

/* What a segment before the scan says; 0 for one that may change the pixels. */
static u32 read_segment(file *f, u32 marker, const u8 *at, const u8 *end) {
  switch (marker) {
    case 0xffdb: return read_steps(f, at, end);
    case 0xffc4: return read_codes(f, at, end);
    case 0xffc0: return read_frame(f, at, end);
    case 0xffe0:
      if (end - at >= 14 && at[0] == 'J' && at[1] == 'F' && at[2] == 'I' && at[3] == 'F' && at[4] == 0) f->jfif = 1;
      return 1;
    case 0xfffe: return 1;
    default: return 0;
  }
}

/* Reads to behind the header of the scan. */
static u32 read_headers(file *f) {
  for (const u8 *at = f->in.at + 2; f->in.end - at >= 4;) {
    u32 marker = two(at), length = two(at + 2);
    const u8 *data = at + 4;
    if (length < 2 || (u32)(f->in.end - at) < 2 + length) return 0;
    at += 2 + length;
    f->in.at = at;
    if (marker == 0xffda) return read_scan(f, data, at);
    if (!read_segment(f, marker, data, at)) return 0;
  }
  return 0;
}

/* Now at least 57 bits; where the scan ends, zeros, which are counted. */
static void fill(reader *in) {
  while (in->count <= 56) {
    u32 byte = 0;
    if (in->end - in->at >= 2 && in->at[0] != 0xff) byte = *in->at++;
    else if (in->end - in->at >= 2 && in->at[1] == 0) byte = 0xff, in->at += 2;
    else in->missing += 8;
    in->bits |= (u64)byte << (56 - in->count);
    in->count += 8;
  }
}

static u32 take(reader *in, u32 count) {
  u32 found = (u32)(in->bits >> (64 - count));
  in->bits <<= count;
  in->count -= (int)count;
  return found;
}

/* The value of the next code, or 256 for a code that there is not. */
static u32 decoded(reader *in, const codes *t) {
  u32 quick = t->quick[in->bits >> (64 - QUICK_BITS)];
  if (quick != 0) {
    take(in, quick >> 8);
    return quick & 255;
  }
  u32 next = (u32)(in->bits >> (64 - MOST_BITS));
  for (u32 length = QUICK_BITS + 1; length <= MOST_BITS; length++)
    if (next < t->after[length]) return t->values[((int)take(in, length) + t->place[length]) & 255];
  return 256;
}

/* A number of so many bits: those that begin with 0 are negative. Table F.1. */
static int number(reader *in, u32 bits) {
  if (bits == 0) return 0;
  int found = (int)take(in, bits);
  return found < 1 << (bits - 1) ? found - (1 << bits) + 1 : found;
}

/* The most that the sizes of a block's coefficients add up to: libjpeg's numbers of 16 bits hold all sums then. */
enum { MOST_IN_BLOCK = 5900 };

static u32 size_of(int coefficient) { return (u32)(coefficient < 0 ? -coefficient : coefficient); }

/* The coefficients of the next block, in one of zeros; 0 where it is damaged. */
static u32 read_block(file *f, component *c) {
  reader *in = &f->in;
  int *block = f->block;
  const u16 *steps = f->steps[c->step];
  fill(in);
  u32 bits = decoded(in, &f->tables[0][c->dc]);
  if (bits > 11) return 0;
  c->before += number(in, bits);
  block[0] = c->before * steps[0];
  if (size_of(c->before) > MOST_IN_BLOCK) return 0;
  u32 total = size_of(block[0]);
  const codes *ac = &f->tables[1][c->ac];
  for (u32 k = 1; k < COEFFICIENTS; k++) {
    if (in->count < 32) fill(in);
    u32 code = decoded(in, ac), run = code >> 4, size = code & 15;
    if (code > 255) return 0;
    k += run;
    if (size == 0) {
      if (run == 15) continue;
      break;
    }
    if (k >= COEFFICIENTS) return 0;
    u32 place = f->order[k];
    block[place] = number(in, size) * steps[place];
    total += size_of(block[place]);
  }
  /* Beyond the scan are only the zeros. */
  return total <= MOST_IN_BLOCK && in->count >= in->missing;
}

/* One direction of libjpeg's jpeg_idct_islow: `x` are eight numbers `apart` from each other. */
#define IDCT(x, apart, shift)                                                                                                              \
  int z2 = x[2 * apart], z3 = x[6 * apart], z1 = (z2 + z3) * 4433;                                                                         \
  int even2 = z1 - z3 * 15137, even3 = z1 + z2 * 6270;                                                                                     \
  int even0 = (x[0] + x[4 * apart]) * 8192, even1 = (x[0] - x[4 * apart]) * 8192;                                                          \
  int s0 = even0 + even3 + (1 << (shift - 1)), s3 = even0 - even3 + (1 << (shift - 1));                                                    \
  int s1 = even1 + even2 + (1 << (shift - 1)), s2 = even1 - even2 + (1 << (shift - 1));                                                    \
  int o0 = x[7 * apart], o1 = x[5 * apart], o2 = x[3 * apart], o3 = x[apart];                                                              \
  int y1 = (o0 + o3) * -7373, y2 = (o1 + o2) * -20995, y3 = o0 + o2, y4 = o1 + o3, y5 = (y3 + y4) * 9633;                                  \
  y3 = y5 - y3 * 16069, y4 = y5 - y4 * 3196;                                                                                               \
  o0 = o0 * 2446 + y1 + y3, o1 = o1 * 16819 + y2 + y4, o2 = o2 * 25172 + y2 + y3, o3 = o3 * 12299 + y1 + y4;                               \
  int results[8] = {s0 + o3, s1 + o2, s2 + o1, s3 + o0, s3 - o0, s2 - o1, s1 - o2, s0 - o3}

static u8 sample(int value) { return (u8)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* The block's samples; it is zeros afterwards, as `read_block` needs it. */
static void write_block(int *block, u8 *to, u32 stride) {
  for (u32 i = 0; i < BLOCK; i++) {
    int *x = block + i;
    IDCT(x, 8, 11);
    for (u32 j = 0; j < BLOCK; j++) x[8 * j] = results[j] >> 11;
  }
  for (u32 i = 0; i < BLOCK; i++, to += stride) {
    int *x = block + 8 * i;
    IDCT(x, 1, 18);
    for (u32 j = 0; j < BLOCK; j++) to[j] = sample((results[j] >> 18) + 128), x[j] = 0;
  }
}

static u32 over(u32 a, u32 b) { return (a + b - 1) / b; }

/* Decodes the scan into the planes, which are in the memory from `planes`; 0 where it is damaged. */
static u32 read_planes(file *f, u8 *planes) {
  u32 units_across = over(f->width, BLOCK * f->most_across), units_down = over(f->height, BLOCK * f->most_down);
  for (u32 i = 0; i < f->count; i++) {
    component *c = &f->components[i];
    c->stride = units_across * BLOCK * c->across, c->plane = planes;
    c->width = over(f->width * c->across, f->most_across), c->height = over(f->height * c->down, f->most_down);
    planes += c->stride * units_down * BLOCK * c->down;
  }
  for (u32 row = 0; row < units_down; row++)
    for (u32 column = 0; column < units_across; column++)
      for (u32 i = 0; i < f->count; i++) {
        component *c = &f->components[i];
        for (u32 y = row * c->down; y < (row + 1) * c->down; y++)
          for (u32 x = column * c->across; x < (column + 1) * c->across; x++) {
            if (!read_block(f, c)) return 0;
            write_block(f->block, c->plane + (y * c->stride + x) * BLOCK, c->stride);
          }
      }
  /* What is left is padding, and then the end of the picture. */
  reader *in = &f->in;
  return in->count - in->missing < 8 && in->end - in->at >= 2 && two(in->at) == 0xffd9;
}

/* A line of colours in full: sums of the nearest line, three parts, and the next one, one part, and the same along the line. libjpeg's h2v1_fancy_upsample and h2v2_fancy_upsample. */
static void widened(const component *c, u32 row, u32 halved_down, u8 *to) {
  u32 last = c->width - 1, nearest = halved_down ? row / 2 : row;
  u32 next = row % 2 == 0 ? (nearest == 0 ? 0 : nearest - 1) : (nearest + 1 < c->height ? nearest + 1 : nearest);
  const u8 *a = c->plane + nearest * c->stride, *b = halved_down ? c->plane + next * c->stride : a;
  /* Halved along lines alone, both lines are the same, and the sum has four parts. */
#define SUM(i) (halved_down ? 3 * a[i] + b[i] : 4 * a[i])
  u32 low = halved_down ? 8 : 4, high = halved_down ? 7 : 8;
  to[0] = (u8)((4 * SUM(0) + low) >> 4);
  to[2 * last + 1] = (u8)((4 * SUM(last) + high) >> 4);
  for (u32 i = 0; i < last; i++) {
    u32 left = SUM(i), right = SUM(i + 1);
    to[2 * i + 1] = (u8)((3 * left + right + high) >> 4);
    to[2 * i + 2] = (u8)((3 * right + left + low) >> 4);
  }
}

static void write_grey(const file *f, u32 *rgba) {
  const component *c = &f->components[0];
  for (u32 row = 0; row < f->height; row++, rgba += f->width)
    for (u32 i = 0; i < f->width; i++) rgba[i] = c->plane[row * c->stride + i] * 0x10101u | 0xff000000u;
}

/* libjpeg's ycc_rgb_convert. */
static void write_colours(const file *f, u8 *lines, u32 *rgba) {
  const component *c = f->components;
  u32 room = 2 * c[1].stride;
  for (u32 row = 0; row < f->height; row++, rgba += f->width) {
    const u8 *y = c[0].plane + row * c[0].stride, *blue = c[1].plane + row * c[1].stride, *red = c[2].plane + row * c[2].stride;
    if (f->most_across == 2) {
      widened(&c[1], row, f->most_down == 2, lines);
      widened(&c[2], row, f->most_down == 2, lines + room);
      blue = lines, red = lines + room;
    }
    for (u32 i = 0; i < f->width; i++) {
      int cb = blue[i] - 128, cr = red[i] - 128;
      u32 r = sample(y[i] + ((91881 * cr + 32768) >> 16));
      u32 g = sample(y[i] + ((-22554 * cb - 46802 * cr + 32768) >> 16));
      u32 b = sample(y[i] + ((116130 * cb + 32768) >> 16));
      rgba[i] = r | g << 8 | b << 16 | 0xff000000u;
    }
  }
}

/* How many bytes of `work` a picture of this size takes at most. */
EXPORT(jpegWork)
u32 jpeg_work(u32 width, u32 height) { return sizeof(file) + 3 * (width + 16) * (height + 16) + 4 * (width + 32); }

/* The picture of a file of `length` bytes, if it has this size, as RGBA; 0 if it is refused. `work` are as many bytes as jpegWork says. */
EXPORT(jpeg)
u32 jpeg(const u8 *bytes, u32 length, u8 *work, u32 *rgba, u32 width, u32 height) {
  file *f = (file *)work;
  __builtin_memset(f, 0, sizeof(file));
  f->in.at = bytes, f->in.end = bytes + length;
  set_order(f->order);
  if (length < 4 || two(bytes) != 0xffd8 || !read_headers(f) || f->width != width || f->height != height) return 0;
  /* Of narrower colours libjpeg repeats the samples. */
  if (f->most_across == 2 && width <= 4) return 0;
  u8 *planes = work + sizeof(file) + 4 * (width + 32);
  if (!read_planes(f, planes)) return 0;
  if (f->count == 1) write_grey(f, rgba);
  else write_colours(f, work + sizeof(file), rgba);
  return 1;
}
