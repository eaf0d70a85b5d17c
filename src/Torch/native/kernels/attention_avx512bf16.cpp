// Attention over bfloat16 rows with the processor's own dot products: scores and mixed values are sums in float32, probabilities are rounded to bfloat16 before they weigh the values.
#define LORADIFF_SIMD simd_avx512bf16
#include "attention_tiles.inl"
#include <immintrin.h>
#include <memory>
#include <utility>
#include <vector>

namespace loradiff {
namespace LORADIFF_SIMD {
namespace {

// Memory that is written before it is read. A pair: two bfloat16 numbers, the lower one first.
template <class T> std::unique_ptr<T[]> room(int64_t count) { return std::unique_ptr<T[]>(new T[count]); }
using Pair = uint32_t;

// R rows by C vectors of columns: c[R][16C] = Σ a[R][k]·b[k][16C] over k pairs.
template <int R, int C> INLINE void tile(const Pair* a, int64_t lda, const Pair* b, int64_t ldb, float* c, int64_t ldc, int64_t k, bool add) {
    __m512 acc[R][C];
    for (int i = 0; i < R; i++) for (int j = 0; j < C; j++) acc[i][j] = add ? _mm512_loadu_ps(c + i * ldc + j * W) : _mm512_setzero_ps();
    for (int64_t p = 0; p < k; p++) {
        __m512bh bv[C];
        for (int j = 0; j < C; j++) bv[j] = (__m512bh)_mm512_loadu_si512(b + p * ldb + j * W);
        for (int i = 0; i < R; i++) {
            const __m512bh av = (__m512bh)_mm512_set1_epi32(int(a[i * lda + p]));
            for (int j = 0; j < C; j++) acc[i][j] = _mm512_dpbf16_ps(acc[i][j], av, bv[j]);
        }
    }
    for (int i = 0; i < R; i++) for (int j = 0; j < C; j++) _mm512_storeu_ps(c + i * ldc + j * W, acc[i][j]);
}

template <int R, int C> INLINE void rows(const Pair* a, int64_t lda, const Pair* b, int64_t ldb, float* c, int64_t ldc, int64_t m, int64_t k, bool add) {
    int64_t i = 0;
    for (; i + R <= m; i += R) tile<R, C>(a + i * lda, lda, b, ldb, c + i * ldc, ldc, k, add);
    for (; i + 2 <= m; i += 2) tile<2, C>(a + i * lda, lda, b, ldb, c + i * ldc, ldc, k, add);
    if (i < m) tile<1, C>(a + i * lda, lda, b, ldb, c + i * ldc, ldc, k, add);
}

// C[m,n] (+)= A·B over k pairs; n a multiple of 16.
void product(const Pair* a, int64_t lda, const Pair* b, int64_t ldb, float* c, int64_t ldc, int64_t m, int64_t n, int64_t k, bool add) {
    int64_t j = 0;
    for (; j + 4 * W <= n; j += 4 * W) rows<6, 4>(a, lda, b + j, ldb, c + j, ldc, m, k, add);
    for (; j + 2 * W <= n; j += 2 * W) rows<10, 2>(a, lda, b + j, ldb, c + j, ldc, m, k, add);
    for (; j + W <= n; j += W) rows<10, 1>(a, lda, b + j, ldb, c + j, ldc, m, k, add);
}

// Sixteen rows of sixteen pairs, turned.
void turn(const __m512i (&from)[16], Pair* to, int64_t ld) {
    __m512i a[16], b[16];
    for (int i = 0; i < 16; i += 2) { a[i] = _mm512_unpacklo_epi32(from[i], from[i + 1]); a[i + 1] = _mm512_unpackhi_epi32(from[i], from[i + 1]); }
    for (int i = 0; i < 16; i += 4)
        for (int j = 0; j < 2; j++) { b[i + 2 * j] = _mm512_unpacklo_epi64(a[i + j], a[i + j + 2]); b[i + 2 * j + 1] = _mm512_unpackhi_epi64(a[i + j], a[i + j + 2]); }
    // b[4i+j]: in quarter q, pair 4q+j of rows 4i … 4i+3
    for (int j = 0; j < 4; j++) {
        const __m512i p = _mm512_shuffle_i32x4(b[j], b[4 + j], 0x88), q = _mm512_shuffle_i32x4(b[j], b[4 + j], 0xdd), r = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0x88), s = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0xdd);
        _mm512_storeu_si512(to + j * ld, _mm512_shuffle_i32x4(p, r, 0x88));
        _mm512_storeu_si512(to + (8 + j) * ld, _mm512_shuffle_i32x4(p, r, 0xdd));
        _mm512_storeu_si512(to + (4 + j) * ld, _mm512_shuffle_i32x4(q, s, 0x88));
        _mm512_storeu_si512(to + (12 + j) * ld, _mm512_shuffle_i32x4(q, s, 0xdd));
    }
}

// Where the group's key or value rows lie, in the order of its numbering; they are on their way into the cache afterwards, all at once: weights have passed through it since the last step.
std::vector<const uint16_t*> find_rows(const AttentionTask& a, const void* base) {
    std::vector<const uint16_t*> found(a.key_count);
    for (int i = 0; i < a.run_count; i++)
        for (int64_t r = 0; r < a.runs[3 * i + 1]; r++) {
            const uint16_t* row = (const uint16_t*)base + ((a.runs[3 * i] + r) * a.kv_heads + a.kv_head) * a.dim;
            found[a.runs[3 * i + 2] + r] = row;
            for (int64_t k = 0; k < a.dim; k += 32) _mm_prefetch((const char*)(row + k), _MM_HINT_T1);
        }
    return found;
}

// Keys as [dim/2][ld] pairs of neighbouring inputs; columns beyond the keys are zero.
void turn_keys(const AttentionTask& a, const std::vector<const uint16_t*>& keys, Pair* to, int64_t ld) {
    const int64_t pairs = a.dim / 2;
    for (int64_t r = 0; r < ld; r += 16)
        for (int64_t i = 0; i < pairs; i += 16) {
            const __mmask16 some = pairs - i < 16 ? __mmask16((1u << (pairs - i)) - 1) : __mmask16(0xffff);
            __m512i some_of[16];
            for (int j = 0; j < 16; j++) some_of[j] = r + j < int64_t(keys.size()) ? _mm512_maskz_loadu_epi32(some, keys[r + j] + 2 * i) : _mm512_setzero_si512();
            if (pairs - i >= 16) { turn(some_of, to + i * ld + r, ld); continue; }
            Pair turned[16 * 16];
            turn(some_of, turned, 16);
            for (int64_t p = 0; i + p < pairs; p++) std::memcpy(to + (i + p) * ld + r, turned + p * 16, 64);
        }
}

// A row of values beside the next one; next: null for zeros.
void pair(const uint16_t* row, const uint16_t* next, int64_t dim, Pair* to) {
    for (int64_t i = 0; i < dim; i += 16) {
        const __m512i low = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(row + i)));
        const __m512i high = next ? _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(next + i))) : _mm512_setzero_si512();
        _mm512_storeu_si512(to + i, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
    }
}

// Values as [pairs of rows][dim]: rows first, first + 1; first + 2, first + 3; and so on, whole pairs only.
void pair_values(const std::vector<const uint16_t*>& values, int64_t first, int64_t dim, Pair* to) {
    for (int64_t r = first; r + 1 < int64_t(values.size()); r += 2, to += dim) pair(values[r], values[r + 1], dim, to);
}

void round_to(uint16_t* to, const float* from, int64_t count) {   // count: a multiple of 16
    for (int64_t i = 0; i < count; i += W) _mm256_storeu_si256((__m256i*)(to + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(from + i)));
}

// Products of pairs; values are paired from the first row of a range on, which may be even or odd.
struct PairProducts {
    const AttentionTask& a;
    const int64_t d, ld;
    const std::vector<const uint16_t*> values;
    std::unique_ptr<Pair[]> turned = room<Pair>(d / 2 * ld), paired[2], last = room<Pair>(d);
    std::unique_ptr<uint16_t[]> q, p;
    std::unique_ptr<float[]> s, o;
    const float scale;

    explicit PairProducts(const AttentionTask& task) : a(task), d(a.dim), ld(up16(a.key_count) + 16), values(find_rows(a, a.v)), scale(a.scale) {
        turn_keys(a, find_rows(a, a.k), turned.get(), ld);
        int64_t most = 0;
        for (int m = 0; m < a.segment_count; m++) {
            const Segment& g = a.segments[m];
            const int64_t rows = std::min<int64_t>(tile_queries(g, a.group), g.query_count) * a.group;
            most = std::max({most, rows * d, rows * (up16(g.first_count) + up16(g.second_count)) + 16});
            for (const auto& [start, count] : {std::pair(g.first_start, g.first_count), std::pair(g.second_start, g.second_count)})
                if (auto& pairs = paired[start & 1]; count && !pairs) { pairs = room<Pair>((a.key_count + 1) / 2 * d); pair_values(values, start & 1, d, pairs.get()); }
        }
        q = room<uint16_t>(most); p = room<uint16_t>(most); s = room<float>(most); o = room<float>(most);
    }
    float* scores() { return s.get(); }
    float* mixed() { return o.get(); }
    void reserve(int64_t, int64_t) {}   // there is room for the largest tile
    void query(int64_t row, int64_t from) { std::memcpy(q.get() + row * d, (const uint16_t*)a.q + from, d * 2); }
    void score(int i, const Ranges& r, int64_t rows) { product((const Pair*)q.get(), d / 2, turned.get() + r.start[i], ld, s.get() + r.column[i], r.width, rows, up16(r.count[i]), d / 2, false); }
    void round(int64_t count) { round_to(p.get(), s.get(), count); }
    void mix(int i, const Ranges& r, int64_t rows, bool add) {
        const int64_t count = r.count[i];
        const Pair* weights = (const Pair*)(p.get() + r.column[i]);
        product(weights, r.width / 2, paired[r.start[i] & 1].get() + r.start[i] / 2 * d, d, o.get(), d, rows, d, count / 2, add);
        if (count % 2 == 0) return;
        // By itself: what lies beside it may be anything, even NaN, which no weight of zero makes zero.
        pair(values[r.start[i] + count - 1], nullptr, d, last.get());
        product(weights + count / 2, r.width / 2, last.get(), d, o.get(), d, rows, d, 1, true);
    }
    void write(int64_t row, int64_t to) { round_to((uint16_t*)a.out + to, o.get() + row * d, d); }
};

}  // namespace

void attention(const AttentionTask& a) { PairProducts products(a); attend(a, products); }

}  // namespace LORADIFF_SIMD
}  // namespace loradiff
