// Attention over packed sequences, heads of 64, on tensor cores that multiply out of shared memory (compute capability 9.0): a block
// has a head of one sequence, a warp group 64 rows of it. Tiles of 64 rows of 64 lie in shared memory in rows of 128 bytes, 16-byte
// pieces exchanged by the row's number. Fragments: thread (r = lane / 4, c = lane % 4) of a warp holds of an accumulator's 16 rows
// rows r and r + 8, columns 8 j + 2 c and the next.
// TILES: of the longest sequence, 2 or 4; DROPS: whether there is dropout; FORWARD: which way.
#define TILE 8192
#define INFINITE __int_as_float(0x7f800000)
__device__ __forceinline__ u32 shared(const void* p) { return (u32) __cvta_generic_to_shared(p); }
__device__ __forceinline__ u32 piece(int row, int c) { return row * 128 + ((c ^ (row & 7)) << 4); }
// what a product reads in shared memory, in steps of 16 bytes: low() of an address, plus steps
__device__ __forceinline__ u32 low(u32 at) { return 64 << 16 | at >> 4; }
__device__ __forceinline__ u64 operand(u32 low) { return (u64) 0x40000040 << 32 | low; }
#define STEPS (TILE / 16)
__device__ __forceinline__ int same(int x) { return __shfl_sync(~0u, x, 0); } // makes known that it is one for the warp
__device__ __forceinline__ int warp_group() { return same(threadIdx.x >> 7); }
#define F4(d, i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define F8(d, i) F4(d, i), F4(d, i + 4)
#define TO16 "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15}, "
#define TO32 "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, " \
  "%24, %25, %26, %27, %28, %29, %30, %31}, "
#define MMA(n, to, rest, p) "{ .reg .pred more; setp.ne.b32 more, " p ", 0;\n wgmma.mma_async.sync.aligned.m64n" #n \
  "k16.f32.bf16.bf16 " to rest "; }\n"
// d = a b, or d += a b if more; a and b in shared memory; ta, tb: whether rows there are of the summed dimension
template<int ta, int tb> __device__ __forceinline__ void mma(float (&d)[16], u64 a, u64 b, int more) {
  asm volatile(MMA(32, TO16, "%16, %17, more, 1, 1, %19, %20", "%18") : F8(d, 0), F8(d, 8)
    : "l"(a), "l"(b), "r"(more), "n"(ta), "n"(tb)); }
template<int ta, int tb> __device__ __forceinline__ void mma(float (&d)[32], u64 a, u64 b, int more) {
  asm volatile(MMA(64, TO32, "%32, %33, more, 1, 1, %35, %36", "%34") : F8(d, 0), F8(d, 8), F8(d, 16), F8(d, 24)
    : "l"(a), "l"(b), "r"(more), "n"(ta), "n"(tb)); }
// d += a b, a in registers; b's rows are of the summed dimension
__device__ __forceinline__ void mma(float (&d)[32], const u32* a, u64 b) {
  asm volatile(MMA(64, TO32, "{%32, %33, %34, %35}, %36, more, 1, 1, 1", "%37") : F8(d, 0), F8(d, 8), F8(d, 16), F8(d, 24)
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(1)); }
// products run on by themselves in groups; begin: after registers were written; wait: until all but the last n groups are done
__device__ __forceinline__ void mma_begin() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void mma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
template<int n> __device__ __forceinline__ void mma_wait() { asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(n) : "memory"); }
// lets products see what this thread has written to shared memory
__device__ __forceinline__ void publish() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }
// a fragment of 16 x 16 to shared memory
__device__ __forceinline__ void store4(u32 at, const u32* v) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};"
    :: "r"(at), "r"(v[0]), "r"(v[1]), "r"(v[2]), "r"(v[3]) : "memory"); }
// copies 64 rows of 64 on their way to shared memory; those behind the end become zeros
template<int threads> __device__ __forceinline__ void fetch(u32 to, const u16* from, int ld, int rows) {
#pragma unroll 1
  for (int e = threadIdx.x; e < 512; e += threads) { int row = e >> 3, c = e & 7; bool on = row < rows;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
      :: "r"(to + piece(row, c)), "l"(on ? from + (u64) row * ld + c * 8 : from), "r"(on ? 16 : 0) : "memory"); } }
__device__ __forceinline__ void fetch_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template<int n> __device__ __forceinline__ void fetch_wait() { asm volatile("cp.async.wait_group %0;" :: "n"(n) : "memory"); }
__device__ __forceinline__ void fetch_word(void* to, const void* from) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" :: "r"(shared(to)), "l"(from) : "memory"); }
__device__ __forceinline__ V8 piece_at(u32 at) { V8 v;
  asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
    : "=r"(v.v[0]), "=r"(v.v[1]), "=r"(v.v[2]), "=r"(v.v[3]) : "r"(at) : "memory"); return v; }
// writes a warp's 16 rows of an accumulator, by way of its rows of a tile in shared memory
__device__ __forceinline__ void write(u32 tile, const float (&d)[32], float s0, float s1, u16* to, int ld, int rows) {
  int warp = same(threadIdx.x >> 5 & 3), lane = threadIdx.x & 31, mine = 16 * warp + (lane & 15);
  __syncwarp();
#pragma unroll
  for (int k = 0; k < 4; k++) { u32 v[4];
#pragma unroll
    for (int i = 0; i < 4; i++) { float s = i & 1 ? s1 : s0; v[i] = pair(d[8 * k + 2 * i] * s, d[8 * k + 2 * i + 1] * s); }
    store4(tile + piece(mine, 2 * k + (lane >> 4)), v); }
  __syncwarp();
#pragma unroll
  for (int i = 0; i < 4; i++) { int row = 16 * warp + 4 * i + (lane >> 3), c = lane & 7; V8 v = piece_at(tile + piece(row, c));
    if (row < rows) *(V8*) (to + (u64) row * ld + c * 8) = v; }
}
// products of an accumulator's rows r and r + 8 with a vector, in all lanes of the quad
__device__ __forceinline__ void dots(const float (&d)[32], const u16* vector, float (&n)[2]) {
  n[0] = n[1] = 0;
#pragma unroll
  for (int k = 0; k < 8; k++) { u32 v = *(const u32*) (vector + 8 * k + 2 * (threadIdx.x & 3));
#pragma unroll
    for (int i = 0; i < 2; i++) n[i] += d[4 * k + 2 * i] * __uint_as_float(v << 16) + d[4 * k + 2 * i + 1] * __uint_as_float(v & 0xffff0000u); }
#pragma unroll
  for (int i = 0; i < 2; i++) { n[i] += __shfl_xor_sync(~0u, n[i], 1); n[i] += __shfl_xor_sync(~0u, n[i], 2); }
}
// of bytes 0 and 1, or 2 and 3, the highest bits, each sixteen times
__device__ __forceinline__ u32 signs(u32 x, int high) {
  u32 r; asm("prmt.b32 %0, %1, 0, %2;" : "=r"(r) : "r"(x), "r"(high ? 0xbbaa : 0x9988)); return r; }
__device__ __forceinline__ int dropped(float p) { return min(255, (int) (p * 256.0f + 0.5f)); } // of 256

#define SCALE (0.125f * 1.44269504f) // of scores, to powers of two
#define LEEWAY 44.0f // what scores may grow by, times 8, before sums are scaled anew
// a head of a sequence; blocks go through all of them with the grid's step, leaving out empty sequences; length 0 is the end
struct Item { int index, head, begin, length; };
__device__ __forceinline__ Item item(int index, const int* offsets, int sequences, int heads) {
  for (; index < sequences * heads; index += gridDim.x) {
    int s = index / heads, begin = same(offsets[s]), length = same(offsets[s + 1]) - begin;
    if (length > 0) return {index, index - s * heads, begin, length}; }
  return {index, 0, 0, 0};
}

// out = drop(softmax(q k' / 8)) v; sums: base-2 logarithms of the softmax's denominators, (heads, tokens); kept: bits of what was not
// dropped, (heads, tokens, words): word 4 (j / 2) + c has of the 64 keys of tile j those at 8 (2 g + m / 2) + 2 c + m % 2 as bits
// 8 m + 7 - g - 4 (j % 2); numbers: out . a by heads, (tokens, heads), unless a is null. While a block works on one head of a
// sequence, the next is on its way to the other half of shared memory.
template<int groups, bool drops> __device__ __forceinline__ void attend(const u16* qkv, int ld, const int* offsets, int sequences,
    int tokens, int heads, float p, const u64* seed, int place, u16* out, float* sums, u32* kept, const u16* a, float* numbers) {
  constexpr int words = 2 * groups;
  extern __shared__ __align__(1024) unsigned char room[];
  int hidden = heads * 64, group = warp_group(), warp = same(threadIdx.x >> 5 & 3), lane = threadIdx.x & 31, r = lane >> 2, c = lane & 3;
  u64 sd = drops ? *seed : 0; int limit = dropped(p);
  auto bring = [&](const Item& one, u32 to) {
    const u16* from = qkv + (u64) one.begin * ld + one.head * 64;
    for (int t = 0; 64 * t < one.length; t++)
#pragma unroll
      for (int m = 0; m < 3; m++) fetch<128 * groups>(to + (m * groups + t) * TILE, from + (u64) t * 64 * ld + m * hidden, ld, one.length - 64 * t);
    fetch_commit(); };
  u32 at = shared(room), other = at + 3 * groups * TILE;
  Item one = item(blockIdx.x, offsets, sequences, heads);
  if (one.length == 0) return;
  bring(one, at);
  for (;;) {
    Item next = item(one.index + gridDim.x, offsets, sequences, heads);
    bring(next, other);
    fetch_wait<1>(); publish(); __syncthreads();
    u32 Q = at, K = Q + groups * TILE, V = K + groups * TILE;
    int head = one.head, begin = one.begin, length = one.length, tiles = (length + 63) >> 6;
    for (int t = group; t < tiles; t += groups) {
      float o[32] = {}, top[2] = {-INFINITE, -INFINITE}, sum[2] = {};
      u32 word[2] = {};
      int row = 64 * t + 16 * warp + r;
      u64 token = (u64) head * tokens + begin + row;
      for (int j = 0; j < tiles; j++) {
        float s[32];
        mma_begin();
#pragma unroll
        for (int k = 0; k < 4; k++) mma<0, 0>(s, operand(low(Q) + t * STEPS + 2 * k), operand(low(K) + j * STEPS + 2 * k), k);
        mma_commit();
        u32 keep[2][4];
        if (drops) {
#pragma unroll
          for (int i = 0; i < 2; i++) {
            philox(sd, ((u32) token + 8 * i) * 16 + 4 * j + c, place, keep[i]);
#pragma unroll
            for (int g = 0; g < 4; g++) { u32 b = keep[i][g], low = b & 0x7f7f7f7fu;
              keep[i][g] = (limit <= 128 ? (low + (128 - limit) * 0x01010101u) | b : (low + (256 - limit) * 0x01010101u) & b) & 0x80808080u;
              word[i] |= keep[i][g] >> (g + 4 * (j & 1)); }
            if ((j & 1) || j == tiles - 1) {
              if (row + 8 * i < length) kept[(token + 8 * i) * words + 4 * (j >> 1) + c] = word[i];
              word[i] = 0; } } }
        mma_wait<0>();
        if (64 * j + 64 > length)
#pragma unroll
          for (int i = 0; i < 32; i++) if (64 * j + 8 * (i >> 2) + 2 * c + (i & 1) >= length) s[i] = -INFINITE;
        float now[2] = {top[0], top[1]};
#pragma unroll
        for (int i = 0; i < 32; i++) now[i >> 1 & 1] = fmaxf(now[i >> 1 & 1], s[i]);
#pragma unroll
        for (int i = 0; i < 2; i++) {
          now[i] = fmaxf(now[i], __shfl_xor_sync(~0u, now[i], 1));
          now[i] = fmaxf(now[i], __shfl_xor_sync(~0u, now[i], 2)); }
        if (__any_sync(~0u, now[0] > top[0] + LEEWAY || now[1] > top[1] + LEEWAY)) {
#pragma unroll
          for (int i = 0; i < 2; i++) { float f = power((top[i] - now[i]) * SCALE); top[i] = now[i]; sum[i] *= f;
#pragma unroll
            for (int k = 0; k < 8; k++) { o[4 * k + 2 * i] *= f; o[4 * k + 2 * i + 1] *= f; } } }
        now[0] = top[0] * SCALE; now[1] = top[1] * SCALE;
        u32 a[16];
#pragma unroll
        for (int i = 0; i < 32; i++) { int h = i >> 1 & 1, e = 2 * (i >> 2) + (i & 1);
          s[i] = power(s[i] * SCALE - now[h]); sum[h] += s[i];
          if (i & 1) a[i >> 1] = pair(s[i - 1], s[i]) & (drops ? signs(keep[h][e >> 2], e & 2) : ~0u); }
        mma_begin();
#pragma unroll
        for (int k = 0; k < 4; k++) mma(o, a + 4 * k, operand(low(V) + j * STEPS + 128 * k));
        mma_commit();
      }
      mma_wait<0>();
#pragma unroll
      for (int i = 0; i < 2; i++) {
        sum[i] += __shfl_xor_sync(~0u, sum[i], 1); sum[i] += __shfl_xor_sync(~0u, sum[i], 2);
        if (c == 0 && row + 8 * i < length) sums[token + 8 * i] = top[i] * SCALE + __log2f(sum[i]);
        sum[i] = (drops ? 256.0f / (256 - limit) : 1.0f) / sum[i]; }
      if (a) { float n[2]; dots(o, a + head * 64, n);
#pragma unroll
        for (int i = 0; i < 2; i++) if (c == 0 && row + 8 * i < length) numbers[(u64) (begin + row + 8 * i) * heads + head] = n[i] * sum[i]; }
      write(Q + t * TILE, o, sum[0], sum[1], out + (u64) (begin + 64 * t) * hidden + head * 64, hidden, length - 64 * t);
    }
    if (next.length == 0) return;
    __syncthreads();
    one = next; u32 swap = at; at = other; other = swap;
  }
}
// 16-byte pieces out of a quad's pairs: thread c has of each j the pair c, and gets of j = c all
__device__ __forceinline__ void exchange(u32* v) {
  int c = threadIdx.x & 3;
#pragma unroll
  for (int x = 1; x < 4; x <<= 1)
#pragma unroll
    for (int j = 0; j < 4; j++) if (!(j & x)) {
      u32 got = __shfl_xor_sync(~0u, c & x ? v[j] : v[j ^ x], x);
      if (c & x) v[j] = got; else v[j ^ x] = got; }
}
// gradients of q, k and v, in the layout of qkv, from that of out. A warp group has `parts` times 64 keys, whose gradients it gathers
// while it goes through the queries, 32 at a time; those of 64 queries it makes for some of the 64 columns, once the
// softmax's gradient is in shared memory from all groups. Products for the next queries run while a group works on those before; where
// queries were, keys and values of the next head of a sequence come, so that both change places from one to the next.
template<int groups, int most, bool drops> struct Back {
  static constexpr int tall = most * 128, threads = 128 * groups, columns = 64 / groups, each = 512 / threads, last = most / 64,
    words = most / 32;
  static constexpr int slots = last < 3 ? 1 : last - 1; // tiles of O
  const u16* gradient; const u16* qkv; int ld; const u16* out; const float* sums; const u32* kept; int tokens, heads; float p; u16* to;
  int hidden, group, warp, lane, r, c;
  u32 K, Q, S, O; // V behind K, the gradient, D, behind Q; twice (keys, 64 queries) of the softmax's gradient; some tiles of out
  float* stats; u32* keep; // (most, 2), of queries: sums and delta; (words, most + 8)
  __device__ __forceinline__ void keys(const Item& one, u32 where, int t) { // K and V
    const u16* from = qkv + (u64) (one.begin + 64 * t) * ld + one.head * 64 + hidden;
    fetch<threads>(where + t * TILE, from, ld, one.length - 64 * t);
    fetch<threads>(where + tall + t * TILE, from + hidden, ld, one.length - 64 * t); }
  __device__ __forceinline__ void queries(const Item& one, u32 where, int t) {
    if (64 * t < one.length) { u64 from = one.begin + 64 * t; int rows = one.length - 64 * t;
      fetch<threads>(where + t * TILE, qkv + from * ld + one.head * 64, ld, rows);
      fetch<threads>(where + tall + t * TILE, gradient + from * hidden + one.head * 64, hidden, rows);
      fetch<threads>(O + t % slots * TILE, out + from * hidden + one.head * 64, hidden, rows); }
    fetch_commit(); }
  __device__ __forceinline__ void start(const Item& one, u32 where) {
    u64 row = (u64) one.head * tokens + one.begin;
    for (int i = threadIdx.x; i < most; i += threads) if (i < one.length) fetch_word(stats + 2 * i, sums + row + i);
      else stats[2 * i] = INFINITE;
    if (drops) for (int i = threadIdx.x; i < one.length; i += threads)
#pragma unroll
      for (int k = 0; k < words; k++) fetch_word(keep + k * (most + 8) + i, kept + (row + i) * words + k);
#pragma unroll
    for (int t = 0; t < slots; t++) queries(one, where, t); }
  template<int parts> __device__ __forceinline__ void work(const Item& one, const Item& next) {
    constexpr int units = 2 * parts;
    const float part = (256 - (drops ? dropped(p) : 0)) / 256.0f, f = 0.125f / part;
    int head = one.head, begin = one.begin, length = one.length, tiles = (length + 63) >> 6;
    u32 D = Q + tall; u16* dq = to + (u64) begin * ld + head * 64;
    auto delta = [&](int t) { // the tile's rows have come; a thread takes part with what it fetched itself
#pragma unroll
      for (int i = 0; i < each; i++) { int e = threadIdx.x + i * threads, row = e >> 3; u32 at = piece(row, e & 7);
        float x[8], y[8], s = 0; wide(piece_at(D + t * TILE + at), x); wide(piece_at(O + t % slots * TILE + at), y);
#pragma unroll
        for (int k = 0; k < 8; k++) s += x[k] * y[k];
        s += __shfl_xor_sync(~0u, s, 1); s += __shfl_xor_sync(~0u, s, 2); s += __shfl_xor_sync(~0u, s, 4);
        if ((e & 7) == 0) stats[2 * (64 * t + row) + 1] = s * part; } };
    fetch_wait<slots - 1>(); delta(0);
    if (slots < last) queries(one, Q, last - 1);
    publish(); __syncthreads();
    float dk[parts][32] = {}, dv[parts][32] = {}, s[2][16], d[2][16];
    auto products = [&](int t, int u, float (&s)[16], float (&d)[16]) {
      int tile = group + groups * (u >> 1);
      u32 k0 = low(K) + tile * STEPS, q0 = low(Q) + t * STEPS + (u & 1) * STEPS / 2;
      mma_begin();
#pragma unroll
      for (int k = 0; k < 4; k++) mma<0, 0>(s, operand(k0 + 2 * k), operand(q0 + 2 * k), k);
#pragma unroll
      for (int k = 0; k < 4; k++) mma<0, 0>(d, operand(k0 + tall / 16 + 2 * k), operand(q0 + tall / 16 + 2 * k), k);
      mma_commit(); };
    auto put = [&](int t, const float (&x)[columns / 2]) { // the gradients of 64 queries
#pragma unroll
      for (int i = 0; i < 2; i++) { int row = 64 * t + 16 * warp + r + 8 * i;
#pragma unroll
        for (int j = 0; j < columns / 32; j++) { V8 v;
#pragma unroll
          for (int k = 0; k < 4; k++) v.v[k] = pair(x[16 * j + 4 * k + 2 * i] * f, x[16 * j + 4 * k + 2 * i + 1] * f);
          exchange(v.v);
          if (row >= 0 && row < length) *(V8*) (dq + (u64) row * ld + group * columns + 32 * j + 8 * c) = v; } } };
    auto gather = [&](int t, float (&x)[columns / 2]) {
      u32 mine = S + (t & 1) * tall;
      mma_begin();
#pragma unroll
      for (int k = 0; k < last; k++) if (k < tiles)
#pragma unroll
        for (int i = 0; i < 4; i++)
          mma<1, 1>(x, operand(low(mine) + k * STEPS + 128 * i), operand(low(K) + group * (columns / 8) + k * STEPS + 128 * i), k + i);
      mma_commit(); };
    for (int t = 0; t < tiles; t++) {
      u32 mine = S + (t & 1) * tall;
#pragma unroll
      for (int u = 0; u < units; u++) {
        const int m = u >> 1, now = u & 1; int tile = group + groups * m, first = 64 * tile + 16 * warp + r;
        if (u == 0) products(t, 0, s[0], d[0]);
        if (u + 1 < units) { products(t, u + 1, s[1 - now], d[1 - now]); mma_wait<1>(); } else mma_wait<0>();
        const u32* bits = keep + (4 * (tile >> 1) + (r >> 1)) * (most + 8); int shift = 8 * (r & 1) + 7 - 4 * (tile & 1) - warp;
        u32 a[8], b[8];
        if (64 * tile + 64 > length)
#pragma unroll
          for (int i = 0; i < 16; i++) if (first + 8 * (i >> 1 & 1) >= length) s[now][i] = -INFINITE;
#pragma unroll
        for (int j = 0; j < 4; j++) { int at = 64 * t + 32 * now + 8 * j + 2 * c;
          float4 l = *(float4*) (stats + 2 * at);
          uint2 w = {0, 0}; if (drops) { w = *(const uint2*) (bits + at); w.x >>= shift; w.y >>= shift; }
          float y[4], z[4];
#pragma unroll
          for (int i = 0; i < 4; i++) {
            bool on = !drops || ((i & 1 ? w.y : w.x) & (i & 2 ? 0x10000 : 1));
            float e = power(s[now][4 * j + i] * SCALE - (i & 1 ? l.z : l.x));
            y[i] = on ? e : 0.0f; z[i] = y[i] * d[now][4 * j + i] - e * (i & 1 ? l.w : l.y); }
          a[2 * j] = pair(y[0], y[1]); a[2 * j + 1] = pair(y[2], y[3]);
          b[2 * j] = pair(z[0], z[1]); b[2 * j + 1] = pair(z[2], z[3]); }
        mma_begin();
#pragma unroll
        for (int k = 0; k < 2; k++) mma(dv[m], a + 4 * k, operand(low(Q) + tall / 16 + t * STEPS + now * STEPS / 2 + 128 * k));
#pragma unroll
        for (int k = 0; k < 2; k++) mma(dk[m], b + 4 * k, operand(low(Q) + t * STEPS + now * STEPS / 2 + 128 * k));
        mma_commit();
#pragma unroll
        for (int k = 0; k < 2; k++)
          store4(mine + tile * TILE + piece(16 * warp + (lane & 15), 4 * now + 2 * k + (lane >> 4)), b + 4 * k);
      }
      mma_wait<0>();
      if (t + 1 < tiles) { fetch_wait<last < 2 ? 0 : last - 2>(); delta(t + 1); }
      publish(); __syncthreads();
      float x[columns / 2]; gather(t, x);
      if (64 * t < next.length) keys(next, Q, t);
      fetch_commit(); mma_wait<0>(); put(t, x);
    }
    __syncthreads();
    if (next.length) { for (int t = tiles; 64 * t < next.length; t++) keys(next, Q, t);
      start(next, K); }
#pragma unroll
    for (int m = 0; m < parts; m++) { int tile = group + groups * m; u16* there = dq + (u64) tile * 64 * ld;
      write(S + tile * TILE, dk[m], f, f, there + hidden, ld, length - 64 * tile);
      write(S + tall + tile * TILE, dv[m], 1.0f / part, 1.0f / part, there + 2 * hidden, ld, length - 64 * tile); }
    u32 swap = K; K = Q; Q = swap;
  }
  __device__ __forceinline__ void run(const int* offsets, int sequences) {
    extern __shared__ __align__(1024) unsigned char room[];
    hidden = heads * 64, group = warp_group(), warp = same(threadIdx.x >> 5 & 3), lane = threadIdx.x & 31, r = lane >> 2, c = lane & 3;
    K = shared(room), Q = K + 2 * tall, S = Q + 2 * tall, O = S + 2 * tall;
    stats = (float*) (room + 6 * tall + slots * TILE); keep = (u32*) (stats + 2 * most);
    Item one = item(blockIdx.x, offsets, sequences, heads);
    if (one.length == 0) return;
    for (int t = 0; 64 * t < one.length; t++) keys(one, K, t);
    start(one, Q);
    for (;;) {
      Item next = item(one.index + gridDim.x, offsets, sequences, heads);
      if (one.length <= 64 * groups) work<1>(one, next); else work<most / 64 / groups>(one, next);
      if (next.length == 0) return;
      one = next;
    }
  }
};
// one kernel a module: they take their time to compile
#if FORWARD
extern "C" __global__ void __launch_bounds__(128 * TILES, 4 / TILES) attention(const u16* qkv, int ld, const int* offsets,
    int sequences, int tokens, int heads, float p, const u64* seed, int place, u16* out, float* sums, u32* kept, const u16* a,
    float* numbers) {
  attend<TILES, DROPS>(qkv, ld, offsets, sequences, tokens, heads, p, seed, place, out, sums, kept, a, numbers);
}
#else
extern "C" __global__ void __launch_bounds__(256, 1) attention(const u16* gradient, const u16* qkv, int ld, const u16* out,
    const float* sums, const u32* kept, const int* offsets, int sequences, int tokens, int heads, float p, u16* to) {
  Back<2, 64 * TILES, DROPS> all{gradient, qkv, ld, out, sums, kept, tokens, heads, p, to};
  all.run(offsets, sequences);
}
#endif
