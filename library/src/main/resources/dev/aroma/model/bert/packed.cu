// Elementwise work of a BERT block in bfloat16 with branches of any rank, each kernel one pass over memory: a block a row, eight
// elements a thread.

// x = drop(norm(the word's row + the position's + the type's)); types may be null, then all are of the first. Behind x there are cols
// columns for others to fill
extern "C" __global__ void embed(const u64* ids, const u64* positions, u64 from, const u64* types, const u16* word, const u16* position,
    const u16* type, const u16* gamma, const u16* beta, float eps, float p, const u64* seed, int layer, int cols, u16* x, int width) {
  __shared__ float first[1][32], second[1][32];
  int row = blockIdx.x, c = threadIdx.x * 8; bool on = c < width;
  float z[8] = {}, m = 0, q = 0;
  if (on) {
    float r[8], s[8]; load(word + ids[row] * width + c, z); load(position + (positions[row] + from) * width + c, r);
    load(type + (types ? types[row] : 0) * width + c, s);
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] += r[i] + s[i]; m += z[i]; }
  }
  over_block<1>(&m, first); m /= width;
  if (on)
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] -= m; q += z[i] * z[i]; }
  over_block<1>(&q, second); float inv = rsqrtf(q / width + eps);
  if (on) {
    float g[8], o[8]; load(gamma + c, g); load(beta + c, o);
#pragma unroll
    for (int i = 0; i < 8; i++) o[i] += z[i] * inv * g[i];
    if (p > 0) drop(p, *seed, layer, row * (width >> 3) + threadIdx.x, o);
    store(x + (u64) row * (width + cols) + c, o);
  }
}

// x = norm(rest + drop(y + t b)), with t (rows, rank) and b (rank, width); normal is x before gamma and beta. Behind x there are cols
// columns for others to fill
extern "C" __global__ void norm_forward(const u16* y, const u16* t, int ldt, const u16* b, int rank, const u16* rest, int ldrest,
    const u16* gamma, const u16* beta, float eps, float p, const u64* seed, int layer, int cols, u16* x, u16* normal, float* rstd,
    int width) {
  __shared__ float first[1][32], second[1][32];
  int row = blockIdx.x, c = threadIdx.x * 8; bool on = c < width;
  float z[8] = {}, m = 0, q = 0;
  if (on) {
    float r[8]; load(y + (u64) row * width + c, z);
    for (int j = 0; j < rank; j++) { float tj = f(t[(u64) row * ldt + j]); load(b + (u64) j * width + c, r);
#pragma unroll
      for (int i = 0; i < 8; i++) z[i] += tj * r[i]; }
    if (p > 0) drop(p, *seed, layer, row * (width >> 3) + threadIdx.x, z);
    load(rest + (u64) row * ldrest + c, r);
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] += r[i]; m += z[i]; }
  }
  over_block<1>(&m, first); m /= width;
  if (on)
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] -= m; q += z[i] * z[i]; }
  over_block<1>(&q, second); float inv = rsqrtf(q / width + eps);
  if (on) {
    float g[8], o[8]; load(gamma + c, g); load(beta + c, o);
#pragma unroll
    for (int i = 0; i < 8; i++) { z[i] *= inv; o[i] += z[i] * g[i]; }
    store(x + (u64) row * (width + cols) + c, o); store(normal + (u64) row * width + c, z);
  }
  if (threadIdx.x == 0) rstd[row] = inv;
}

// gradient of norm_forward: that of x is main + u a + extra, u being the columns of main behind width; dz goes to rest, and dy
// to y, behind which there are cols columns for others to fill
extern "C" __global__ void norm_backward(const u16* main, int ldm, const u16* a, int rank, const u16* extra, const u16* normal,
    const u16* gamma, const float* rstd, float p, const u64* seed, int layer, int cols, u16* dz, u16* dy, int width) {
  __shared__ float room[2][32];
  int row = blockIdx.x, c = threadIdx.x * 8; bool on = c < width;
  float d[8] = {}, n[8] = {}, k[2] = {};
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
    for (int i = 0; i < 8; i++) { d[i] *= e[i]; k[0] += d[i]; k[1] += d[i] * n[i]; }
  }
  over_block<2>(k, room); float m = k[0] / width, q = k[1] / width, inv = rstd[row];
  if (on) {
#pragma unroll
    for (int i = 0; i < 8; i++) d[i] = (d[i] - m - n[i] * q) * inv;
    store(dz + (u64) row * width + c, d);
    if (p > 0) drop(p, *seed, layer, row * (width >> 3) + threadIdx.x, d);
    store(dy + (u64) row * (width + cols) + c, d);
  }
}

// y = gelu(x)
extern "C" __global__ void gelu_forward(const u16* x, u16* y, int width) {
  int c = threadIdx.x * 8; if (c >= width) return;
  u64 at = (u64) blockIdx.x * width + c; float v[8]; load(x + at, v);
#pragma unroll
  for (int i = 0; i < 8; i++) { float e; v[i] *= normal_cdf(v[i], &e); }
  store(y + at, v);
}

// dy gelu'(x) over dy, and gelu(x) into y
extern "C" __global__ void gelu_backward(u16* dy, const u16* x, u16* y, int width) {
  int c = threadIdx.x * 8; if (c >= width) return;
  u64 at = (u64) blockIdx.x * width + c; float d[8], v[8]; load(dy + at, d); load(x + at, v);
#pragma unroll
  for (int i = 0; i < 8; i++) { float e, q = normal_cdf(v[i], &e);
    d[i] *= q + v[i] * 0.39894228f * e; v[i] *= q; }
  store(dy + at, d); store(y + at, v);
}
