// Few rows times a weight in bfloat16 with the processor's own dot products: the weight streams through once, the rows stay in the caches.
#include "simd.h"
#include <immintrin.h>
#include <algorithm>
#include <cstring>

namespace loradiff {
namespace {

constexpr int R = 4;          // rows of a vector: a quarter each
constexpr int G = 4, C = 6;   // vectors of rows and columns of a tile: its sums, and what they are made of, fill the registers
constexpr int S = 8;          // inputs of a row in its quarter

inline __m512bh load(const uint16_t* p) { return (__m512bh)_mm512_loadu_si512(p); }
inline __m512bh to_quarters(const uint16_t* p) { return (__m512bh)_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i*)p)); }

// Sums of neighbours, of two and of four vectors: each quarter of the result holds the four vectors' sums over that quarter.
inline __m512 two(__m512 a, __m512 b) { return _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)); }
inline __m512 four(__m512 a, __m512 b, __m512 c, __m512 d) {
    const __m512d p = _mm512_castps_pd(two(a, b)), q = _mm512_castps_pd(two(c, d));
    return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(p, q)), _mm512_castpd_ps(_mm512_unpackhi_pd(p, q)));
}
inline void store(__m512 sums, uint16_t* p) { _mm256_store_si256((__m256i*)p, (__m256i)_mm512_cvtneps_pbh(sums)); }

// The order in which a sum is made does not depend on the shape of the tile: a row's result is the same among any others.
template <int Groups, int Columns> inline void finish(const __m512 (&acc)[Groups][Columns], int64_t rows, int64_t out, uint16_t* y) {
    if constexpr (Groups % 2 == 0 && Columns == 6) {
        if (rows >= Groups * R) {
            alignas(32) uint16_t wide[Groups][R * 4], narrow[Groups / 2][R * 4];
            for (int g = 0; g < Groups; g++) store(four(acc[g][0], acc[g][1], acc[g][2], acc[g][3]), wide[g]);
            for (int g = 0; g < Groups; g += 2) store(four(acc[g][4], acc[g][5], acc[g + 1][4], acc[g + 1][5]), narrow[g / 2]);
            for (int g = 0; g < Groups; g++)
                for (int i = 0; i < R; i++) {
                    uint16_t* to = y + (g * R + i) * out;
                    std::memcpy(to, wide[g] + i * 4, 8);
                    std::memcpy(to + 4, narrow[g / 2] + i * 4 + g % 2 * 2, 4);
                }
            return;
        }
    }
    const __m512 zero = _mm512_setzero_ps();
    for (int g = 0; g < Groups; g++)
        for (int c = 0; c < Columns; c += 4) {
            alignas(32) uint16_t sums[R * 4];
            store(four(acc[g][c], c + 1 < Columns ? acc[g][c + 1] : zero, c + 2 < Columns ? acc[g][c + 2] : zero, c + 3 < Columns ? acc[g][c + 3] : zero), sums);
            for (int i = 0; i < R && g * R + i < rows; i++) std::memcpy(y + (g * R + i) * out + c, sums + i * 4, std::min(4, Columns - c) * 2);
        }
}

// A tile of up to 16 rows. Woven rows lie in fours, eight inputs of each in turn; a row alone is taken as it is, in all quarters. Ahead: how many of the next columns to fetch meanwhile.
template <int Groups, int Columns, int Ahead, bool Woven> __attribute__((noinline)) void tile(const uint16_t* x, const uint16_t* w, const uint16_t* ahead, int64_t rows, int64_t in, int64_t out, uint16_t* y) {
    __m512 acc[Groups][Columns];
    for (int g = 0; g < Groups; g++) for (int c = 0; c < Columns; c++) acc[g][c] = _mm512_setzero_ps();
    for (int64_t k = 0; k < in; k += 32) {
        for (int c = 0; c < Ahead; c++) _mm_prefetch((const char*)(ahead + c * in + k), _MM_HINT_T1);
#pragma GCC unroll 4
        for (int j = 0; j < 32; j += S) {
            __m512bh v[Groups];
            for (int g = 0; g < Groups; g++) v[g] = Woven ? load(x + g * R * in + (k + j) * R) : to_quarters(x + k + j);
            for (int c = 0; c < Columns; c++) {
                const __m512bh u = to_quarters(w + c * in + k + j);
                for (int g = 0; g < Groups; g++) acc[g][c] = _mm512_dpbf16_ps(acc[g][c], v[g], u);
            }
        }
    }
    finish(acc, rows, out, y);
}

// All rows by so many columns; next to last: the columns that follow.
template <int Columns, int Ahead> void columns(const uint16_t* x, const uint16_t* w, const uint16_t* next, const uint16_t* last, int64_t n, int64_t in, int64_t out, uint16_t* y) {
    if (n == 1) return tile<1, Columns, Ahead, false>(x, w, next, 1, in, out, y);
    for (int64_t r = 0; r < n; r += G * R) {
        const uint16_t *rows = x + r * in, *ahead = next < last ? next : w;   // what was fetched already is fetched again: that costs nothing
        const int64_t left = n - r;
        uint16_t* to = y + r * out;
        if (left > 3 * R) tile<4, Columns, Ahead, true>(rows, w, ahead, left, in, out, to);
        else if (left > 2 * R) tile<3, Columns, Ahead, true>(rows, w, ahead, left, in, out, to);
        else if (left > R) tile<2, Columns, Ahead, true>(rows, w, ahead, left, in, out, to);
        else tile<1, Columns, Ahead, true>(rows, w, ahead, left, in, out, to);
        next += Ahead * in;
    }
}

}  // namespace

// Fours of rows, woven; the last four is filled up with its own last row. Not for a single row, which is taken as it is.
void pack_rows_bf16(const uint16_t* x, int64_t n, int64_t in, uint16_t* packed) {
    for (int64_t r = 0; r < n; r += R)
        for (int64_t k = 0; k < in; k += 32) {
            __m512i v[R];
            for (int64_t i = 0; i < R; i++) v[i] = _mm512_loadu_si512(x + std::min(r + i, n - 1) * in + k);
            const __m512i a = _mm512_shuffle_i32x4(v[0], v[1], 0x44), b = _mm512_shuffle_i32x4(v[2], v[3], 0x44), c = _mm512_shuffle_i32x4(v[0], v[1], 0xee), d = _mm512_shuffle_i32x4(v[2], v[3], 0xee);
            uint16_t* to = packed + r * in + k * R;
            _mm512_storeu_si512(to, _mm512_shuffle_i32x4(a, b, 0x88));
            _mm512_storeu_si512(to + 32, _mm512_shuffle_i32x4(a, b, 0xdd));
            _mm512_storeu_si512(to + 64, _mm512_shuffle_i32x4(c, d, 0x88));
            _mm512_storeu_si512(to + 96, _mm512_shuffle_i32x4(c, d, 0xdd));
        }
}

// y[n,out] = x[n,in]·w[out,in]ᵀ for columns begin…end; x packed; in a multiple of 32.
void small_linear_bf16(const uint16_t* x, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, uint16_t* y) {
    const int64_t tiles = (n + G * R - 1) / (G * R);
    int64_t o = begin;
    for (; o + C <= end; o += C) {
        const uint16_t *from = w + o * in, *next = from + C * in, *last = o + 2 * C <= end ? next + C * in : next;
        uint16_t* to = y + o;
        if (next == last) columns<C, 0>(x, from, from, from, n, in, out, to);
        else if (tiles == 1) columns<C, C>(x, from, next, last, n, in, out, to);
        else if (tiles == 2) columns<C, 3>(x, from, next, last, n, in, out, to);
        else columns<C, 2>(x, from, next, last, n, in, out, to);
    }
    for (; o + 4 <= end; o += 4) columns<4, 0>(x, w + o * in, w, w, n, in, out, y + o);
    for (; o < end; o++) columns<1, 0>(x, w + o * in, w, w, n, in, out, y + o);
}

}  // namespace loradiff
