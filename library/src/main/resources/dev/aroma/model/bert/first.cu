// Attention of the first token of each sequence alone: a block has a head of a sequence, size / 8 threads (a power of two) a key, each
// eight of its columns; it reads keys and values once. q: (sequences, hidden); kv: keys, then values, (tokens, 2 hidden).
__device__ __forceinline__ float dot(const float* v, const float* w) { float s = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) s += v[i] * w[i];
  return s; }
__device__ __forceinline__ float over_pieces(float v, int pieces) {
  for (int o = 1; o < pieces; o <<= 1) v += __shfl_xor_sync(~0u, v, o);
  return v; }
// what dropout makes of one: 0 or 1 / (1 - p)
__device__ __forceinline__ float dropped_one(float p, u64 seed, int place, u32 index) {
  if (p == 0) return 1;
  u32 r[4]; philox(seed, index, place, r); return (r[0] >> 8) * (1.0f / 16777216) >= p ? 1 / (1 - p) : 0; }
struct Asking { int index, head, begin, length, piece, group, groups; u64 own; };
__device__ __forceinline__ Asking asking(const int* offsets, int heads, int size) {
  int s = blockIdx.x / heads, head = blockIdx.x % heads, pieces = size >> 3, piece = threadIdx.x % pieces;
  return {(int) blockIdx.x, head, offsets[s], offsets[s + 1] - offsets[s], piece, (int) threadIdx.x / pieces, (int) blockDim.x / pieces,
    (u64) blockIdx.x * size + piece * 8}; }

// out: (sequences, hidden); sums: (sequences, heads), base-2 logarithms of the softmax's denominators
extern "C" __global__ void __launch_bounds__(128) first_forward(const u16* q, const u16* kv, const int* offsets, int heads, int size, float scale,
    int longest, float p, const u64* seed, int place, u16* out, float* sums) {
  __shared__ float tops[128], totals[128], parts[128][8];
  Asking me = asking(offsets, heads, size); int hidden = heads * size, pieces = size >> 3; u64 sd = *seed;
  const u16* keys = kv + (u64) me.begin * 2 * hidden + me.head * size + me.piece * 8;
  float own[8], o[8] = {}, top = -1e30f, total = 0; load(q + me.own, own);
#pragma unroll 4
  for (int from = 0; from < me.length; from += me.groups) { int j = from + me.group; bool on = j < me.length;
    float k[8] = {}, v[8] = {};
    if (on) { const u16* at = keys + (u64) j * 2 * hidden; load(at, k); load(at + hidden, v); }
    float s = over_pieces(dot(own, k), pieces) * scale * 1.44269504f;
    if (on) { float now = fmaxf(top, s), f = power(top - now), e = power(s - now);
      top = now; total = total * f + e; e *= dropped_one(p, sd, place, me.index * longest + j);
#pragma unroll
      for (int i = 0; i < 8; i++) o[i] = o[i] * f + e * v[i]; } }
  tops[threadIdx.x] = top; totals[threadIdx.x] = total;
#pragma unroll
  for (int i = 0; i < 8; i++) parts[threadIdx.x][i] = o[i];
  __syncthreads();
  if (threadIdx.x >= pieces) return;
  for (int g = 0; g < me.groups; g++) top = fmaxf(top, tops[g * pieces]);
  total = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) o[i] = 0;
  for (int g = 0; g < me.groups; g++) { int at = g * pieces + threadIdx.x; float f = power(tops[at] - top); total += totals[at] * f;
#pragma unroll
    for (int i = 0; i < 8; i++) o[i] += parts[at][i] * f; }
#pragma unroll
  for (int i = 0; i < 8; i++) o[i] = me.length > 0 ? o[i] / total : 0;
  store(out + me.own, o);
  if (threadIdx.x == 0) sums[me.index] = top + __log2f(total);
}

// gradients of q, and of kv into dkv, from that of out
extern "C" __global__ void __launch_bounds__(128) first_backward(const u16* gradient, const u16* q, const u16* kv, const u16* out, const float* sums,
    const int* offsets, int heads, int size, float scale, int longest, float p, const u64* seed, int place, u16* dq, u16* dkv) {
  __shared__ float parts[128][8];
  Asking me = asking(offsets, heads, size); int hidden = heads * size, pieces = size >> 3; u64 sd = *seed;
  u64 first = (u64) me.begin * 2 * hidden + me.head * size + me.piece * 8;
  float own[8], g[8], d[8] = {}, w[8]; load(q + me.own, own); load(gradient + me.own, g); load(out + me.own, w);
  float delta = over_pieces(dot(g, w), pieces), sum = sums[me.index];
#pragma unroll 2
  for (int from = 0; from < me.length; from += me.groups) { int j = from + me.group; bool on = j < me.length;
    float k[8] = {}, v[8] = {}; u64 at = first + (u64) j * 2 * hidden;
    if (on) { load(kv + at, k); load(kv + at + hidden, v); }
    float s = over_pieces(dot(own, k), pieces), e = over_pieces(dot(g, v), pieces);
    if (on) { float f = power(s * scale * 1.44269504f - sum), keep = dropped_one(p, sd, place, me.index * longest + j),
        z = f * (keep * e - delta) * scale;
      f *= keep;
#pragma unroll
      for (int i = 0; i < 8; i++) { d[i] += z * k[i]; k[i] = z * own[i]; v[i] = f * g[i]; }
      store(dkv + at, k); store(dkv + at + hidden, v); } }
#pragma unroll
  for (int i = 0; i < 8; i++) parts[threadIdx.x][i] = d[i];
  __syncthreads();
  if (threadIdx.x >= pieces) return;
  for (int n = 1; n < me.groups; n++)
#pragma unroll
    for (int i = 0; i < 8; i++) d[i] += parts[n * pieces + threadIdx.x][i];
  store(dq + me.own, d);
}
