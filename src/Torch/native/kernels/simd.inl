// The table of loops, compiled once per instruction set: the including file defines LORADIFF_SIMD (a namespace), LORADIFF_SIMD_NAME and LORADIFF_REGISTERS.
#include "simd.h"
#include "vectors.inl"
#include "attention_tiles.inl"
#include <vector>

namespace loradiff {
namespace LORADIFF_SIMD {

// ---- RMS norm: y = x · rstd · w, rstd = 1/sqrt(mean x² + eps) ---------------------------------------------------------

template <class T> void rms_norm_t(const T* x, const float* w, float eps, int64_t begin, int64_t end, int64_t d, T* y, float* rstd) {
    for (int64_t row = begin; row < end; row++) {
        const T* xr = x + row * d; T* yr = y + row * d;
        V acc = splat(0); float tail = 0; int64_t i = 0;
        for (; i + W <= d; i += W) { V a = load(xr + i); acc += a * a; }
        for (; i < d; i++) { float a = get(xr + i); tail += a * a; }
        float r = 1.0f / std::sqrt((sum(acc) + tail) / float(d) + eps);
        rstd[row] = r;
        for (i = 0; i + W <= d; i += W) store(yr + i, load(xr + i) * splat(r) * load(w + i));
        for (; i < d; i++) put(yr + i, get(xr + i) * r * w[i]);
    }
}

template <class T> void rms_norm_backward_t(const T* g, const T* x, const float* w, const float* rstd, int64_t begin, int64_t end, int64_t d, T* gx, float* grad_w) {
    for (int64_t row = begin; row < end; row++) {
        const T *gr = g + row * d, *xr = x + row * d; T* o = gx + row * d;
        float r = rstd[row]; V acc = splat(0); float tail = 0; int64_t i = 0;
        for (; i + W <= d; i += W) acc += load(gr + i) * load(w + i) * load(xr + i);
        for (; i < d; i++) tail += get(gr + i) * w[i] * get(xr + i);
        float c = (sum(acc) + tail) * r * r / float(d);
        for (i = 0; i + W <= d; i += W) store(o + i, splat(r) * (load(gr + i) * load(w + i) - load(xr + i) * splat(c)));
        for (; i < d; i++) put(o + i, r * (get(gr + i) * w[i] - get(xr + i) * c));
        if (grad_w) {
            for (i = 0; i + W <= d; i += W) store(grad_w + i, load(grad_w + i) + load(gr + i) * load(xr + i) * splat(r));
            for (; i < d; i++) grad_w[i] += get(gr + i) * get(xr + i) * r;
        }
    }
}

// ---- per-head RMS norm (optional) and rotary embedding: y = n·cos + rotate_half(n)·sin -----------------------------------
// rotate_half(n) = [-n₂ ; n₁] for n = [n₁ ; n₂].

template <class T> void norm_rotary_t(const T* x, const float* w, float eps, const float* cos, const float* sin, int64_t begin, int64_t end, int64_t h, int64_t d, T* y, float* rstd) {
    const int64_t half = d / 2;
    for (int64_t t = begin; t < end; t++) {
        const float *c = cos + t * d, *s = sin + t * d;
        for (int64_t j = 0; j < h; j++) {
            const T* xr = x + (t * h + j) * d; T* yr = y + (t * h + j) * d;
            float r = 1.0f;
            if (w) {
                V acc = splat(0); float tail = 0; int64_t i = 0;
                for (; i + W <= d; i += W) { V a = load(xr + i); acc += a * a; }
                for (; i < d; i++) { float a = get(xr + i); tail += a * a; }
                r = 1.0f / std::sqrt((sum(acc) + tail) / float(d) + eps);
                rstd[t * h + j] = r;
            }
            int64_t i = 0;
            for (; i + W <= half; i += W) {
                V a = load(xr + i), b = load(xr + half + i);
                if (w) { a = a * splat(r) * load(w + i); b = b * splat(r) * load(w + half + i); }
                store(yr + i, a * load(c + i) - b * load(s + i));
                store(yr + half + i, b * load(c + half + i) + a * load(s + half + i));
            }
            for (; i < half; i++) {
                float a = get(xr + i), b = get(xr + half + i);
                if (w) { a = a * r * w[i]; b = b * r * w[half + i]; }
                put(yr + i, a * c[i] - b * s[i]);
                put(yr + half + i, b * c[half + i] + a * s[half + i]);
            }
        }
    }
}

template <class T> void norm_rotary_backward_t(const T* g, const T* x, const float* w, const float* rstd, const float* cos, const float* sin, int64_t begin, int64_t end, int64_t h, int64_t d, T* gx, float* grad_w) {
    const int64_t half = d / 2;
    std::vector<float> n(d);   // gradient before the rotation
    for (int64_t t = begin; t < end; t++) {
        const float *c = cos + t * d, *s = sin + t * d;
        for (int64_t j = 0; j < h; j++) {
            const T *gr = g + (t * h + j) * d; T* o = gx + (t * h + j) * d;
            int64_t i = 0;
            for (; i + W <= half; i += W) {
                V a = load(gr + i), b = load(gr + half + i);
                store(n.data() + i, a * load(c + i) + b * load(s + half + i));
                store(n.data() + half + i, b * load(c + half + i) - a * load(s + i));
            }
            for (; i < half; i++) {
                float a = get(gr + i), b = get(gr + half + i);
                n[i] = a * c[i] + b * s[half + i]; n[half + i] = b * c[half + i] - a * s[i];
            }
            if (!w) {
                for (i = 0; i + W <= d; i += W) store(o + i, load(n.data() + i));
                for (; i < d; i++) put(o + i, n[i]);
                continue;
            }
            const T* xr = x + (t * h + j) * d; float r = rstd[t * h + j];
            V acc = splat(0); float tail = 0;
            for (i = 0; i + W <= d; i += W) acc += load(n.data() + i) * load(w + i) * load(xr + i);
            for (; i < d; i++) tail += n[i] * w[i] * get(xr + i);
            float k = (sum(acc) + tail) * r * r / float(d);
            for (i = 0; i + W <= d; i += W) store(o + i, splat(r) * (load(n.data() + i) * load(w + i) - load(xr + i) * splat(k)));
            for (; i < d; i++) put(o + i, r * (n[i] * w[i] - get(xr + i) * k));
            if (grad_w) for (i = 0; i < d; i++) grad_w[i] += n[i] * get(xr + i) * r;
        }
    }
}

// ---- SwiGLU: y = silu(gate) · up -----------------------------------------------------------------------------------------

template <class T> void swiglu_t(const T* gate, const T* up, int64_t begin, int64_t end, T* y) {
    int64_t i = begin;
    for (; i + W <= end; i += W) { V a = load(gate + i); store(y + i, a / (splat(1) + vexp(-a)) * load(up + i)); }
    for (; i < end; i++) { float a = get(gate + i); put(y + i, a / (1 + std::exp(-a)) * get(up + i)); }
}

template <class T> void swiglu_backward_t(const T* g, const T* gate, const T* up, int64_t begin, int64_t end, T* ggate, T* gup) {
    int64_t i = begin;
    for (; i + W <= end; i += W) {
        V a = load(gate + i), u = load(up + i), o = load(g + i), s = splat(1) / (splat(1) + vexp(-a));
        store(gup + i, o * a * s);
        store(ggate + i, o * u * s * (splat(1) + a * (splat(1) - s)));
    }
    for (; i < end; i++) {
        float a = get(gate + i), u = get(up + i), o = get(g + i), s = 1 / (1 + std::exp(-a));
        put(gup + i, o * a * s);
        put(ggate + i, o * u * s * (1 + a * (1 - s)));
    }
}

// ---- cross-entropy over a row of logits ----------------------------------------------------------------------------------

template <class T> void cross_entropy_t(T* logits, int64_t stride, const int64_t* targets, int64_t begin, int64_t end, int64_t v, bool grad, float* loss, float* lse) {
    for (int64_t row = begin; row < end; row++) {
        T* l = logits + row * stride; int64_t i = 0;
        V m = splat(-std::numeric_limits<float>::infinity());
        for (; i + W <= v; i += W) m = vmax(m, load(l + i));
        float top = largest(m);
        for (; i < v; i++) top = std::max(top, get(l + i));
        V acc = splat(0); float tail = 0;
        for (i = 0; i + W <= v; i += W) acc += vexp(load(l + i) - splat(top));
        for (; i < v; i++) tail += std::exp(get(l + i) - top);
        float total = top + std::log(sum(acc) + tail);
        float target = get(l + targets[row]);
        if (lse) lse[row] = total;
        loss[row] = total - target;
        if (!grad) continue;
        for (i = 0; i + W <= v; i += W) store(l + i, vexp(load(l + i) - splat(total)));
        for (; i < v; i++) put(l + i, std::exp(get(l + i) - total));
        put(l + targets[row], std::exp(target - total) - 1.0f);
    }
}

template <class T> void cross_entropy_grad_t(T* logits, int64_t stride, const int64_t* targets, const float* lse, const float* scale, int64_t begin, int64_t end, int64_t v) {
    for (int64_t row = begin; row < end; row++) {
        T* l = logits + row * stride; int64_t i = 0; float total = lse[row], k = scale[row];
        float target = get(l + targets[row]);
        for (; i + W <= v; i += W) store(l + i, vexp(load(l + i) - splat(total)) * splat(k));
        for (; i < v; i++) put(l + i, std::exp(get(l + i) - total) * k);
        put(l + targets[row], (std::exp(target - total) - 1.0f) * k);
    }
}

// ---- the largest of a row of logits, and its share of the softmax -----------------------------------------------------------

template <class T> void most_likely_t(const T* logits, int64_t stride, int64_t begin, int64_t end, int64_t v, float* probability, float* index) {
    for (int64_t row = begin; row < end; row++) {
        const T* l = logits + row * stride; int64_t i = 0, at = 0;
        V m = splat(-std::numeric_limits<float>::infinity()); VI odd{};
        for (; i + W <= v; i += W) { V a = load(l + i); m = vmax(a, m); odd |= a != a; }
        float top = largest(m); bool nan = false;
        for (int j = 0; j < W; j++) nan |= odd[j] != 0;
        for (; i < v; i++) { const float a = get(l + i); top = std::max(top, a); nan |= a != a; }
        while (at < v && get(l + at) != top) at++;
        V acc = splat(0); float tail = 0;
        for (i = 0; i + W <= v; i += W) acc += vexp(load(l + i) - splat(top));
        for (; i < v; i++) tail += std::exp(get(l + i) - top);
        // Nothing above minus infinity, infinity itself, and NaN anywhere leave no distribution.
        probability[row] = nan || !std::isfinite(top) ? std::numeric_limits<float>::quiet_NaN() : 1.0f / (sum(acc) + tail);
        index[row] = float(at);
    }
}

// ---- small matrix product: C[M,N] (+)= A·B, B and C row-major in N, A by two strides; N a multiple of 16 -------------------

template <int R, int C> INLINE void tile(const float* a, int64_t ar, int64_t ac, const float* b, int64_t ldb, float* c, int64_t ldc, int64_t k, bool add) {
    V acc[R][C];
    for (int i = 0; i < R; i++) for (int j = 0; j < C; j++) acc[i][j] = add ? load(c + i * ldc + j * W) : splat(0);
    for (int64_t p = 0; p < k; p++) {
        V bv[C];
        for (int j = 0; j < C; j++) bv[j] = load(b + p * ldb + j * W);
        for (int i = 0; i < R; i++) { V av = splat(a[i * ar + p * ac]); for (int j = 0; j < C; j++) acc[i][j] += av * bv[j]; }
    }
    for (int i = 0; i < R; i++) for (int j = 0; j < C; j++) store(c + i * ldc + j * W, acc[i][j]);
}

template <int R, int C> INLINE void rows(const float* a, int64_t ar, int64_t ac, const float* b, int64_t ldb, float* c, int64_t ldc, int64_t m, int64_t k, bool add) {
    int64_t i = 0;
    for (; i + R <= m; i += R) tile<R, C>(a + i * ar, ar, ac, b, ldb, c + i * ldc, ldc, k, add);
    for (; i + 3 <= m; i += 3) tile<3, C>(a + i * ar, ar, ac, b, ldb, c + i * ldc, ldc, k, add);
    for (; i < m; i++) tile<1, C>(a + i * ar, ar, ac, b, ldb, c + i * ldc, ldc, k, add);
}

// Tiles of R×C vectors are sized so that the accumulators fill the registers, whatever width is left.
static void product(const float* a, int64_t ar, int64_t ac, const float* b, int64_t ldb, float* c, int64_t ldc, int64_t m, int64_t n, int64_t k, bool add) {
    int64_t j = 0;
#if LORADIFF_REGISTERS >= 32
    for (; j + 4 * W <= n; j += 4 * W) rows<6, 4>(a, ar, ac, b + j, ldb, c + j, ldc, m, k, add);
    for (; j + 2 * W <= n; j += 2 * W) rows<12, 2>(a, ar, ac, b + j, ldb, c + j, ldc, m, k, add);
    for (; j + W <= n; j += W) rows<12, 1>(a, ar, ac, b + j, ldb, c + j, ldc, m, k, add);
#else
    for (; j + W <= n; j += W) rows<6, 1>(a, ar, ac, b + j, ldb, c + j, ldc, m, k, add);
#endif
}

// ---- attention -----------------------------------------------------------------------------------------------------------

// Gathers one head of [rows, heads, dim] into fp32 [count, dim], times a factor.
template <class T> void gather(const T* base, int64_t row0, int64_t count, int64_t heads, int64_t head, int64_t dim, float factor, float* to) {
    for (int64_t r = 0; r < count; r++) {
        const T* p = base + ((row0 + r) * heads + head) * dim;
        for (int64_t i = 0; i < dim; i += W) store(to + r * dim + i, load(p + i) * splat(factor));
    }
}

static void transpose(const float* from, int64_t count, int64_t dim, float* to, int64_t ld) {   // [count,dim] → [dim,ld]
    for (int64_t r0 = 0; r0 < count; r0 += 16)
        for (int64_t i = 0; i < dim; i++)
            for (int64_t r = r0, e = std::min(r0 + 16, count); r < e; r++) to[i * ld + r] = from[r * dim + i];
}

// Products in float32 for any type of rows; keys are turned once, so that scores are sums over whole vectors.
template <class T> struct WideProducts {
    const AttentionTask& a;
    const int64_t d, ld;
    std::vector<float> k, v, kt, q, s, o;
    const float scale = 1.0f;   // the queries are scaled

    explicit WideProducts(const AttentionTask& task) : a(task), d(a.dim), ld(up16(a.key_count) + 16), k(a.key_count * d), v(a.key_count * d), kt(d * ld, 0.0f) {
        for (int i = 0; i < a.run_count; i++) {
            const int32_t* run = a.runs + 3 * i;
            gather((const T*)a.k, run[0], run[1], a.kv_heads, a.kv_head, d, 1.0f, k.data() + run[2] * d);
            gather((const T*)a.v, run[0], run[1], a.kv_heads, a.kv_head, d, 1.0f, v.data() + run[2] * d);
        }
        transpose(k.data(), a.key_count, d, kt.data(), ld);
    }
    float* scores() { return s.data(); }
    float* mixed() { return o.data(); }
    void reserve(int64_t rows, int64_t width) { q.resize(rows * d); s.resize(rows * width + 16); o.resize(rows * d); }
    void query(int64_t row, int64_t from) { gather((const T*)a.q + from, 0, 1, 1, 0, d, a.scale, q.data() + row * d); }
    void score(int i, const Ranges& r, int64_t rows) { product(q.data(), d, 1, kt.data() + r.start[i], ld, s.data() + r.column[i], r.width, rows, up16(r.count[i]), d, false); }
    void round(int64_t) {}
    void mix(int i, const Ranges& r, int64_t rows, bool add) { product(s.data() + r.column[i], r.width, 1, v.data() + r.start[i] * d, d, o.data(), d, rows, d, r.count[i], add); }
    void write(int64_t row, int64_t to) { for (int64_t i = 0; i < d; i += W) store((T*)a.out + to + i, load(o.data() + row * d + i)); }
};

template <class T> void attention_t(const AttentionTask& a) { WideProducts<T> products(a); attend(a, products); }

template <class T> void attention_backward_t(const AttentionTask& a) {
    const int64_t d = a.dim, g = a.group, kn = a.key_count, ld = up16(kn) + 16;
    std::vector<float> k(kn * d), v(kn * d), kt(d * ld, 0.0f), vt(d * ld, 0.0f), dk(kn * d, 0.0f), dv(kn * d, 0.0f), q, go, s, ds, dq, delta;
    const T *Q = (const T*)a.q, *K = (const T*)a.k, *Vv = (const T*)a.v, *O = (const T*)a.out, *G = (const T*)a.grad_out;
    for (int i = 0; i < a.run_count; i++) {
        const int32_t* run = a.runs + 3 * i;
        gather(K, run[0], run[1], a.kv_heads, a.kv_head, d, 1.0f, k.data() + run[2] * d);
        gather(Vv, run[0], run[1], a.kv_heads, a.kv_head, d, 1.0f, v.data() + run[2] * d);
    }
    transpose(k.data(), kn, d, kt.data(), ld);
    transpose(v.data(), kn, d, vt.data(), ld);
    for (int m = 0; m < a.segment_count; m++) {
        const Segment& seg = a.segments[m];
        const int64_t step = std::max<int64_t>(1, tile_queries(seg, g) / 2);
        for (int64_t j0 = 0; j0 < seg.query_count; j0 += step) {
            const int64_t j1 = std::min<int64_t>(j0 + step, seg.query_count), n = j1 - j0, rows_ = n * g;
            Ranges r(seg, j1 - 1);
            q.resize(rows_ * d); go.resize(rows_ * d); dq.resize(rows_ * d); delta.resize(rows_);
            s.resize(rows_ * r.width + 16); ds.resize(rows_ * r.width + 16);
            for (int64_t j = 0; j < n; j++)
                for (int64_t h = 0; h < g; h++) {
                    const int64_t t = seg.query_start + j0 + j, head = a.kv_head * g + h, row = j * g + h;
                    gather(Q, t, 1, a.heads, head, d, a.scale, q.data() + row * d);
                    gather(G, t, 1, a.heads, head, d, 1.0f, go.data() + row * d);
                    const T* o = O + (t * a.heads + head) * d; V acc = splat(0);
                    for (int64_t i = 0; i < d; i += W) acc += load(o + i) * load(go.data() + row * d + i);
                    delta[row] = sum(acc);
                }
            for (int i = 0; i < 2; i++)
                if (r.count[i]) {
                    product(q.data(), d, 1, kt.data() + r.start[i], ld, s.data() + r.column[i], r.width, rows_, up16(r.count[i]), d, false);
                    product(go.data(), d, 1, vt.data() + r.start[i], ld, ds.data() + r.column[i], r.width, rows_, up16(r.count[i]), d, false);
                }
            for (int64_t row = 0; row < rows_; row++) {
                float *p = s.data() + row * r.width, *e = ds.data() + row * r.width; const int64_t query = j0 + row / g;
                const float lse = a.lse[(seg.query_start + query) * a.heads + a.kv_head * g + row % g];
                for (int i = 0; i < 2; i++) {
                    const int64_t c = r.seen(i, query, j1 - 1); float* x = p + r.column[i];
                    for (int64_t t = c; t < up16(r.count[i]); t++) x[t] = -std::numeric_limits<float>::infinity();
                }
                for (int64_t t = 0; t < r.width; t += W) {
                    V pr = vexp(load(p + t) - splat(lse));
                    store(p + t, pr);
                    store(e + t, pr * (load(e + t) - splat(delta[row])));
                }
            }
            bool add = false;
            for (int i = 0; i < 2; i++)
                if (r.count[i]) {
                    const int64_t off = r.start[i] * d;
                    product(ds.data() + r.column[i], r.width, 1, k.data() + off, d, dq.data(), d, rows_, d, r.count[i], add); add = true;
                    product(ds.data() + r.column[i], 1, r.width, q.data(), d, dk.data() + off, d, r.count[i], d, rows_, true);
                    product(s.data() + r.column[i], 1, r.width, go.data(), d, dv.data() + off, d, r.count[i], d, rows_, true);
                }
            if (!add) std::fill(dq.begin(), dq.end(), 0.0f);
            T* DQ = (T*)a.grad_q;
            for (int64_t j = 0; j < n; j++)
                for (int64_t h = 0; h < g; h++) {
                    T* to = DQ + ((seg.query_start + j0 + j) * a.heads + a.kv_head * g + h) * d; const float* from = dq.data() + (j * g + h) * d;
                    for (int64_t i = 0; i < d; i += W) store(to + i, load(from + i) * splat(a.scale));
                }
        }
    }
    T *DK = (T*)a.grad_k, *DV = (T*)a.grad_v;
    for (int n = 0; n < a.run_count; n++) {
        const int32_t* run = a.runs + 3 * n;
        for (int64_t r = 0; r < run[1]; r++) {
            const int64_t at = ((run[0] + r) * a.kv_heads + a.kv_head) * d, from = (run[2] + r) * d;
            for (int64_t i = 0; i < d; i += W) { store(DK + at + i, load(dk.data() + from + i)); store(DV + at + i, load(dv.data() + from + i)); }
        }
    }
}

// ---- few rows times a weight ---------------------------------------------------------------------------------------------

template <class T, int N> INLINE void dots(const float* x, const T* w, int64_t in, int64_t out, int64_t o, float* y) {
    constexpr int C = 4;   // output columns at once
    V acc[C][N];
    for (int c = 0; c < C; c++) for (int i = 0; i < N; i++) acc[c][i] = splat(0);
    int64_t p = 0;
    for (; p + W <= in; p += W)
        for (int c = 0; c < C; c++) { if (N == 1) __builtin_prefetch(w + (o + C + c) * in + p, 0, 2); V wv = load(w + (o + c) * in + p); for (int i = 0; i < N; i++) acc[c][i] += wv * load(x + i * in + p); }
    for (int c = 0; c < C; c++)
        for (int i = 0; i < N; i++) {
            float t = sum(acc[c][i]);
            for (int64_t z = p; z < in; z++) t += get(w + (o + c) * in + z) * x[i * in + z];
            y[i * out + o + c] = t;
        }
}

template <class T> void small_linear_t(const float* x, const T* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, float* y) {
    int64_t o = begin;
    for (; o + 4 <= end; o += 4) {
        int64_t i = 0;
        for (; i + 4 <= n; i += 4) dots<T, 4>(x + i * in, w, in, out, o, y + i * out);
        for (; i < n; i++) dots<T, 1>(x + i * in, w, in, out, o, y + i * out);
    }
    for (; o < end; o++)
        for (int64_t i = 0; i < n; i++) {
            V acc = splat(0); int64_t p = 0;
            for (; p + W <= in; p += W) acc += load(w + o * in + p) * load(x + i * in + p);
            float t = sum(acc);
            for (; p < in; p++) t += get(w + o * in + p) * x[i * in + p];
            y[i * out + o] = t;
        }
}

// Sums of four accumulators.
INLINE void sums(V a, V b, V c, V d, float* y) {
    V s = __builtin_shuffle(a, b, VI{0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30}) + __builtin_shuffle(a, b, VI{1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31});
    V t = __builtin_shuffle(c, d, VI{0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30}) + __builtin_shuffle(c, d, VI{1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31});
    V u = __builtin_shuffle(s, t, VI{0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29}) + __builtin_shuffle(s, t, VI{2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31});
    float q[W]; std::memcpy(q, &u, sizeof q);
    for (int i = 0; i < 4; i++) y[i] = (q[i] + q[i + 8]) + (q[i + 4] + q[i + 12]);
}

// R rows by four columns; the columns' weights come from a panel, woven together and widened.
template <int R> INLINE void panel_tile(const float* x, const float* panel, int64_t in, int64_t out, float* y) {
    V acc[R][4];
    for (int i = 0; i < R; i++) for (int c = 0; c < 4; c++) acc[i][c] = splat(0);
    for (int64_t p = 0; p < in; p += W) {
        V w[4];
        for (int c = 0; c < 4; c++) w[c] = load(panel + p * 4 + c * W);
        for (int i = 0; i < R; i++) { V xv = load(x + i * in + p); for (int c = 0; c < 4; c++) acc[i][c] += xv * w[c]; }
    }
    for (int i = 0; i < R; i++) sums(acc[i][0], acc[i][1], acc[i][2], acc[i][3], y + i * out);
}

// in: a multiple of 16; begin and end: multiples of 4.
static void panel_linear(const float* x, const bf16* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, float* y) {
    constexpr int R = LORADIFF_REGISTERS >= 32 ? 6 : 2;
    std::vector<float> panel(in * 4);
    for (int64_t o = begin; o < end; o += 4) {
        for (int64_t p = 0; p < in; p += W) for (int c = 0; c < 4; c++) store(panel.data() + p * 4 + c * W, load(w + (o + c) * in + p));
        int64_t i = 0;
        for (; i + R <= n; i += R) panel_tile<R>(x + i * in, panel.data(), in, out, y + i * out + o);
        for (; i + 2 <= n; i += 2) panel_tile<2>(x + i * in, panel.data(), in, out, y + i * out + o);
        for (; i < n; i++) panel_tile<1>(x + i * in, panel.data(), in, out, y + i * out + o);
    }
}

// ---- a weight with its low-rank update folded in: y = w + s·B·A ------------------------------------------------------------

template <class T, class Y, int N> INLINE void fold_rows(const T* w, const float* a, const float* b, float s, int64_t in, int64_t r, int64_t o, int64_t from, int64_t to, Y* y) {
    constexpr int C = 4;   // vectors of columns at once
    int64_t p = from;
    for (; p + C * W <= to; p += C * W) {
        V acc[N][C];
        for (int i = 0; i < N; i++) for (int c = 0; c < C; c++) acc[i][c] = splat(0);
        for (int64_t j = 0; j < r; j++) {
            V av[C];
            for (int c = 0; c < C; c++) av[c] = load(a + j * in + p + c * W);
            for (int i = 0; i < N; i++) { V bv = splat(b[(o + i) * r + j]); for (int c = 0; c < C; c++) acc[i][c] += bv * av[c]; }
        }
        for (int i = 0; i < N; i++) for (int c = 0; c < C; c++) { const int64_t at = (o + i) * in + p + c * W; store(y + at, load(w + at) + splat(s) * acc[i][c]); }
    }
    for (; p < to; p++)
        for (int i = 0; i < N; i++) {
            float t = 0;
            for (int64_t j = 0; j < r; j++) t += b[(o + i) * r + j] * a[j * in + p];
            put(y + (o + i) * in + p, get(w + (o + i) * in + p) + s * t);
        }
}

template <class T, class Y> void fold_t(const T* w, const float* a, const float* b, float s, int64_t in, int64_t r, int64_t begin, int64_t end, Y* y) {
    constexpr int64_t kColumns = 128;   // a block of A stays in the first-level cache while the rows pass by
    for (int64_t from = 0; from < in; from += kColumns) {
        const int64_t to = std::min(in, from + kColumns);
        int64_t o = begin;
        for (; o + 4 <= end; o += 4) fold_rows<T, Y, 4>(w, a, b, s, in, r, o, from, to, y);
        for (; o < end; o++) fold_rows<T, Y, 1>(w, a, b, s, in, r, o, from, to, y);
    }
}

#define DISPATCH(kind, call) do { if ((kind) == Kind::Float32) { using T = float; call; } else { using T = bf16; call; } } while (0)

static void rms_norm(Kind kind, const void* x, const float* w, float eps, int64_t b, int64_t e, int64_t d, void* y, float* rstd) { DISPATCH(kind, rms_norm_t((const T*)x, w, eps, b, e, d, (T*)y, rstd)); }
static void rms_norm_backward(Kind kind, const void* g, const void* x, const float* w, const float* rstd, int64_t b, int64_t e, int64_t d, void* gx, float* gw) { DISPATCH(kind, rms_norm_backward_t((const T*)g, (const T*)x, w, rstd, b, e, d, (T*)gx, gw)); }
static void norm_rotary(Kind kind, const void* x, const float* w, float eps, const float* c, const float* s, int64_t b, int64_t e, int64_t h, int64_t d, void* y, float* rstd) { DISPATCH(kind, norm_rotary_t((const T*)x, w, eps, c, s, b, e, h, d, (T*)y, rstd)); }
static void norm_rotary_backward(Kind kind, const void* g, const void* x, const float* w, const float* rstd, const float* c, const float* s, int64_t b, int64_t e, int64_t h, int64_t d, void* gx, float* gw) { DISPATCH(kind, norm_rotary_backward_t((const T*)g, (const T*)x, w, rstd, c, s, b, e, h, d, (T*)gx, gw)); }
static void swiglu(Kind kind, const void* gate, const void* up, int64_t b, int64_t e, void* y) { DISPATCH(kind, swiglu_t((const T*)gate, (const T*)up, b, e, (T*)y)); }
static void swiglu_backward(Kind kind, const void* g, const void* gate, const void* up, int64_t b, int64_t e, void* gg, void* gu) { DISPATCH(kind, swiglu_backward_t((const T*)g, (const T*)gate, (const T*)up, b, e, (T*)gg, (T*)gu)); }
static void cross_entropy(Kind kind, void* l, int64_t st, const int64_t* t, int64_t b, int64_t e, int64_t v, bool g, float* loss, float* lse) { DISPATCH(kind, cross_entropy_t((T*)l, st, t, b, e, v, g, loss, lse)); }
static void cross_entropy_grad(Kind kind, void* l, int64_t st, const int64_t* t, const float* lse, const float* sc, int64_t b, int64_t e, int64_t v) { DISPATCH(kind, cross_entropy_grad_t((T*)l, st, t, lse, sc, b, e, v)); }
static void most_likely(Kind kind, const void* l, int64_t st, int64_t b, int64_t e, int64_t v, float* p, float* i) { DISPATCH(kind, most_likely_t((const T*)l, st, b, e, v, p, i)); }
static void attention(const AttentionTask& a) { DISPATCH(a.kind, attention_t<T>(a)); }
static void attention_backward(const AttentionTask& a) { DISPATCH(a.kind, attention_backward_t<T>(a)); }
static void small_linear(Kind kind, const float* x, const void* w, int64_t n, int64_t in, int64_t out, int64_t b, int64_t e, float* y) { DISPATCH(kind, small_linear_t(x, (const T*)w, n, in, out, b, e, y)); }
static void wide_linear(const float* x, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t b, int64_t e, float* y) { panel_linear(x, (const bf16*)w, n, in, out, b, e, y); }
static void fold(Kind kind, Kind to, const void* w, const float* a, const float* b, float s, int64_t in, int64_t r, int64_t begin, int64_t end, void* y) {
    DISPATCH(kind, (to == Kind::Float32 ? fold_t((const T*)w, a, b, s, in, r, begin, end, (float*)y) : fold_t((const T*)w, a, b, s, in, r, begin, end, (bf16*)y)));
}

extern const Simd table;
const Simd table = {LORADIFF_SIMD_NAME, rms_norm, rms_norm_backward, norm_rotary, norm_rotary_backward, swiglu, swiglu_backward, cross_entropy, cross_entropy_grad, most_likely, attention, attention_backward, small_linear, wide_linear, fold};

}  // namespace LORADIFF_SIMD
}  // namespace loradiff
