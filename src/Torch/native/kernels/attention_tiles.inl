// What an attention kernel needs beside its products, in the namespace of the including file.
#pragma once
#include "simd.h"
#include "vectors.inl"

namespace loradiff {
namespace LORADIFF_SIMD {

INLINE int64_t up16(int64_t n) { return (n + 15) & ~int64_t(15); }

struct Ranges {   // the key columns that a tile of query rows works with, padded to whole vectors
    int64_t start[2], count[2], column[2], width;
    bool causal[2];
    Ranges(const Segment& s, int64_t last_query) {
        const int32_t st[2] = {s.first_start, s.second_start}, ct[2] = {s.first_count, s.second_count}, cs[2] = {s.first_causal, s.second_causal};
        width = 0;
        for (int i = 0; i < 2; i++) {
            start[i] = st[i]; causal[i] = cs[i] != 0; column[i] = width;
            count[i] = causal[i] ? std::max<int64_t>(0, ct[i] - (s.query_count - 1 - last_query)) : ct[i];
            width += up16(count[i]);
        }
    }
    int64_t seen(int i, int64_t query, int64_t last_query) const { return causal[i] ? std::max<int64_t>(0, count[i] - (last_query - query)) : count[i]; }
};

constexpr int64_t kScores = 1 << 16;   // floats of one tile's scores: stays in the second-level cache

INLINE int64_t tile_queries(const Segment& s, int64_t group) {
    int64_t width = up16(s.first_count) + up16(s.second_count);
    // Under a causal range a tile computes up to its last query's keys: short tiles waste little.
    if (s.first_causal || s.second_causal) return std::max<int64_t>(1, std::min<int64_t>({s.query_count, 32, kScores / std::max<int64_t>(1, width * group)}));
    return std::max<int64_t>(1, std::min<int64_t>(s.query_count, kScores / std::max<int64_t>(1, width * group)));
}

// Scores of a row, times scale, become probabilities in place; what the query does not see becomes zero. Returns the log of the sum of exponentials; infinity where it sees nothing.
INLINE float softmax(float* p, const Ranges& r, int64_t query, int64_t last_query, float scale) {
    const float none = -std::numeric_limits<float>::infinity();
    V highest = splat(none);
    for (int i = 0; i < 2; i++) {
        float* x = p + r.column[i]; const int64_t end = up16(r.count[i]);
        for (int64_t t = r.seen(i, query, last_query); t < end; t++) x[t] = none;
        for (int64_t t = 0; t < end; t += W) highest = vmax(highest, load(x + t));
    }
    const float top = largest(highest) * scale, shift = std::isfinite(top) ? top : 0.0f;
    V acc = splat(0);
    for (int64_t t = 0; t < r.width; t += W) { V e = vexp(load(p + t) * splat(scale) - splat(shift)); acc += e; store(p + t, e); }
    const float total = sum(acc), inverse = total > 0 ? 1.0f / total : 0.0f;
    for (int64_t t = 0; t < r.width; t += W) store(p + t, load(p + t) * splat(inverse));
    return total > 0 ? shift + std::log(total) : std::numeric_limits<float>::infinity();
}

// The way through a task, tile by tile of its queries, whatever the products are made of. An element of q or out is found by its row's place times dim.
// Products: float scale (of the scores, where the queries are not scaled), float *scores, *mixed (rows × width and rows × dim), and
// reserve(rows, width), query(row, from), score(i, ranges, rows), round(count), mix(i, ranges, rows, add), write(row, to).
template <class Products> void attend(const AttentionTask& a, Products& p) {
    const int64_t g = a.group;
    for (int m = 0; m < a.segment_count; m++) {
        const Segment& seg = a.segments[m];
        const int64_t step = tile_queries(seg, g);
        for (int64_t j0 = 0; j0 < seg.query_count; j0 += step) {
            const int64_t j1 = std::min<int64_t>(j0 + step, seg.query_count), rows = (j1 - j0) * g;
            const Ranges r(seg, j1 - 1);
            const auto place = [&](int64_t row) { return (seg.query_start + j0 + row / g) * a.heads + a.kv_head * g + row % g; };
            p.reserve(rows, r.width);
            for (int64_t row = 0; row < rows; row++) p.query(row, place(row) * a.dim);
            for (int i = 0; i < 2; i++) if (r.count[i]) p.score(i, r, rows);
            for (int64_t row = 0; row < rows; row++) a.lse[place(row)] = softmax(p.scores() + row * r.width, r, j0 + row / g, j1 - 1, p.scale);
            p.round(rows * r.width);
            bool add = false;
            for (int i = 0; i < 2; i++) if (r.count[i]) { p.mix(i, r, rows, add); add = true; }
            if (!add) std::fill_n(p.mixed(), rows * a.dim, 0.0f);
            for (int64_t row = 0; row < rows; row++) p.write(row, place(row) * a.dim);
        }
    }
}

}  // namespace LORADIFF_SIMD
}  // namespace loradiff
