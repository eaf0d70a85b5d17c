// Few rows times a weight in bfloat16 with the processor's own dot products: the weight streams through once, the rows stay in the caches.
#include "simd.h"
#include <immintrin.h>
#include <algorithm>
#include <cstring>

namespace loradiff {
namespace {

constexpr int R = 4, C = 6;   // rows and columns of a tile: its sums, and what they are made of, fill the registers
constexpr int V = 8;          // columns at once for a row or two, where memory is the limit

inline __m512bh load(const uint16_t* p) { return (__m512bh)_mm512_loadu_si512(p); }

// Sums of neighbours, of two and of four vectors: each quarter of the result holds the sums over that quarter.
inline __m512 two(__m512 a, __m512 b) { return _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)); }
inline __m512 four(__m512 a, __m512 b, __m512 c, __m512 d) {
    const __m512d p = _mm512_castps_pd(two(a, b)), q = _mm512_castps_pd(two(c, d));
    return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(p, q)), _mm512_castpd_ps(_mm512_unpackhi_pd(p, q)));
}
// [a0+a1, a2+a3, b0+b1, b2+b3] of the quarters.
inline __m512 quarters(__m512 a, __m512 b) { return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd)); }

inline void put(const __m512 sums, int quarter, int count, uint16_t* y) {
    alignas(32) uint16_t all[16];
    _mm256_store_si256((__m256i*)all, (__m256i)_mm512_cvtneps_pbh(sums));
    std::memcpy(y, all + quarter * 4, count * 2);
}

// The order in which a sum is made does not depend on the shape of the tile: a row's result is the same among any others.
template <int Rows, int Columns> inline void finish(const __m512 (&acc)[Rows][Columns], int64_t out, uint16_t* y) {
    const __m512 zero = _mm512_setzero_ps();
    if constexpr (Rows == 4 && Columns == 6) {
        __m512 f[4], g[2];
        for (int r = 0; r < 4; r++) f[r] = four(acc[r][0], acc[r][1], acc[r][2], acc[r][3]);
        for (int r = 0; r < 2; r++) g[r] = four(acc[2 * r][4], acc[2 * r][5], acc[2 * r + 1][4], acc[2 * r + 1][5]);
        const __m512 s = quarters(quarters(f[0], f[1]), quarters(f[2], f[3])), t = quarters(quarters(g[0], g[1]), zero);
        alignas(32) uint16_t wide[16], narrow[16];
        _mm256_store_si256((__m256i*)wide, (__m256i)_mm512_cvtneps_pbh(s));
        _mm256_store_si256((__m256i*)narrow, (__m256i)_mm512_cvtneps_pbh(t));
        for (int r = 0; r < 4; r++) { std::memcpy(y + r * out, wide + r * 4, 8); std::memcpy(y + r * out + 4, narrow + r * 2, 4); }
    } else {
        for (int r = 0; r < Rows; r++)
            for (int c = 0; c < Columns; c += 4) {
                const __m512 s = four(acc[r][c], c + 1 < Columns ? acc[r][c + 1] : zero, c + 2 < Columns ? acc[r][c + 2] : zero, c + 3 < Columns ? acc[r][c + 3] : zero);
                put(quarters(quarters(s, zero), zero), 0, std::min(4, Columns - c), y + r * out + c);
            }
    }
}

// A tile. The rows lie woven together, 32 inputs of each in turn; a single row is woven as it is. Columns come from the first-level cache for all tiles but the first: they are few, and 2 KiB or more apart.
// Ahead: how many of the next columns to fetch meanwhile.
template <int Rows, int Columns, int Ahead> __attribute__((noinline)) void tile(const uint16_t* x, const uint16_t* w, const uint16_t* ahead, int64_t in, int64_t out, uint16_t* y) {
    __m512 acc[Rows][Columns];
    for (int r = 0; r < Rows; r++) for (int c = 0; c < Columns; c++) acc[r][c] = _mm512_setzero_ps();
#pragma GCC unroll 4
    for (int64_t k = 0; k < in; k += 32) {
        for (int c = 0; c < Ahead; c++) _mm_prefetch((const char*)(ahead + c * in + k), _MM_HINT_T1);
        __m512bh v[Rows];
        for (int r = 0; r < Rows; r++) v[r] = load(x + k * Rows + r * 32);
        for (int c = 0; c < Columns; c++) {
            const __m512bh u = load(w + c * in + k);
            for (int r = 0; r < Rows; r++) acc[r][c] = _mm512_dpbf16_ps(acc[r][c], v[r], u);
        }
    }
    finish(acc, out, y);
}

// All rows by so many columns.
template <int Columns, int Ahead> void columns(const uint16_t* x, const uint16_t* w, const uint16_t* next, const uint16_t* last, int64_t n, int64_t in, int64_t out, uint16_t* y) {
    const uint16_t* ahead = next;
    int64_t r = 0;
    for (; r + R <= n; r += R) {
        if (Ahead && ahead < last) tile<R, Columns, Ahead>(x + r * in, w, ahead, in, out, y + r * out); else tile<R, Columns, 0>(x + r * in, w, w, in, out, y + r * out);
        ahead += Ahead * in;
    }
    if (n - r == 3) tile<3, Columns, Ahead == C ? C : 0>(x + r * in, w, next, in, out, y + r * out);
    if (n - r == 2) tile<2, Columns, Ahead == V ? V : 0>(x + r * in, w, next, in, out, y + r * out);
    if (n - r == 1) tile<1, Columns, Ahead == V ? V : 0>(x + r * in, w, next, in, out, y + r * out);
}

}  // namespace

// Groups of four rows, and one of what is left, woven: 32 inputs of each row in turn.
void pack_rows_bf16(const uint16_t* x, int64_t n, int64_t in, uint16_t* packed) {
    for (int64_t r = 0; r < n; r += R) {
        const int64_t rows = std::min<int64_t>(R, n - r);
        for (int64_t k = 0; k < in; k += 32)
            for (int64_t i = 0; i < rows; i++) std::memcpy(packed + r * in + k * rows + i * 32, x + (r + i) * in + k, 64);
    }
}

// y[n,out] = x[n,in]·w[out,in]ᵀ for columns begin…end; x packed; in a multiple of 32.
void small_linear_bf16(const uint16_t* x, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, uint16_t* y) {
    const int64_t full = n / R, step = n <= 2 ? V : C;
    const uint16_t* last = w + end * in;
    int64_t o = begin;
    for (; o + step <= end; o += step) {
        const uint16_t *from = w + o * in, *next = o + 2 * step <= end ? from + step * in : from;   // at the end nothing is left to fetch: what is here is fetched again
        uint16_t* to = y + o;
        if (n <= 2) columns<V, V>(x, from, next, last, n, in, out, to);
        else if (next == from) columns<C, 0>(x, from, next, last, n, in, out, to);
        else if (full <= 1) columns<C, C>(x, from, next, next + C * in, n, in, out, to);
        else if (full == 2) columns<C, 3>(x, from, next, next + C * in, n, in, out, to);
        else if (full <= 5) columns<C, 2>(x, from, next, next + C * in, n, in, out, to);
        else columns<C, 1>(x, from, next, next + C * in, n, in, out, to);
    }
    for (; o + 4 <= end; o += 4) columns<4, 0>(x, w + o * in, w, w, n, in, out, y + o);
    for (; o < end; o++) columns<1, 0>(x, w + o * in, w, w, n, in, out, y + o);
}

}  // namespace loradiff
