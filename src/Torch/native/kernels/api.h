// Exports of libloradiff_kernels: tensors come in as addresses of at::Tensor (TorchSharp's Tensor.Handle) and go out as new ones.
#pragma once
#include <torch/torch.h>
#include <ATen/Parallel.h>
#include <string>
#include "simd.h"

#if defined(_WIN32)
#define LORADIFF_EXPORT extern "C" __declspec(dllexport)
#else
#define LORADIFF_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace loradiff {

using at::Tensor;

void remember_error(const char* what);

// Runs f; an exception becomes null and its first line is kept for loradiff_kernels_error.
template <class F> Tensor* guarded(F f) noexcept {
    try { return new Tensor(f()); }
    catch (const c10::Error& e) { remember_error(e.what_without_backtrace()); }
    catch (const std::exception& e) { remember_error(e.what()); }
    catch (...) { remember_error("unknown native exception"); }
    return nullptr;
}

inline Kind kind_of(const Tensor& t) {
    TORCH_CHECK(t.scalar_type() == at::kFloat || t.scalar_type() == at::kBFloat16, "the kernels take float32 and bfloat16, not ", t.scalar_type());
    return t.scalar_type() == at::kFloat ? Kind::Float32 : Kind::BFloat16;
}

inline bool wants_grad(std::initializer_list<const Tensor*> all) {
    if (!at::GradMode::is_enabled()) return false;
    for (auto* t : all) if (t && t->defined() && t->requires_grad()) return true;
    return false;
}

// torch 1.13's Function::apply and save_for_backward need defined tensors: an absent one travels as an empty one.
inline Tensor or_empty(const Tensor* t) { return t && t->defined() ? *t : at::empty({0}); }
inline Tensor or_undefined(const Tensor& t) { return t.defined() && t.numel() ? t : Tensor(); }

inline Tensor float_or_undefined(const Tensor* t) { return t && t->defined() && t->numel() ? t->detach().to(at::kFloat).contiguous() : Tensor(); }
inline const float* data_or_null(const Tensor& t) { return t.defined() ? t.data_ptr<float>() : nullptr; }

}  // namespace loradiff
