// −log softmax(h·Wᵀ)[target] per row, in chunks: [N, V] never exists. The gradient with respect to h is made in the forward pass.
#include "api.h"

namespace loradiff {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

static int64_t chunk_rows(int64_t n, int64_t v) { return std::max<int64_t>(1, std::min<int64_t>(n, std::max<int64_t>(64, (int64_t(1) << 25) / std::max<int64_t>(1, v)))); }

static void run(const Tensor& h, const Tensor& w, const Tensor& targets, Tensor& loss, Tensor& lse, Tensor* grad) {
    const int64_t n = h.size(0), v = w.size(0), step = chunk_rows(n, v);
    const Tensor wt = w.to(h.scalar_type());
    const int64_t* t = targets.data_ptr<int64_t>();
    for (int64_t r = 0; r < n; r += step) {
        const int64_t m = std::min(step, n - r);
        Tensor logits = at::linear(h.narrow(0, r, m), wt);
        at::parallel_for(0, m, 1 + 16384 / v, [&](int64_t b, int64_t e) { simd().cross_entropy(kind_of(logits), logits.data_ptr(), v, t + r, b, e, v, grad != nullptr, loss.data_ptr<float>() + r, lse.data_ptr<float>() + r); });
        if (grad) { Tensor out = grad->narrow(0, r, m); at::mm_out(out, logits, wt); }
    }
}

struct TokenLosses : torch::autograd::Function<TokenLosses> {
    static Tensor forward(AutogradContext* ctx, Tensor h, Tensor w, Tensor targets) {
        Tensor loss = at::empty({h.size(0)}, at::kFloat), lse = at::empty({h.size(0)}, at::kFloat), gh;
        if (h.requires_grad()) { gh = at::empty_like(h); run(h, w, targets, loss, lse, &gh); } else run(h, w, targets, loss, lse, nullptr);
        ctx->save_for_backward({or_empty(&gh), w.requires_grad() ? h : at::empty({0}), w, targets, lse});
        return loss;
    }
    static variable_list backward(AutogradContext* ctx, variable_list grads) {
        auto s = ctx->get_saved_variables(); const Tensor gh = or_undefined(s[0]), h = or_undefined(s[1]), &w = s[2], &targets = s[3], &lse = s[4];
        Tensor g = grads[0].to(at::kFloat).contiguous(), gx, gw;
        if (gh.defined() && ctx->needs_input_grad(0)) gx = (gh * g.unsqueeze(1)).to(gh.scalar_type());
        if (h.defined() && ctx->needs_input_grad(1)) {
            const int64_t n = h.size(0), v = w.size(0), step = chunk_rows(n, v); const Tensor wt = w.to(h.scalar_type());
            Tensor total = at::zeros(w.sizes(), at::kFloat);
            for (int64_t r = 0; r < n; r += step) {
                const int64_t m = std::min(step, n - r); Tensor rows = h.narrow(0, r, m), logits = at::linear(rows, wt);
                at::parallel_for(0, m, 1 + 16384 / v, [&](int64_t b, int64_t e) { simd().cross_entropy_grad(kind_of(logits), logits.data_ptr(), v, targets.data_ptr<int64_t>() + r, lse.data_ptr<float>() + r, g.data_ptr<float>() + r, b, e, v); });
                total.add_(at::mm(logits.t(), rows));
            }
            gw = total.to(w.scalar_type());
        }
        return {gx, gw, Tensor()};
    }
};

}  // namespace loradiff

using namespace loradiff;

LORADIFF_EXPORT Tensor* loradiff_token_losses(const Tensor* h, const Tensor* w, const Tensor* targets) {
    return guarded([&] {
        TORCH_CHECK(h->dim() == 2 && w->dim() == 2 && h->size(1) == w->size(1) && targets->dim() == 1 && targets->size(0) == h->size(0) && targets->scalar_type() == at::kLong,
                    "token losses: hidden is ", h->sizes(), ", the weight is ", w->sizes(), ", targets are ", targets->sizes(), " ", targets->scalar_type());
        kind_of(*h);
        if (h->size(0) > 0) {
            const auto lo = targets->min().item<int64_t>(), hi = targets->max().item<int64_t>();
            TORCH_CHECK(lo >= 0 && hi < w->size(0), "token losses: a target is ", lo < 0 ? lo : hi, " but the head has ", w->size(0), " rows");
        }
        Tensor c = h->contiguous(), t = targets->contiguous();
        if (wants_grad({h, w})) return TokenLosses::apply(c, *w, t);
        Tensor loss = at::empty({h->size(0)}, at::kFloat), lse = at::empty({h->size(0)}, at::kFloat);
        run(c, *w, t, loss, lse, nullptr);
        return loss;
    });
}
