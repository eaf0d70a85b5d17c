// Few rows times a weight in bfloat16 with the processor's own dot products: the weight streams through once, the rows stay in the caches.
#include "simd.h"
#include <immintrin.h>

namespace loradiff {
namespace {

inline __m512bh load(const uint16_t* p) { return (__m512bh)_mm512_loadu_si512(p); }

// Sums of four accumulators, in order.
inline __m128 sums(__m512 a, __m512 b, __m512 c, __m512 d) {
    auto half = [](__m512 v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); };
    __m256 t = _mm256_hadd_ps(_mm256_hadd_ps(half(a), half(b)), _mm256_hadd_ps(half(c), half(d)));
    return _mm_add_ps(_mm256_castps256_ps128(t), _mm256_extractf128_ps(t, 1));
}

// R rows by eight columns: the weight's eight rows stay in the first-level cache while the rows of x pass by.
template <int R, bool Ahead> inline void tile(const uint16_t* x, const uint16_t* w, int64_t in, int64_t out, int64_t o, uint16_t* y) {
    __m512 acc[R][8];
    for (int r = 0; r < R; r++) for (int c = 0; c < 8; c++) acc[r][c] = _mm512_setzero_ps();
    for (int64_t k = 0; k < in; k += 32) {
        if (Ahead) for (int c = 8; c < 16; c++) _mm_prefetch((const char*)(w + (o + c) * in + k), _MM_HINT_T1);
        __m512bh v[R];
        for (int r = 0; r < R; r++) v[r] = load(x + r * in + k);
        for (int c = 0; c < 8; c++) {
            const __m512bh u = load(w + (o + c) * in + k);
            for (int r = 0; r < R; r++) acc[r][c] = _mm512_dpbf16_ps(acc[r][c], v[r], u);
        }
    }
    for (int r = 0; r < R; r++)
        for (int c = 0; c < 8; c += 4) _mm_storel_epi64((__m128i*)(y + r * out + o + c), (__m128i)_mm_cvtneps_pbh(sums(acc[r][c], acc[r][c + 1], acc[r][c + 2], acc[r][c + 3])));
}

}  // namespace

// y[n,out] = x[n,in]·w[out,in]ᵀ; in a multiple of 32, begin and end multiples of 8.
void small_linear_bf16(const uint16_t* x, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, uint16_t* y) {
    for (int64_t o = begin; o < end; o += 8) {
        // The first tile of rows fetches the weight rows of the next columns while it computes.
        int64_t r = n >= 3 ? 3 : 1;
        if (r == 3) tile<3, true>(x, w, in, out, o, y); else tile<1, true>(x, w, in, out, o, y);
        for (; r + 3 <= n; r += 3) tile<3, false>(x + r * in, w, in, out, o, y + r * out);
        for (; r < n; r++) tile<1, false>(x + r * in, w, in, out, o, y + r * out);
    }
}

}  // namespace loradiff
