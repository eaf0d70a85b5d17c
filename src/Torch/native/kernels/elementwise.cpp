// RMS norm, rotary embedding with optional per-head norm, SwiGLU; forward and backward.
#include "api.h"

namespace loradiff {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

static int64_t grain(int64_t width) { return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width)); }

// Per-thread partial sums of a weight gradient, added up in thread order.
struct WeightGradient {
    Tensor partial;
    WeightGradient(bool wanted, int64_t d) { if (wanted) partial = at::zeros({at::get_num_threads(), d}, at::kFloat); }
    float* row() { return partial.defined() ? partial.data_ptr<float>() + at::get_thread_num() * partial.size(1) : nullptr; }
    Tensor total(const Tensor& like) { return partial.defined() ? partial.sum(0).to(like.scalar_type()) : Tensor(); }
};

struct RmsNorm : torch::autograd::Function<RmsNorm> {
    static std::pair<Tensor, Tensor> run(const Tensor& x, const Tensor& w, double eps) {
        const int64_t d = x.size(-1), rows = x.numel() / std::max<int64_t>(1, d);
        Tensor y = at::empty_like(x), rstd = at::empty({rows}, at::kFloat);
        at::parallel_for(0, rows, grain(d), [&](int64_t b, int64_t e) { simd().rms_norm(kind_of(x), x.data_ptr(), w.data_ptr<float>(), float(eps), b, e, d, y.data_ptr(), rstd.data_ptr<float>()); });
        return {y, rstd};
    }
    static Tensor forward(AutogradContext* ctx, Tensor x, Tensor weight, double eps) {
        Tensor w = float_or_undefined(&weight);
        auto [y, rstd] = run(x, w, eps);
        ctx->save_for_backward({x, w, rstd, weight});
        return y;
    }
    static variable_list backward(AutogradContext* ctx, variable_list grads) {
        auto s = ctx->get_saved_variables(); const Tensor &x = s[0], &w = s[1], &rstd = s[2];
        Tensor g = grads[0].contiguous().to(x.scalar_type()), gx = at::empty_like(x);
        const int64_t d = x.size(-1), rows = x.numel() / std::max<int64_t>(1, d);
        WeightGradient gw(s[3].requires_grad(), d);
        at::parallel_for(0, rows, grain(d), [&](int64_t b, int64_t e) { simd().rms_norm_backward(kind_of(x), g.data_ptr(), x.data_ptr(), w.data_ptr<float>(), rstd.data_ptr<float>(), b, e, d, gx.data_ptr(), gw.row()); });
        return {gx, gw.total(s[3]), Tensor()};
    }
};

struct NormRotary : torch::autograd::Function<NormRotary> {
    static std::pair<Tensor, Tensor> run(const Tensor& x, const Tensor& w, double eps, const Tensor& cos, const Tensor& sin) {
        const int64_t t = x.size(0), h = x.size(1), d = x.size(2);
        Tensor y = at::empty_like(x), rstd = w.defined() ? at::empty({t * h}, at::kFloat) : Tensor();
        float* r = w.defined() ? rstd.data_ptr<float>() : nullptr;
        at::parallel_for(0, t, grain(h * d), [&](int64_t b, int64_t e) { simd().norm_rotary(kind_of(x), x.data_ptr(), data_or_null(w), float(eps), cos.data_ptr<float>(), sin.data_ptr<float>(), b, e, h, d, y.data_ptr(), r); });
        return {y, rstd};
    }
    static Tensor forward(AutogradContext* ctx, Tensor x, Tensor weight, double eps, Tensor cos, Tensor sin) {
        Tensor w = float_or_undefined(&weight);
        auto [y, rstd] = run(x, w, eps, cos, sin);
        if (w.defined()) ctx->save_for_backward({cos, sin, x, w, rstd, weight});
        else ctx->save_for_backward({cos, sin});
        return y;
    }
    static variable_list backward(AutogradContext* ctx, variable_list grads) {
        auto s = ctx->get_saved_variables(); const Tensor &cos = s[0], &sin = s[1];
        const bool norm = s.size() > 2;
        Tensor g = grads[0].contiguous(), gx = at::empty_like(g);
        const int64_t t = g.size(0), h = g.size(1), d = g.size(2);
        WeightGradient gw(norm && s[5].requires_grad(), d);
        const void* x = norm ? s[2].data_ptr() : nullptr; const float *w = norm ? s[3].data_ptr<float>() : nullptr, *r = norm ? s[4].data_ptr<float>() : nullptr;
        at::parallel_for(0, t, grain(h * d), [&](int64_t b, int64_t e) { simd().norm_rotary_backward(kind_of(g), g.data_ptr(), x, w, r, cos.data_ptr<float>(), sin.data_ptr<float>(), b, e, h, d, gx.data_ptr(), gw.row()); });
        return {gx, norm ? gw.total(s[5]) : Tensor(), Tensor(), Tensor(), Tensor()};
    }
};

struct SwiGlu : torch::autograd::Function<SwiGlu> {
    static Tensor run(const Tensor& gate, const Tensor& up) {
        Tensor y = at::empty_like(gate);
        at::parallel_for(0, gate.numel(), 16384, [&](int64_t b, int64_t e) { simd().swiglu(kind_of(gate), gate.data_ptr(), up.data_ptr(), b, e, y.data_ptr()); });
        return y;
    }
    static Tensor forward(AutogradContext* ctx, Tensor gate, Tensor up) { ctx->save_for_backward({gate, up}); return run(gate, up); }
    static variable_list backward(AutogradContext* ctx, variable_list grads) {
        auto s = ctx->get_saved_variables(); const Tensor &gate = s[0], &up = s[1];
        Tensor g = grads[0].contiguous(), gg = at::empty_like(gate), gu = at::empty_like(up);
        at::parallel_for(0, gate.numel(), 16384, [&](int64_t b, int64_t e) { simd().swiglu_backward(kind_of(gate), g.data_ptr(), gate.data_ptr(), up.data_ptr(), b, e, gg.data_ptr(), gu.data_ptr()); });
        return {gg, gu};
    }
};

}  // namespace loradiff

using namespace loradiff;

LORADIFF_EXPORT Tensor* loradiff_rms_norm(const Tensor* x, const Tensor* weight, double eps) {
    return guarded([&] {
        TORCH_CHECK(weight->dim() == 1 && x->size(-1) == weight->size(0), "rms norm: x is ", x->sizes(), " but the weight is ", weight->sizes());
        Tensor c = x->contiguous();
        return wants_grad({x, weight}) ? RmsNorm::apply(c, *weight, eps) : RmsNorm::run(c, float_or_undefined(weight), eps).first;
    });
}

// weight: null for no norm. cos and sin [T, D].
LORADIFF_EXPORT Tensor* loradiff_norm_rotary(const Tensor* x, const Tensor* weight, double eps, const Tensor* cos, const Tensor* sin) {
    return guarded([&] {
        TORCH_CHECK(x->dim() == 3 && cos->dim() == 2 && cos->sizes() == sin->sizes() && cos->size(0) == x->size(0) && cos->size(1) == x->size(2) && x->size(2) % 2 == 0,
                    "rotary: x is ", x->sizes(), " [T, H, D] but cos is ", cos->sizes(), " and sin is ", sin->sizes(), " [T, D]");
        TORCH_CHECK(!weight || (weight->dim() == 1 && weight->size(0) == x->size(2)), "rotary: the norm's weight must be [", x->size(2), "]");
        Tensor c = x->contiguous(), co = cos->detach().to(at::kFloat).contiguous(), si = sin->detach().to(at::kFloat).contiguous(), w = or_empty(weight);
        return wants_grad({x, weight}) ? NormRotary::apply(c, w, eps, co, si) : NormRotary::run(c, float_or_undefined(&w), eps, co, si).first;
    });
}

LORADIFF_EXPORT Tensor* loradiff_swiglu(const Tensor* gate, const Tensor* up) {
    return guarded([&] {
        TORCH_CHECK(gate->sizes() == up->sizes() && gate->scalar_type() == up->scalar_type(), "SwiGLU: gate is ", gate->sizes(), " ", gate->scalar_type(), " but up is ", up->sizes(), " ", up->scalar_type());
        Tensor g = gate->contiguous(), u = up->contiguous();
        return wants_grad({gate, up}) ? SwiGlu::apply(g, u) : SwiGlu::run(g, u);
    });
}
