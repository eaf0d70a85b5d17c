// y = x·Wᵀ + bias + s·(x·Aᵀ)·Bᵀ with a frozen or trained W; the product s·B·A is folded into W where that is less work.
#include "api.h"
#include <memory>

namespace loradiff {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Folding costs in·out·r once, the two thin products rows·r·(in+out) forward and again backward, plus a pass over the output.
static bool fold_pays(int64_t rows, int64_t in, int64_t out) { return rows * (in + out) > 4 * in * out; }

static Tensor folded(const Tensor& w, const Tensor& a, const Tensor& b, double s, at::ScalarType type) {
    const auto known = [](at::ScalarType t) { return t == at::kFloat || t == at::kBFloat16; };
    if (!known(type)) return at::addmm(w.to(at::kFloat), b.to(at::kFloat), a.to(at::kFloat), 1, s).to(type);
    const int64_t out = w.size(0), in = w.size(1), r = a.size(0);
    const Tensor wc = (known(w.scalar_type()) ? w : w.to(at::kFloat)).contiguous(), ac = a.to(at::kFloat).contiguous(), bc = b.to(at::kFloat).contiguous();
    Tensor y = at::empty({out, in}, w.options().dtype(type));
    at::parallel_for(0, (out + 3) / 4, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, in * r)), [&](int64_t begin, int64_t end) {
        simd().fold(kind_of(wc), kind_of(y), wc.data_ptr(), ac.data_ptr<float>(), bc.data_ptr<float>(), float(s), in, r, begin * 4, std::min(end * 4, out), y.data_ptr());
    });
    return y;
}

// Few rows of float32 activations: the weight is read once, in its own type, at memory speed.
static bool is_small(const Tensor& x, const Tensor& w) {
    return x.scalar_type() == at::kFloat && x.size(0) <= 8 && (w.scalar_type() == at::kFloat || w.scalar_type() == at::kBFloat16) && w.is_contiguous();
}

static bool is_small_bf16(const Tensor& x, const Tensor& w) {
    return x.scalar_type() == at::kBFloat16 && w.scalar_type() == at::kBFloat16 && x.size(0) > 0 && x.size(1) % 32 == 0 && w.is_contiguous() && small_linear_bf16_or_null(x.size(0));
}

// Up to so many float32 rows do not pay for widening a whole bfloat16 weight first.
constexpr int64_t kWideRows = 64;

static bool is_wide(const Tensor& x, const Tensor& w) {
    return x.scalar_type() == at::kFloat && w.scalar_type() == at::kBFloat16 && x.size(0) <= kWideRows && x.size(0) > 0 && x.size(1) % 16 == 0 && w.size(0) % 4 == 0 && w.is_contiguous();
}

static Tensor product(const Tensor& x, const Tensor& w, const Tensor& bias) {
    if (is_small_bf16(x, w)) {
        const int64_t n = x.size(0), in = x.size(1), out = w.size(0);
        Tensor y = at::empty({n, out}, x.options());
        const SmallLinearBf16& kernel = *small_linear_bf16_or_null(n);
        const uint16_t* rows = (const uint16_t*)x.data_ptr();
        const int64_t units = (out + kSmallColumns - 1) / kSmallColumns;
        at::parallel_for(0, units, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, in * kSmallColumns)), [&](int64_t b, int64_t e) {
            // Each thread weaves the rows for itself: that takes no longer than waiting for one to do it, and leaves them in its own cache.
            std::unique_ptr<uint16_t[]> packed;
            if (n > 1) { packed.reset(new uint16_t[(n + kWovenRows - 1) / kWovenRows * kWovenRows * in]); kernel.pack(rows, n, in, packed.get()); }
            kernel.run(packed ? packed.get() : rows, (const uint16_t*)w.data_ptr(), n, in, out, b * kSmallColumns, std::min(out, e * kSmallColumns), (uint16_t*)y.data_ptr());
        });
        if (bias.defined()) y.add_(bias.to(at::kBFloat16));
        return y;
    }
    if (is_small(x, w)) {
        const int64_t n = x.size(0), in = x.size(1), out = w.size(0);
        Tensor y = at::empty({n, out}, x.options());
        at::parallel_for(0, (out + 3) / 4, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, in * 4)), [&](int64_t b, int64_t e) {
            simd().small_linear(kind_of(w), x.data_ptr<float>(), w.data_ptr(), n, in, out, b * 4, std::min(e * 4, out), y.data_ptr<float>());
        });
        if (bias.defined()) y.add_(bias.to(at::kFloat));
        return y;
    }
    if (is_wide(x, w)) {
        const int64_t n = x.size(0), in = x.size(1), out = w.size(0);
        Tensor y = at::empty({n, out}, x.options());
        at::parallel_for(0, out / 4, std::max<int64_t>(1, 4096 / std::max<int64_t>(1, in * 4)), [&](int64_t b, int64_t e) {
            simd().wide_linear(x.data_ptr<float>(), (const uint16_t*)w.data_ptr(), n, in, out, b * 4, e * 4, y.data_ptr<float>());
        });
        if (bias.defined()) y.add_(bias.to(at::kFloat));
        return y;
    }
    return at::linear(x, w.to(x.scalar_type()), bias.defined() ? c10::optional<Tensor>(bias.to(x.scalar_type())) : c10::nullopt);
}

// kept: the folded weight, for the backward pass.
static Tensor run(const Tensor& x, const Tensor& w, const Tensor& bias, const Tensor& a, const Tensor& b, double s, Tensor* kept = nullptr) {
    if (!a.defined()) return product(x, w, bias);
    if (fold_pays(x.size(0), x.size(1), w.size(0))) {
        const Tensor whole = folded(w, a, b, s, x.scalar_type());
        if (kept) *kept = whole;
        return product(x, whole, bias);
    }
    Tensor y = product(x, w, bias), low = product(x, a, Tensor());
    return is_small(x, b) ? y.add_(product(low, b.contiguous(), Tensor()), s) : y.addmm_(low, b.to(x.scalar_type()).t(), 1, s);
}

struct LoraLinear : torch::autograd::Function<LoraLinear> {
    static Tensor forward(AutogradContext* ctx, Tensor x, Tensor w, Tensor bias, Tensor a, Tensor b, double s) {
        Tensor whole, y = run(x, w, or_undefined(bias), or_undefined(a), or_undefined(b), s, &whole);
        ctx->save_for_backward({x, w, bias, a, b, or_empty(&whole)}); ctx->saved_data["s"] = s;
        return y;
    }
    static variable_list backward(AutogradContext* ctx, variable_list grads) {
        auto saved = ctx->get_saved_variables(); const Tensor &x = saved[0], &w = saved[1], bias = or_undefined(saved[2]), a = or_undefined(saved[3]), b = or_undefined(saved[4]), whole = or_undefined(saved[5]);
        const double s = ctx->saved_data["s"].toDouble(); const auto type = x.scalar_type(); const bool lora = a.defined();
        Tensor g = grads[0].contiguous(), gx, gw, gbias, ga, gb, up;
        const bool fold = whole.defined();
        if (lora) up = at::mm(g, b.to(type));   // [N, r]
        if (ctx->needs_input_grad(0)) {
            gx = at::mm(g, fold ? whole : w.to(type));
            if (lora && !fold) gx.addmm_(up, a.to(type), 1, s);
        }
        if (ctx->needs_input_grad(1)) gw = at::mm(g.t(), x).to(w.scalar_type());
        if (bias.defined() && ctx->needs_input_grad(2)) gbias = g.sum(0, false, at::kFloat).to(bias.scalar_type());
        if (lora && ctx->needs_input_grad(3)) ga = at::mm(up.t(), x).to(a.scalar_type()).mul_(s);
        if (lora && ctx->needs_input_grad(4)) gb = at::mm(at::linear(x, a.to(type)).t(), g).t().to(b.scalar_type(), false, false, at::MemoryFormat::Contiguous).mul_(s);
        return {gx, gw, gbias, ga, gb, Tensor()};
    }
};

}  // namespace loradiff

using namespace loradiff;

// bias, a and b may be null; a and b are null together. x [N, in].
LORADIFF_EXPORT Tensor* loradiff_lora_linear(const Tensor* x, const Tensor* w, const Tensor* bias, const Tensor* a, const Tensor* b, double s) {
    return guarded([&] {
        TORCH_CHECK(x->dim() == 2 && w->dim() == 2 && x->size(1) == w->size(1), "linear: x is ", x->sizes(), " but the weight is ", w->sizes());
        TORCH_CHECK(!a == !b && (!a || (a->size(1) == w->size(1) && b->size(0) == w->size(0) && a->size(0) == b->size(1))), "LoRA: the weight is ", w->sizes(), " but A is ", a ? a->sizes() : w->sizes(), " and B is ", b ? b->sizes() : w->sizes());
        const Tensor none; Tensor c = x->contiguous();
        if (wants_grad({x, w, bias, a, b})) return LoraLinear::apply(c, *w, or_empty(bias), or_empty(a), or_empty(b), s);
        return run(c, *w, bias ? *bias : none, a ? *a : none, b ? *b : none, s);
    });
}
