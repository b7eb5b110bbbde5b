// What the kernels over rows share: bfloat16 in eights, sums over a block, dropout, GELU. No includes.
typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
struct alignas(16) V8 { u32 v[4]; }; // eight of bfloat16
__device__ __forceinline__ float f(u16 x) { return __uint_as_float(((u32) x) << 16); }
__device__ __forceinline__ u32 pair(float low, float high) { u32 r; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(high), "f"(low)); return r; }
__device__ __forceinline__ u16 h(float x) { return (u16) pair(x, 0.0f); }
__device__ __forceinline__ V8 raw(const u16* p) { return *(const V8*) p; }
__device__ __forceinline__ void wide(const V8& t, float* o) {
#pragma unroll
  for (int i = 0; i < 4; i++) { o[2 * i] = __uint_as_float(t.v[i] << 16); o[2 * i + 1] = __uint_as_float(t.v[i] & 0xffff0000u); } }
__device__ __forceinline__ void load(const u16* p, float* o) { wide(raw(p), o); }
__device__ __forceinline__ void store(u16* p, const float* o) { V8 t;
#pragma unroll
  for (int i = 0; i < 4; i++) t.v[i] = pair(o[2 * i], o[2 * i + 1]);
  *(V8*) p = t; }
// of two
__device__ __forceinline__ float power(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
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
// v times 0 or 1/(1-p), eight elements
__device__ __forceinline__ void drop(float p, u64 seed, u32 layer, u32 index, float* v) {
  u32 r[4]; philox(seed, index, layer, r);
  u32 limit = (u32) (p * 65536.0f); float s = __fdividef(1.0f, 1.0f - p);
#pragma unroll
  for (int i = 0; i < 8; i++) v[i] = ((r[i >> 1] >> (16 * (i & 1))) & 0xffffu) >= limit ? v[i] * s : 0.0f;
}
// sums over the warp, in every lane
template<int N> __device__ __forceinline__ void over_warp(float* v) {
#pragma unroll
  for (int o = 16; o > 0; o >>= 1)
#pragma unroll
    for (int i = 0; i < N; i++) v[i] += __shfl_xor_sync(~0u, v[i], o);
}
// sums over the block; the room must not be used again before another meeting of all threads
template<int N> __device__ __forceinline__ void over_block(float* v, float (*room)[32]) {
  over_warp<N>(v);
  int w = threadIdx.x >> 5, n = blockDim.x >> 5;
  if ((threadIdx.x & 31) == 0)
#pragma unroll
    for (int i = 0; i < N; i++) room[i][w] = v[i];
  __syncthreads();
#pragma unroll
  for (int i = 0; i < N; i++) { float t = 0; for (int k = 0; k < n; k++) t += room[i][k]; v[i] = t; }
}
// the normal distribution's density times sqrt(2 pi), and its cumulative function by Abramowitz and Stegun 7.1.26, which is made
// of that density: within 3e-7
__device__ __forceinline__ float normal_cdf(float x, float* density) {
  float e, t; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(e) : "f"(-0.72134752f * x * x));
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(t) : "f"(1.0f + 0.23164190f * fabsf(x))); *density = e;
  float tail = t * (0.127414796f + t * (-0.142248368f + t * (0.7107068705f + t * (-0.7265760135f + t * 0.5307027145f)))) * e;
  return x < 0 ? tail : 1.0f - tail;
}
