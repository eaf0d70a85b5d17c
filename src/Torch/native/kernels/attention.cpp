// Attention over a table of segments: each run of query rows sees one or two runs of key rows, whole or causally.
#include "api.h"
#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

namespace loradiff {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Segments whose key rows overlap, directly or through others: their key and value gradients are written by one thread.
struct Group { std::vector<Segment> segments; std::vector<int32_t> runs; int32_t keys = 0; };

static std::vector<Group> group_segments(const std::vector<Segment>& segments) {
    struct Run { int32_t start, end; };
    std::vector<Run> all;
    for (auto& s : segments) {
        if (s.first_count) all.push_back({s.first_start, s.first_start + s.first_count});
        if (s.second_count) all.push_back({s.second_start, s.second_start + s.second_count});
    }
    std::sort(all.begin(), all.end(), [](const Run& a, const Run& b) { return a.start < b.start; });
    std::vector<Run> runs;
    for (auto& r : all) {
        if (!runs.empty() && r.start < runs.back().end) runs.back().end = std::max(runs.back().end, r.end);
        else runs.push_back(r);
    }
    auto find_run = [&](int32_t start) { return int32_t(std::upper_bound(runs.begin(), runs.end(), start, [](int32_t v, const Run& r) { return v < r.start; }) - runs.begin()) - 1; };
    std::vector<int32_t> parent(runs.size()); std::iota(parent.begin(), parent.end(), 0);
    auto root = [&](int32_t i) { while (parent[i] != i) i = parent[i] = parent[parent[i]]; return i; };
    for (auto& s : segments) if (s.first_count && s.second_count) parent[root(find_run(s.first_start))] = root(find_run(s.second_start));

    std::vector<Group> groups; std::map<int32_t, int32_t> at; std::vector<int32_t> offset(runs.size());
    auto group_of = [&](int32_t r) { auto [i, fresh] = at.emplace(root(r), int32_t(groups.size())); if (fresh) groups.emplace_back(); return i->second; };
    for (size_t i = 0; i < runs.size(); i++) {
        Group& g = groups[group_of(int32_t(i))]; offset[i] = g.keys;
        g.runs.insert(g.runs.end(), {runs[i].start, runs[i].end - runs[i].start, g.keys}); g.keys += runs[i].end - runs[i].start;
    }
    int32_t blind = -1;   // segments that see nothing
    for (auto s : segments) {
        auto renumber = [&](int32_t& start, int32_t count) { if (!count) { start = 0; return -1; } int32_t r = find_run(start); start = start - runs[r].start + offset[r]; return r; };
        int32_t a = renumber(s.first_start, s.first_count), b = renumber(s.second_start, s.second_count), r = a >= 0 ? a : b;
        if (r < 0) { if (blind < 0) { blind = int32_t(groups.size()); groups.emplace_back(); } groups[blind].segments.push_back(s); }
        else groups[group_of(r)].segments.push_back(s);
    }
    return groups;
}

static std::vector<Segment> read_segments(const int32_t* data, int64_t count, int64_t queries, int64_t keys) {
    std::vector<Segment> s(count);
    std::copy(data, data + count * 8, reinterpret_cast<int32_t*>(s.data()));
    for (auto& x : s)
        TORCH_CHECK(x.query_start >= 0 && x.query_count >= 0 && x.query_start + x.query_count <= queries && x.first_start >= 0 && x.first_count >= 0 && x.first_start + x.first_count <= keys &&
                        x.second_start >= 0 && x.second_count >= 0 && x.second_start + x.second_count <= keys,
                    "attention: a segment lies outside the ", queries, " query rows or the ", keys, " key rows");
    return s;
}

static AttentionTask task_of(const Group& g, const Tensor& q, const Tensor& k, const Tensor& v, double scale, Tensor& out, Tensor& lse) {
    AttentionTask t{};
    t.kind = kind_of(q); t.segments = g.segments.data(); t.segment_count = int32_t(g.segments.size());
    t.runs = g.runs.data(); t.run_count = int32_t(g.runs.size() / 3); t.key_count = g.keys;
    t.heads = int32_t(q.size(1)); t.kv_heads = int32_t(k.size(1)); t.dim = int32_t(q.size(2)); t.group = t.heads / t.kv_heads; t.scale = float(scale);
    t.q = q.data_ptr(); t.k = k.data_ptr(); t.v = v.data_ptr(); t.out = out.data_ptr(); t.lse = lse.data_ptr<float>();
    return t;
}

static std::pair<Tensor, Tensor> run(const Tensor& q, const Tensor& k, const Tensor& v, const std::vector<Segment>& segments, double scale) {
    Tensor out = at::empty_like(q), lse = at::empty({q.size(0), q.size(1)}, at::kFloat);
    auto groups = group_segments(segments); const int64_t heads = k.size(1);
    const AttentionKernel dots = kind_of(q) == Kind::BFloat16 && scale > 0 ? attention_bf16_or_null() : nullptr, kernel = dots ? dots : simd().attention;
    at::parallel_for(0, int64_t(groups.size()) * heads, 1, [&](int64_t b, int64_t e) {
        for (int64_t i = b; i < e; i++) { auto t = task_of(groups[i / heads], q, k, v, scale, out, lse); t.kv_head = int32_t(i % heads); kernel(t); }
    });
    return {out, lse};
}

struct Attention : torch::autograd::Function<Attention> {
    static Tensor forward(AutogradContext* ctx, Tensor q, Tensor k, Tensor v, Tensor table, double scale) {
        auto segments = read_segments(table.data_ptr<int32_t>(), table.size(0), q.size(0), k.size(0));
        auto [out, lse] = run(q, k, v, segments, scale);
        ctx->save_for_backward({q, k, v, out, lse, table}); ctx->saved_data["scale"] = scale;
        return out;
    }
    static variable_list backward(AutogradContext* ctx, variable_list grads) {
        auto s = ctx->get_saved_variables(); Tensor &q = s[0], &k = s[1], &v = s[2], &out = s[3], &lse = s[4]; const double scale = ctx->saved_data["scale"].toDouble();
        auto groups = group_segments(read_segments(s[5].data_ptr<int32_t>(), s[5].size(0), q.size(0), k.size(0)));
        Tensor g = grads[0].contiguous(), gq = at::empty_like(q), gk = at::zeros_like(k), gv = at::zeros_like(v); const int64_t heads = k.size(1);
        at::parallel_for(0, int64_t(groups.size()) * heads, 1, [&](int64_t b, int64_t e) {
            for (int64_t i = b; i < e; i++) {
                auto t = task_of(groups[i / heads], q, k, v, scale, out, lse); t.kv_head = int32_t(i % heads);
                t.grad_out = g.data_ptr(); t.grad_q = gq.data_ptr(); t.grad_k = gk.data_ptr(); t.grad_v = gv.data_ptr();
                simd().attention_backward(t);
            }
        });
        return {gq, gk, gv, Tensor(), Tensor()};
    }
};

}  // namespace loradiff

using namespace loradiff;

// q [T,H,D]; k, v [S,K,D]; segments: count × 8 int32 that cover every query row once.
LORADIFF_EXPORT Tensor* loradiff_attention(const Tensor* q, const Tensor* k, const Tensor* v, const int32_t* segments, int64_t count, double scale) {
    return guarded([&] {
        TORCH_CHECK(q->dim() == 3 && k->dim() == 3 && k->sizes() == v->sizes() && q->size(2) == k->size(2) && k->size(1) > 0 && q->size(1) % k->size(1) == 0 && q->size(2) % 16 == 0,
                    "attention: q is ", q->sizes(), ", k is ", k->sizes(), ", v is ", v->sizes(), "; expected [T,H,D], [S,K,D], [S,K,D] with H a multiple of K and D a multiple of 16");
        TORCH_CHECK(q->scalar_type() == k->scalar_type() && q->scalar_type() == v->scalar_type(), "attention: q, k and v have different types");
        Tensor qc = q->contiguous(), kc = k->contiguous(), vc = v->contiguous();
        if (!wants_grad({q, k, v})) return run(qc, kc, vc, read_segments(segments, count, q->size(0), k->size(0)), scale).first;
        Tensor table = at::empty({count, 8}, at::kInt); std::copy(segments, segments + count * 8, table.data_ptr<int32_t>());
        return Attention::apply(qc, kc, vc, table, scale);
    });
}
