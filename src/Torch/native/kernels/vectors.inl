// Compiled once per instruction set: the including file defines LORADIFF_SIMD (a namespace).
// Vectors are GCC/Clang vector extensions of sixteen floats; the compiler splits them where registers are narrower.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace loradiff {
namespace LORADIFF_SIMD {

typedef float V __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t VI __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint32_t VU __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint16_t VH __attribute__((vector_size(32), aligned(2), may_alias));
#define INLINE static inline __attribute__((always_inline))
constexpr int W = 16;

struct bf16 { uint16_t bits; };

INLINE V splat(float x) { return V{x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
INLINE V load(const float* p) { V v; std::memcpy(&v, p, sizeof v); return v; }
INLINE void store(float* p, V v) { std::memcpy(p, &v, sizeof v); }
INLINE V load(const bf16* p) {
    VH h; std::memcpy(&h, p, sizeof h);
    VU u = __builtin_convertvector(h, VU) << 16;
    V v; std::memcpy(&v, &u, sizeof v); return v;
}
// Round to nearest even; a NaN keeps a set mantissa bit.
INLINE void store(bf16* p, V v) {
    VU u; std::memcpy(&u, &v, sizeof u);
    VU r = (u + 0x7fff + ((u >> 16) & 1)) >> 16;
    VU nan = (VU)(v != v);
    r = (r & ~nan) | (((u >> 16) | 0x40) & nan);
    VH h = __builtin_convertvector(r, VH);
    std::memcpy(p, &h, sizeof h);
}
INLINE float get(const float* p) { return *p; }
INLINE float get(const bf16* p) { uint32_t u = uint32_t(p->bits) << 16; float f; std::memcpy(&f, &u, 4); return f; }
INLINE void put(float* p, float x) { *p = x; }
INLINE void put(bf16* p, float x) {
    uint32_t u; std::memcpy(&u, &x, 4);
    p->bits = x != x ? uint16_t((u >> 16) | 0x40) : uint16_t((u + 0x7fff + ((u >> 16) & 1)) >> 16);
}
INLINE float sum(V v) {
    float a[W]; std::memcpy(a, &v, sizeof v);
    float s8[8]; for (int i = 0; i < 8; i++) s8[i] = a[i] + a[i + 8];
    return ((s8[0] + s8[4]) + (s8[2] + s8[6])) + ((s8[1] + s8[5]) + (s8[3] + s8[7]));
}
INLINE V vmax(V a, V b) { VI m = a > b; VI x, y; std::memcpy(&x, &a, 64); std::memcpy(&y, &b, 64); VI r = (x & m) | (y & ~m); V o; std::memcpy(&o, &r, 64); return o; }
INLINE V vmin(V a, V b) { VI m = a < b; VI x, y; std::memcpy(&x, &a, 64); std::memcpy(&y, &b, 64); VI r = (x & m) | (y & ~m); V o; std::memcpy(&o, &r, 64); return o; }
INLINE float largest(V v) { float a[W]; std::memcpy(a, &v, sizeof v); return *std::max_element(a, a + W); }

// e^x by 2^n · p(r), r in ±ln2/2, degree-6 minimax-like Taylor terms: relative error below 2e-7; e^-inf = 0.
INLINE V vexp(V x) {
    V lo = splat(-87.3f);
    VI under = x < lo;
    x = vmax(vmin(x, splat(88.3f)), lo);
    V n = x * splat(1.44269504f);
    const V magic = splat(12582912.0f);
    V rounded = n + magic;
    VI ni; std::memcpy(&ni, &rounded, 64); ni = ni - 0x4B400000;
    V nf = rounded - magic;
    V r = x - nf * splat(0.693359375f);
    r = r - nf * splat(-2.12194440e-4f);
    V p = splat(1.0f / 720);
    p = p * r + splat(1.0f / 120);
    p = p * r + splat(1.0f / 24);
    p = p * r + splat(1.0f / 6);
    p = p * r + splat(0.5f);
    p = p * r + splat(1.0f);
    p = p * r + splat(1.0f);
    VI e = (ni + 127) << 23;
    V s; std::memcpy(&s, &e, 64);
    V y = p * s;
    VI yi; std::memcpy(&yi, &y, 64); yi &= ~under; std::memcpy(&y, &yi, 64);
    return y;
}

template <class T, class F> INLINE void each(int64_t n, F f) { int64_t i = 0; for (; i + W <= n; i += W) f(i, true); for (; i < n; i++) f(i, false); }

}  // namespace LORADIFF_SIMD
}  // namespace loradiff
