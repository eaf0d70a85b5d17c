// Gradients: modes, backward, grad.
#include "guard.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <vector>

using loradiff::guarded;
using torch::autograd::variable_list;

namespace {
variable_list to_list(at::Tensor* const* tensors, int32_t count, bool optional, const char* what) {
  variable_list list;
  list.reserve(count);
  for (int32_t i = 0; i < count; i++) {
    if (tensors[i] != nullptr) list.push_back(*tensors[i]);
    else if (optional) list.emplace_back();
    else throw std::invalid_argument(std::string(what) + "[" + std::to_string(i) + "] is null or disposed");
  }
  return list;
}
} // namespace

extern "C" __attribute__((visibility("default"))) int32_t ld_grad_enabled() {
  return at::GradMode::is_enabled() ? 1 : 0;
}
extern "C" __attribute__((visibility("default"))) void ld_set_grad_enabled(int32_t enabled) {
  at::GradMode::set_enabled(enabled != 0);
}
extern "C" __attribute__((visibility("default"))) int32_t ld_inference_enabled() {
  return c10::InferenceMode::is_enabled() ? 1 : 0;
}

// The guard restores thread-local state: it must be deleted on the thread that made it.
LD_EXPORT(ld_inference_enter, int32_t enabled, c10::InferenceMode** out) {
  return guarded([&] { *out = new c10::InferenceMode(enabled != 0); });
}
LD_EXPORT(ld_inference_leave, c10::InferenceMode* guard) {
  return guarded([&] { delete guard; });
}

LD_EXPORT(ld_anomaly_get, int32_t* enabled, int32_t* check_nan) {
  return guarded([&] {
    *enabled = torch::autograd::AnomalyMode::is_enabled();
    *check_nan = torch::autograd::AnomalyMode::should_check_nan();
  });
}
LD_EXPORT(ld_anomaly_set, int32_t enabled, int32_t check_nan) {
  return guarded([&] { torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0); });
}

// Null when there is no gradient.
LD_EXPORT(ld_tensor_grad, const at::Tensor* tensor, at::Tensor** out) {
  return guarded([&] {
    *out = nullptr;
    if (tensor == nullptr) throw std::invalid_argument("the tensor is null or disposed");
    if (!tensor->is_leaf() && !tensor->retains_grad()) return; // asking would only print a warning
    const auto& grad = tensor->grad();
    if (grad.defined()) *out = new at::Tensor(grad);
  });
}

LD_EXPORT(ld_tensor_set_grad, at::Tensor* tensor, const at::Tensor* grad) {
  return guarded([&] {
    if (tensor == nullptr) throw std::invalid_argument("the tensor is null or disposed");
    if (grad != nullptr) {
      if (grad->sizes() != tensor->sizes())
        throw std::invalid_argument("assigned grad has data of a different size");
      if (grad->scalar_type() != tensor->scalar_type()) throw std::invalid_argument("assigned grad has data of a different type");
      if (grad->device() != tensor->device()) throw std::invalid_argument("assigned grad has data located on a different device");
    }
    tensor->mutable_grad() = grad != nullptr ? *grad : at::Tensor();
  });
}

LD_EXPORT(ld_backward, at::Tensor* const* tensors, int32_t tensor_count, at::Tensor* const* grads, int32_t grad_count, int32_t retain_graph,
          int32_t create_graph, at::Tensor* const* inputs, int32_t input_count) {
  return guarded([&] {
    torch::autograd::backward(to_list(tensors, tensor_count, false, "tensors"), to_list(grads, grad_count, true, "grad_tensors"), retain_graph != 0,
                              create_graph != 0, to_list(inputs, input_count, false, "inputs"));
  });
}

// results: room for input_count handles; null where an input was not used.
LD_EXPORT(ld_grad, at::Tensor* const* outputs, int32_t output_count, at::Tensor* const* inputs, int32_t input_count, at::Tensor* const* grads,
          int32_t grad_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, at::Tensor** results) {
  return guarded([&] {
    auto list = torch::autograd::grad(to_list(outputs, output_count, false, "outputs"), to_list(inputs, input_count, false, "inputs"),
                                      to_list(grads, grad_count, true, "grad_outputs"), retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (int32_t i = 0; i < input_count; i++) results[i] = list[i].defined() ? new at::Tensor(list[i]) : nullptr;
  });
}
