// Elementwise work of a BERT block in bfloat16, each kernel one pass over memory: eight elements a thread, no includes.
typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
struct alignas(16) V8 { u16 v[8]; };
__device__ __forceinline__ float f(u16 x) { return __uint_as_float(((u32) x) << 16); }
__device__ __forceinline__ u16 h(float x) { u32 b = __float_as_uint(x); b += 0x7fffu + ((b >> 16) & 1u); return (u16) (b >> 16); }
__device__ __forceinline__ void load(const u16* p, float* o) { V8 t = *(const V8*) p;
#pragma unroll
  for (int i = 0; i < 8; i++) o[i] = f(t.v[i]); }
__device__ __forceinline__ void store(u16* p, const float* o) { V8 t;
#pragma unroll
  for (int i = 0; i < 8; i++) t.v[i] = h(o[i]); *(V8*) p = t; }
// Philox 4x32, 7 rounds
__device__ __forceinline__ void philox(u64 seed, u32 a, u32 b, u32* r) {
  u32 c0 = a, c1 = b, c2 = 0, c3 = 0, k0 = (u32) seed, k1 = (u32) (seed >> 32);
#pragma unroll
  for (int i = 0; i < 7; i++) {
    u32 h0 = __umulhi(0xD2511F53u, c0), l0 = 0xD2511F53u * c0, h1 = __umulhi(0xCD9E8D57u, c2), l1 = 0xCD9E8D57u * c2;
    c0 = h1 ^ c1 ^ k0; c1 = l1; c2 = h0 ^ c3 ^ k1; c3 = l0; k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
  }
  r[0] = c0; r[1] = c1; r[2] = c2; r[3] = c3;
}
// factors 0 or 1/(1-p) of 8 elements
__device__ __forceinline__ void keep(float p, const u64* seed, u32 layer, u32 index, float* m) {
  u32 r[4]; philox(*seed, index, layer, r);
  u32 limit = (u32) (p * 65536.0f); float s = 1.0f / (1.0f - p);
#pragma unroll
  for (int i = 0; i < 8; i++) m[i] = ((r[i >> 1] >> (16 * (i & 1))) & 0xffffu) >= limit ? s : 0.0f;
}
__device__ __forceinline__ float2 total(float a, float b) { // sums over the block
  __shared__ float2 part[32];
#pragma unroll
  for (int o = 16; o > 0; o >>= 1) { a += __shfl_xor_sync(~0u, a, o); b += __shfl_xor_sync(~0u, b, o); }
  int w = threadIdx.x >> 5, n = blockDim.x >> 5;
  if ((threadIdx.x & 31) == 0) part[w] = make_float2(a, b);
  __syncthreads();
  float2 t = part[0];
  for (int i = 1; i < n; i++) { t.x += part[i].x; t.y += part[i].y; }
  __syncthreads();
  return t;
}
// out[j] = v · a[j] over the block for j < rank, 0 for rank <= j < cols; v: eight columns a thread, of width
#define DOTS 4
__device__ __forceinline__ void dots(const float* v, const u16* a, int rank, int width, int cols, u16* out) {
  __shared__ float part[DOTS][32];
  int c = threadIdx.x * 8, w = threadIdx.x >> 5, n = blockDim.x >> 5;
  for (int j = 0; j < rank; j++) {
    float s = 0;
    if (c < width) { float r[8]; load(a + (u64) j * width + c, r);
#pragma unroll
      for (int i = 0; i < 8; i++) s += v[i] * r[i]; }
#pragma unroll
    for (int o = 16; o > 0; o >>= 1) s += __shfl_xor_sync(~0u, s, o);
    if ((threadIdx.x & 31) == 0) part[j][w] = s;
  }
  __syncthreads();
  if (threadIdx.x < cols) { float t = 0;
    if (threadIdx.x < rank) for (int i = 0; i < n; i++) t += part[threadIdx.x][i];
    out[threadIdx.x] = h(t); }
}
// x = norm(rest + drop(y + t b)), with t (rows, rank) and b (rank, width); normal is x before gamma and beta.
// Behind x, as cols columns: x aᵀ, a (ranka, width), unless ranka is more than DOTS: then they are left alone
extern "C" __global__ void norm_forward(const u16* y, const u16* t, int ldt, const u16* b, int rank, const u16* rest, int ldrest,
    const u16* gamma, const u16* beta, float eps, float p, const u64* seed, int layer, const u16* a, int ranka, int cols,
    u16* x, u16* normal, float* rstd, int width) {
  int row = blockIdx.x, c = threadIdx.x * 8; bool on = c < width; u16* mine = x + (u64) row * (width + cols);
  float z[8] = {0};
  if (on) {
    float r[8]; load(y + (u64) row * width + c, z);
    for (int j = 0; j < rank; j++) { float tj = f(t[(u64) row * ldt + j]); load(b + (u64) j * width + c, r);
#pragma unroll
      for (int i = 0; i < 8; i++) z[i] += tj * r[i]; }
    if (p > 0) { float m[8]; keep(p, seed, layer, row * (width >> 3) + threadIdx.x, m);
#pragma unroll
      for (int i = 0; i < 8; i++) z[i] *= m[i]; }
    load(rest + (u64) row * ldrest + c, r);
#pragma unroll
    for (int i = 0; i < 8; i++) z[i] += r[i];
  }
  float s = 0, q = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) s += z[i];
  float mean = total(s, 0).x / width;
  if (on) {
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] -= mean; q += z[i] * z[i]; } }
  float inv = rsqrtf(total(q, 0).x / width + eps);
  if (on) {
    float g[8], o[8]; load(gamma + c, g); load(beta + c, o);
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] *= inv; o[i] += z[i] * g[i]; }
    store(mine + c, o); store(normal + (u64) row * width + c, z);
#pragma unroll
    for (int i = 0; i < 8; i++) z[i] = o[i];
  }
  if (threadIdx.x == 0) rstd[row] = inv;
  if (ranka > 0 && ranka <= DOTS) dots(z, a, ranka, width, cols, mine + width);
}
// gradient of norm_forward: that of x is main + u a + extra, u being the columns of main behind width; dz goes to rest, and dy
// to y, behind which, as cols columns, come dy bᵀ, b (rankb, width), unless rankb is more than DOTS
extern "C" __global__ void norm_backward(const u16* main, int ldm, const u16* a, int rank, const u16* extra, const u16* normal,
    const u16* gamma, const float* rstd, float p, const u64* seed, int layer, const u16* b, int rankb, int cols, u16* dz, u16* dy,
    int width) {
  int row = blockIdx.x, c = threadIdx.x * 8; bool on = c < width; u16* mine = dy + (u64) row * (width + cols);
  float d[8] = {0}, n[8] = {0};
  if (on) {
    float e[8]; load(main + (u64) row * ldm + c, d);
    if (extra) { load(extra + (u64) row * width + c, e);
#pragma unroll
      for (int i = 0; i < 8; i++) d[i] += e[i]; }
    for (int j = 0; j < rank; j++) { float uj = f(main[(u64) row * ldm + width + j]); load(a + (u64) j * width + c, e);
#pragma unroll
      for (int i = 0; i < 8; i++) d[i] += uj * e[i]; }
    load(gamma + c, e); load(normal + (u64) row * width + c, n);
#pragma unroll
    for (int i = 0; i < 8; i++) d[i] *= e[i];
  }
  float s = 0, q = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) { s += d[i]; q += d[i] * n[i]; }
  float2 t = total(s, q); float m = t.x / width, k = t.y / width, inv = rstd[row];
  if (on) {
#pragma unroll
    for (int i = 0; i < 8; i++) d[i] = (d[i] - m - n[i] * k) * inv;
    store(dz + (u64) row * width + c, d);
    if (p > 0) { float w[8]; keep(p, seed, layer, row * (width >> 3) + threadIdx.x, w);
#pragma unroll
      for (int i = 0; i < 8; i++) d[i] *= w[i]; }
    store(mine + c, d);
  }
  if (rankb > 0 && rankb <= DOTS) dots(d, b, rankb, width, cols, mine + width);
}
// the normal distribution's density times sqrt(2 pi), and its cumulative function by Abramowitz and Stegun 7.1.26, which is made
// of that density: within 3e-7
__device__ __forceinline__ float normal_cdf(float x, float* density) {
  float e = __expf(-0.5f * x * x), t = __fdividef(1.0f, 1.0f + 0.23164190f * fabsf(x)); *density = e;
  float tail = t * (0.127414796f + t * (-0.142248368f + t * (0.7107068705f + t * (-0.7265760135f + t * 0.5307027145f)))) * e;
  return x < 0 ? tail : 1.0f - tail;
}
// y = gelu(x), a block a row; t = y aᵀ, (rows, cols), unless rank is more than DOTS
extern "C" __global__ void gelu_forward(const u16* x, u16* y, const u16* a, int rank, u16* t, int cols, int width) {
  int row = blockIdx.x, c = threadIdx.x * 8; float v[8] = {0};
  if (c < width) { u64 at = (u64) row * width + c; load(x + at, v);
#pragma unroll
    for (int i = 0; i < 8; i++) { float e; v[i] *= normal_cdf(v[i], &e); }
    store(y + at, v); }
  if (rank > 0 && rank <= DOTS) dots(v, a, rank, width, cols, t + (u64) row * cols);
}
// dx = dy gelu'(x), over dy, and gelu(x) into y unless that is null. R > 0: sums over a block's rows too, of u_j gelu(x) for
// j < rank, then of n_j dx for j < rankn, into part (blocks of rows, 2 R, width)
template<int R> __device__ __forceinline__ void gelu_back(u16* dy, const u16* u, int ldu, int rank, const u16* n, int ldn, int rankn,
    const u16* x, u16* y, float* part, int rows, int each, int width) {
  int c = (blockIdx.x * blockDim.x + threadIdx.x) * 8; if (c >= width) return;
  constexpr int K = R ? R : 1;
  float su[K][8], sn[K][8];
#pragma unroll
  for (int j = 0; j < K; j++)
#pragma unroll
    for (int i = 0; i < 8; i++) { su[j][i] = 0; sn[j][i] = 0; }
  int end = min(rows, (int) (blockIdx.y + 1) * each);
#pragma unroll 2
  for (int row = blockIdx.y * each; row < end; row++) {
    u64 at = (u64) row * width + c; float d[8], v[8]; load(dy + at, d); load(x + at, v);
#pragma unroll
    for (int i = 0; i < 8; i++) { float e, q = normal_cdf(v[i], &e);
      d[i] *= q + v[i] * 0.39894228f * e; v[i] *= q; }
    store(dy + at, d); if (y) store(y + at, v);
    if (R > 0) {
#pragma unroll
      for (int j = 0; j < R; j++) {
        if (j < rank) { float w = f(u[(u64) row * ldu + j]);
#pragma unroll
          for (int i = 0; i < 8; i++) su[j][i] += w * v[i]; }
        if (j < rankn) { float w = f(n[(u64) row * ldn + j]);
#pragma unroll
          for (int i = 0; i < 8; i++) sn[j][i] += w * d[i]; }
      }
    }
  }
  if (R > 0) {
    float* mine = part + (u64) blockIdx.y * 2 * R * width + c;
#pragma unroll
    for (int j = 0; j < R; j++)
#pragma unroll
      for (int i = 0; i < 8; i++) { mine[(u64) j * width + i] = su[j][i]; mine[(u64) (R + j) * width + i] = sn[j][i]; }
  }
}
#define GELU_BACKWARD(R) extern "C" __global__ void __launch_bounds__(128) gelu_backward_##R(u16* dy, const u16* u, int ldu, int rank, \
    const u16* n, int ldn, int rankn, const u16* x, u16* y, float* part, int rows, int each, int width) { \
  gelu_back<R>(dy, u, ldu, rank, n, ldn, rankn, x, y, part, rows, each, width); }
GELU_BACKWARD(0)
GELU_BACKWARD(1)
GELU_BACKWARD(2)
// adds up gelu_backward's parts: a (rank, width) from the first half of the sums, b (width, ldb) from the second;
// blocks of 32 columns by 8, a row of sums each
extern "C" __global__ void sum_parts(const float* part, int parts, int half, u16* a, int rank, u16* b, int ldb, int rankn, int width) {
  __shared__ float some[8][32];
  int x = threadIdx.x & 31, y = threadIdx.x >> 5, c = blockIdx.x * 32 + x, j = blockIdx.y; float s = 0;
  if (c < width) for (int i = y; i < parts; i += 8) s += part[((u64) i * 2 * half + j) * width + c];
  some[y][x] = s;
  __syncthreads();
  if (y > 0 || c >= width) return;
  for (int i = 1; i < 8; i++) s += some[i][x];
  if (j < half) { if (j < rank) a[(u64) j * width + c] = h(s); }
  else if (j - half < rankn) b[(u64) c * ldb + j - half] = h(s);
}
