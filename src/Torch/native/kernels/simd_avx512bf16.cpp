// Few rows times a weight in bfloat16 with the processor's own dot products: the weight streams through once, the rows stay in the caches.
#include "simd.h"
#include <immintrin.h>
#include <vector>

namespace loradiff {
namespace {

inline __m512bh load(const uint16_t* p) { return (__m512bh)_mm512_loadu_si512(p); }

// Sums of four accumulators, in order.
inline __m128 sums(__m512 a, __m512 b, __m512 c, __m512 d) {
    auto half = [](__m512 v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); };
    __m256 t = _mm256_hadd_ps(_mm256_hadd_ps(half(a), half(b)), _mm256_hadd_ps(half(c), half(d)));
    return _mm_add_ps(_mm256_castps256_ps128(t), _mm256_extractf128_ps(t, 1));
}

constexpr int C = 8;   // columns of a tile
enum class Panel { None, Fill, Use };

// R rows by eight columns. Eight weight rows lie a power of two apart, where they would fight for the same lines of the first-level cache: the first tile of rows copies them, woven together, for the others.
template <int R, Panel P, int A> inline void tile(const uint16_t* x, const uint16_t* w, const uint16_t* ahead, uint16_t* panel, int64_t in, int64_t out, int64_t o, uint16_t* y) {
    __m512 acc[R][C];
    for (int r = 0; r < R; r++) for (int c = 0; c < C; c++) acc[r][c] = _mm512_setzero_ps();
    for (int64_t k = 0; k < in; k += 32) {
        for (int c = 0; c < A; c++) _mm_prefetch((const char*)(ahead + c * in + k), _MM_HINT_T1);
        __m512bh v[R];
        for (int r = 0; r < R; r++) v[r] = load(x + r * in + k);
        for (int c = 0; c < C; c++) {
            const __m512bh u = P == Panel::Use ? load(panel + k * C + c * 32) : load(w + (o + c) * in + k);
            if (P == Panel::Fill) _mm512_storeu_si512(panel + k * C + c * 32, (__m512i)u);
            for (int r = 0; r < R; r++) acc[r][c] = _mm512_dpbf16_ps(acc[r][c], v[r], u);
        }
    }
    for (int r = 0; r < R; r++)
        for (int c = 0; c < C; c += 4) _mm_storel_epi64((__m128i*)(y + r * out + o + c), (__m128i)_mm_cvtneps_pbh(sums(acc[r][c], acc[r][c + 1], acc[r][c + 2], acc[r][c + 3])));
}

}  // namespace

// y[n,out] = x[n,in]·w[out,in]ᵀ; in a multiple of 32, begin and end multiples of 8.
void small_linear_bf16(const uint16_t* x, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, uint16_t* y) {
    std::vector<uint16_t> panel(n >= 3 ? in * C : 0);
    for (int64_t o = begin; o < end; o += C) {
        const uint16_t* ahead = w + (o + C) * in;   // the next columns, fetched while these are computed: a row by each tile, or all by the first
        int64_t r = 3;
        if (n == 1) { tile<1, Panel::None, C>(x, w, ahead, nullptr, in, out, o, y); continue; }
        if (n == 2) { tile<2, Panel::None, C>(x, w, ahead, nullptr, in, out, o, y); continue; }
        if (n < 3 * C) tile<3, Panel::Fill, C>(x, w, ahead, panel.data(), in, out, o, y); else tile<3, Panel::Fill, 1>(x, w, ahead, panel.data(), in, out, o, y);
        for (; r + 3 <= n && r < 3 * C && n >= 3 * C; r += 3) tile<3, Panel::Use, 1>(x + r * in, w, ahead + r / 3 * in, panel.data(), in, out, o, y + r * out);
        for (; r + 3 <= n; r += 3) tile<3, Panel::Use, 0>(x + r * in, w, ahead, panel.data(), in, out, o, y + r * out);
        if (n - r == 2) tile<2, Panel::Use, 0>(x + r * in, w, ahead, panel.data(), in, out, o, y + r * out);
        if (n - r == 1) tile<1, Panel::Use, 0>(x + r * in, w, ahead, panel.data(), in, out, o, y + r * out);
    }
}

}  // namespace loradiff
