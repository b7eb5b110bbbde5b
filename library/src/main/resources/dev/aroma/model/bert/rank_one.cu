// The work of a BERT block between its large products where every branch has rank one: y + t b for a row's number t = x . a, and
// backwards u = dy . b, dx + u a, the sums over rows of u x (gradient of a) and t dy (of b). Numbers of rows are float32: (rows,
// parts), whose sum over parts counts; scale is in b. A block takes `each` rows one after another, a thread eight columns.
#define EACH 64 // no block takes more rows where there are sums
__device__ __forceinline__ float number(const float* t, int parts, int row) { float s = 0;
#pragma unroll 4
  for (int i = 0; i < parts; i++) s += t[(u64) row * parts + i]; return s; }
__device__ __forceinline__ void plus(float* v, float s, const V8& r) { float w[8]; wide(r, w);
#pragma unroll
  for (int i = 0; i < 8; i++) v[i] += s * w[i]; }
__device__ __forceinline__ float dot(const float* v, const V8& r) { float w[8], s = 0; wide(r, w);
#pragma unroll
  for (int i = 0; i < 8; i++) s += v[i] * w[i];
  return s; }
template<int C> __device__ __forceinline__ void columns(u16* to, const float* v, int count, int cols) { // behind a row: some numbers, then zeros
  for (int i = threadIdx.x; i < cols; i += blockDim.x) { float t = 0;
#pragma unroll
    for (int j = 0; j < C; j++) if (j == i && j < count) t = v[j];
    to[i] = h(t); } }

// x = norm(rest + drop(y + t b)); normal is x before gamma and beta; behind: (count, rows) numbers x . a_j, count <= C, which come as
// cols columns behind x too
template<int C> __device__ __forceinline__ void one_norm(const u16* y, const float* t, int parts, const u16* b, const u16* rest,
    int ldrest, const u16* gamma, const u16* beta, float eps, float p, const u64* seed, int layer, const u16* a, int count, int cols,
    u16* x, u16* normal, float* rstd, float* behind, int rows, int each, int width) {
  __shared__ float first[1][32], second[1][32], third[C][32];
  int c = threadIdx.x * 8; bool on = c < width;
  V8 g = {}, o = {}, vb = {};
  if (on) { g = raw(gamma + c); o = raw(beta + c); if (t) vb = raw(b + c); }
  u64 s = *seed; int end = min(rows, (int) (blockIdx.x + 1) * each);
  for (int row = blockIdx.x * each; row < end; row++) {
    float z[8] = {}, m = 0;
    if (on) { V8 vy = raw(y + (u64) row * width + c), vr = raw(rest + (u64) row * ldrest + c);
      wide(vy, z); if (t) plus(z, number(t, parts, row), vb);
      if (p > 0) drop(p, s, layer, row * (width >> 3) + threadIdx.x, z);
      plus(z, 1, vr); }
#pragma unroll
    for (int i = 0; i < 8; i++) m += z[i];
    over_block<1>(&m, first); m /= width;
    float q = 0;
    if (on)
#pragma unroll
      for (int i = 0; i < 8; i++) { z[i] -= m; q += z[i] * z[i]; }
    over_block<1>(&q, second); float inv = rsqrtf(q / width + eps);
    u16* mine = x + (u64) row * (width + cols);
    float v[8] = {};
    if (on) {
#pragma unroll
      for (int i = 0; i < 8; i++) z[i] *= inv;
      float w[8]; wide(g, w); wide(o, v);
#pragma unroll
      for (int i = 0; i < 8; i++) v[i] += z[i] * w[i];
      store(mine + c, v); store(normal + (u64) row * width + c, z); }
    if (threadIdx.x == 0) rstd[row] = inv;
    if (count > 0) { float d[C];
#pragma unroll
      for (int j = 0; j < C; j++) d[j] = j < count && on ? dot(v, raw(a + (u64) j * width + c)) : 0;
      over_block<C>(d, third); columns<C>(mine + width, d, count, cols);
#pragma unroll
      for (int j = 0; j < C; j++) if (j < count && threadIdx.x == j) behind[(u64) j * rows + row] = d[j]; }
  }
}

// gradient of one_norm_forward: that of x is main + the u_j a_j + extra, u: (count, rows, parts); dz goes to rest, and dy to y, its number
// dy . b to behind and as cols columns behind dy. Sums of u_j x, then, if there is b, of t dy, into part (blocks, sums, width)
template<int C> __device__ __forceinline__ void one_norm_back(const u16* main, const float* u, int parts, const u16* a, int count,
    const u16* extra, const u16* normal, const u16* gamma, const u16* beta, const float* rstd, float p, const u64* seed, int layer,
    const u16* b, const float* t, int partst, int cols, u16* dz, u16* dy, float* behind, float* part, int rows, int each, int width) {
  __shared__ float first[2][2][32], second[2][1][32];
  int c = threadIdx.x * 8; bool on = c < width;
  V8 g = {}, vb = {}, va[C] = {};
  float sum[C + 1][8] = {}, all[C] = {};
  if (on) { g = raw(gamma + c); if (b) vb = raw(b + c);
#pragma unroll
    for (int j = 0; j < C; j++) if (j < count) va[j] = raw(a + (u64) j * width + c); }
  u64 s = *seed; int begin = blockIdx.x * each, end = min(rows, begin + each);
  __shared__ float us[C][EACH], ts[EACH], rs[EACH];
  for (int i = threadIdx.x; i < end - begin; i += blockDim.x) { rs[i] = rstd[begin + i]; if (b) ts[i] = number(t, partst, begin + i);
#pragma unroll
    for (int j = 0; j < C; j++) if (j < count) us[j][i] = number(u + (u64) j * rows * parts, parts, begin + i); }
  __syncthreads();
  V8 vm = {}, ve = {}, vn = {};
  if (on && begin < end) { u64 at = (u64) begin * width + c; vm = raw(main + at); vn = raw(normal + at); if (extra) ve = raw(extra + at); }
  for (int row = begin; row < end; row++) {
    float d[8] = {}, n[8] = {}, k[2] = {};
    if (on) { wide(vm, d); wide(vn, n); if (extra) plus(d, 1, ve);
      if (row + 1 < end) { u64 at = (u64) (row + 1) * width + c; vm = raw(main + at); vn = raw(normal + at); if (extra) ve = raw(extra + at); }
      float w[8]; wide(g, w);
#pragma unroll
      for (int j = 0; j < C; j++) if (j < count) { float uj = us[j][row - begin]; plus(d, uj, va[j]); all[j] += uj;
#pragma unroll
        for (int i = 0; i < 8; i++) sum[j][i] += uj * n[i]; }
#pragma unroll
      for (int i = 0; i < 8; i++) { d[i] *= w[i]; k[0] += d[i]; k[1] += d[i] * n[i]; } }
    over_block<2>(k, first[row & 1]); float m = k[0] / width, q = k[1] / width, inv = rs[row - begin];
    u16* mine = dy + (u64) row * (width + cols);
    if (on) {
#pragma unroll
      for (int i = 0; i < 8; i++) d[i] = (d[i] - m - n[i] * q) * inv;
      store(dz + (u64) row * width + c, d);
      if (p > 0) drop(p, s, layer, row * (width >> 3) + threadIdx.x, d);
      store(mine + c, d); }
    if (b) { float tr = ts[row - begin], w = on ? dot(d, vb) : 0;
#pragma unroll
      for (int i = 0; i < 8; i++) sum[C][i] += tr * d[i];
      over_block<1>(&w, second[row & 1]); columns<1>(mine + width, &w, 1, cols);
      if (threadIdx.x == 0) behind[row] = w; }
  }
  if (on) { float* to = part + (u64) blockIdx.x * (count + (b ? 1 : 0)) * width + c; float w[8], o[8]; wide(g, w); load(beta + c, o); // x is normal gamma + beta
#pragma unroll
    for (int j = 0; j < C; j++)
#pragma unroll
      for (int i = 0; i < 8; i++) sum[j][i] = sum[j][i] * w[i] + all[j] * o[i];
#pragma unroll
    for (int j = 0; j <= C; j++) if (j < count || (j == C && b)) {
#pragma unroll
      for (int i = 0; i < 8; i++) to[(u64) (j < C ? j : count) * width + i] = sum[j][i]; } }
}

extern "C" __global__ void __launch_bounds__(512) one_norm_forward_1(const u16* y, const float* t, int parts, const u16* b, const u16* rest, int ldrest, const u16* gamma, const u16* beta, float eps, float p, const u64* seed, int layer, const u16* a, int count, int cols, u16* x, u16* normal, float* rstd, float* behind, int rows, int each, int width) {
  one_norm<1>(y, t, parts, b, rest, ldrest, gamma, beta, eps, p, seed, layer, a, count, cols, x, normal, rstd, behind, rows, each, width); }
extern "C" __global__ void __launch_bounds__(384) one_norm_forward_3(const u16* y, const float* t, int parts, const u16* b, const u16* rest, int ldrest, const u16* gamma, const u16* beta, float eps, float p, const u64* seed, int layer, const u16* a, int count, int cols, u16* x, u16* normal, float* rstd, float* behind, int rows, int each, int width) {
  one_norm<3>(y, t, parts, b, rest, ldrest, gamma, beta, eps, p, seed, layer, a, count, cols, x, normal, rstd, behind, rows, each, width); }
extern "C" __global__ void __launch_bounds__(512) one_norm_backward_1(const u16* main, const float* u, int parts, const u16* a, int count, const u16* extra, const u16* normal, const u16* gamma, const u16* beta, const float* rstd, float p, const u64* seed, int layer, const u16* b, const float* t, int partst, int cols, u16* dz, u16* dy, float* behind, float* part, int rows, int each, int width) {
  one_norm_back<1>(main, u, parts, a, count, extra, normal, gamma, beta, rstd, p, seed, layer, b, t, partst, cols, dz, dy, behind, part, rows, each, width); }
extern "C" __global__ void __launch_bounds__(384) one_norm_backward_3(const u16* main, const float* u, int parts, const u16* a, int count, const u16* extra, const u16* normal, const u16* gamma, const u16* beta, const float* rstd, float p, const u64* seed, int layer, const u16* b, const float* t, int partst, int cols, u16* dz, u16* dy, float* behind, float* part, int rows, int each, int width) {
  one_norm_back<3>(main, u, parts, a, count, extra, normal, gamma, beta, rstd, p, seed, layer, b, t, partst, cols, dz, dy, behind, part, rows, each, width); }

// the numbers x . a of a row, of each warp one: (rows, warps of a row), or nothing without a
__device__ __forceinline__ void numbers(float v, int w, float* behind, int row, int width) {
  over_warp<1>(&v); int warps = (width + 255) >> 8;
  if ((threadIdx.x & 31) == 0 && w < warps) behind[(u64) row * warps + w] = v;
}

// y = gelu(x + t b), and its numbers y . a
extern "C" __global__ void __launch_bounds__(128) one_gelu_forward(const u16* x, const float* t, int parts, const u16* b, const u16* a, u16* y,
    float* behind, int rows, int each, int width) {
  int c = (blockIdx.x * blockDim.x + threadIdx.x) * 8; bool on = c < width;
  V8 va = {}, vb = {};
  if (on && a) va = raw(a + c);
  if (on && b) vb = raw(b + c);
  int end = min(rows, (int) (blockIdx.y + 1) * each);
#pragma unroll 2
  for (int row = blockIdx.y * each; row < end; row++) {
    float v[8] = {};
    if (on) { u64 at = (u64) row * width + c; load(x + at, v);
      if (b) plus(v, number(t, parts, row), vb);
#pragma unroll
      for (int i = 0; i < 8; i++) { float e; v[i] *= normal_cdf(v[i], &e); }
      store(y + at, v); }
    if (a) numbers(dot(v, va), c >> 8, behind, row, width);
  }
}

// dx = (dy + u a) gelu'(x + t b) over dy, its numbers dx . b, and sums of u gelu(x + t b), then of t dx, into part (blocks, 2, width)
extern "C" __global__ void __launch_bounds__(128) one_gelu_backward(u16* dy, const float* u, int partsu, const u16* a, const u16* x, const float* t,
    int partst, const u16* b, float* behind, float* part, int rows, int each, int width) {
  int c = (blockIdx.x * blockDim.x + threadIdx.x) * 8; bool on = c < width;
  V8 va = {}, vb = {}; float su[8] = {}, st[8] = {};
  if (on && a) va = raw(a + c);
  if (on && b) vb = raw(b + c);
  int begin = blockIdx.y * each, end = min(rows, begin + each);
  __shared__ float us[EACH], ts[EACH];
  for (int i = threadIdx.x; i < end - begin; i += blockDim.x) { us[i] = a ? number(u, partsu, begin + i) : 0; ts[i] = b ? number(t, partst, begin + i) : 0; }
  __syncthreads();
#pragma unroll 2
  for (int row = begin; row < end; row++) {
    float d[8] = {}, v[8] = {}, ur = us[row - begin], tr = ts[row - begin];
    if (on) { u64 at = (u64) row * width + c; load(dy + at, d); load(x + at, v);
      if (a) plus(d, ur, va);
      if (b) plus(v, tr, vb);
#pragma unroll
      for (int i = 0; i < 8; i++) { float e, q = normal_cdf(v[i], &e);
        d[i] *= q + v[i] * 0.39894228f * e; su[i] += ur * v[i] * q; st[i] += tr * d[i]; }
      store(dy + at, d); }
    if (b) numbers(dot(d, vb), c >> 8, behind, row, width);
  }
  if (on) { float* to = part + (u64) blockIdx.y * 2 * width + c;
#pragma unroll
    for (int i = 0; i < 8; i++) { to[i] = su[i]; to[width + i] = st[i]; } }
}

// of up to four matrices, each with its blocks in x: numbers x . b, (rows, warps), into behind, unless that is null, and sums of t x into
// part (blocks in y, matrices, width) unless that is null
struct Rows { const u16* x; u64 ld; const u16* b; float* behind; const float* t; u64 parts; };
struct FourRows { Rows of[4]; };
extern "C" __global__ void __launch_bounds__(128) one_row(const __grid_constant__ FourRows all, int blocks, float* part, int rows, int each,
    int width) {
  const Rows& my = all.of[blockIdx.x / blocks]; int z = blockIdx.x / blocks, c = ((blockIdx.x % blocks) * blockDim.x + threadIdx.x) * 8;
  bool on = c < width, numbered = my.behind; const u16* x = my.x; u64 ld = my.ld;
  V8 vb = {}; float sum[8] = {};
  if (on && numbered) vb = raw(my.b + c);
  int begin = blockIdx.y * each, end = min(rows, begin + each);
  __shared__ float ts[EACH];
  if (part) for (int i = threadIdx.x; i < end - begin; i += blockDim.x) ts[i] = number(my.t, my.parts, begin + i);
  __syncthreads();
#pragma unroll 4
  for (int row = begin; row < end; row++) {
    float v[8] = {};
    if (on) load(x + row * ld + c, v);
    if (part) { float tr = ts[row - begin];
#pragma unroll
      for (int i = 0; i < 8; i++) sum[i] += tr * v[i]; }
    if (numbered) numbers(dot(v, vb), c >> 8, my.behind, row, width);
  }
  if (on && part) { float* to = part + ((u64) blockIdx.y * (gridDim.x / blocks) + z) * width + c;
#pragma unroll
    for (int i = 0; i < 8; i++) to[i] = sum[i]; }
}

// adds up parts (blocks, count, width) of several kernels: sum j goes to to[j], `step` elements apart
struct Parts { const float* part; u64 blocks, count, width; u16* to[4]; u64 step[4]; };
struct AllParts { Parts of[6]; };
extern "C" __global__ void __launch_bounds__(256) one_sums(const __grid_constant__ AllParts all) {
  __shared__ float some[8][32];
  int i = 0, j = blockIdx.y; // a kernel's sum
  while (j >= all.of[i].count) j -= all.of[i++].count;
  const Parts& my = all.of[i]; u16* to = my.to[j];
  int x = threadIdx.x & 31, y = threadIdx.x >> 5, c = blockIdx.x * 32 + x, width = my.width, blocks = my.blocks, count = my.count; float s = 0;
  if (!to || blockIdx.x * 32 >= width) return;
  const float* at = my.part + (u64) j * width + c;
  if (c < width)
#pragma unroll 4
    for (int k = y; k < blocks; k += 8) s += at[(u64) k * count * width];
  some[y][x] = s;
  __syncthreads();
  if (y > 0 || c >= width) return;
  for (int k = 1; k < 8; k++) s += some[k][x];
  to[c * my.step[j]] = h(s);
}
