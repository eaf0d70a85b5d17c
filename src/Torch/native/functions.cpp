// Custom autograd functions: libtorch's own Function with both directions handed to managed code.
#include "guard.h"

#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <memory>
#include <vector>

using loradiff::guarded;
using loradiff::ManagedError;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

// Callbacks return 0, or the number under which the managed side keeps the exception that stopped them.
// forward(state, ctx, &outputs, &output_count); backward(state, ctx, grads, grad_count, &inputs, &input_count); arrays of handles on the C heap.
struct Callbacks {
  int64_t (*forward)(int64_t state, AutogradContext* ctx, at::Tensor*** outputs, int32_t* count);
  int64_t (*backward)(int64_t state, AutogradContext* ctx, at::Tensor** grads, int32_t grad_count, at::Tensor*** outputs, int32_t* count);
  void (*release)(int64_t state);
};
Callbacks callbacks{};

// Owns the managed state of one application of a function: dies with the graph.
struct State : torch::CustomClassHolder {
  explicit State(int64_t id) : id(id) {}
  ~State() override { callbacks.release(id); }
  int64_t id;
};

void check(int64_t failure) {
  if (failure != 0) throw ManagedError("managed exception #" + std::to_string(failure) + "#");
}

// Takes the handles and the array.
variable_list take(at::Tensor** handles, int32_t count) {
  variable_list list;
  std::unique_ptr<at::Tensor*, decltype(&std::free)> array(handles, &std::free);
  list.reserve(count);
  for (int32_t i = 0; i < count; i++) {
    if (handles[i] == nullptr) list.emplace_back();
    else {
      list.push_back(*handles[i]);
      delete handles[i];
    }
  }
  return list;
}

struct ManagedFunction : torch::autograd::Function<ManagedFunction> {
  static variable_list forward(AutogradContext* ctx, at::TensorList, const c10::intrusive_ptr<State>& state) {
    at::Tensor** outputs = nullptr;
    int32_t count = 0;
    check(callbacks.forward(state->id, ctx, &outputs, &count));
    auto list = take(outputs, count);
    for (const auto& output : list)
      if (!output.defined()) throw std::invalid_argument("the forward of a custom function returned a null tensor");
    ctx->saved_data["state"] = c10::IValue::make_capsule(state);
    return list;
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    auto capsule = ctx->saved_data.at("state").toCapsule();
    auto* state = static_cast<State*>(capsule.get());
    std::vector<at::Tensor*> handles;
    handles.reserve(grads.size());
    for (const auto& grad : grads) handles.push_back(grad.defined() ? new at::Tensor(grad) : nullptr);
    at::Tensor** outputs = nullptr;
    int32_t count = 0;
    // The handles are the managed side's from here on, whatever happens.
    check(callbacks.backward(state->id, ctx, handles.data(), static_cast<int32_t>(handles.size()), &outputs, &count));
    auto list = take(outputs, count);
    list.emplace_back(); // for the state, which libtorch counts as an argument
    return list;
  }
};

} // namespace

LD_EXPORT(ld_function_set_callbacks, Callbacks value) {
  return guarded([&] { callbacks = value; });
}

// inputs: the tensors among the arguments. Outputs: an array on the C heap.
LD_EXPORT(ld_function_apply, int64_t state, at::Tensor* const* inputs, int32_t input_count, at::Tensor*** outputs, int32_t* output_count) {
  return guarded([&] {
    auto holder = c10::make_intrusive<State>(state);
    variable_list list;
    list.reserve(input_count);
    for (int32_t i = 0; i < input_count; i++) list.push_back(*inputs[i]);
    auto results = ManagedFunction::apply(at::TensorList(list), holder);
    auto** array = static_cast<at::Tensor**>(std::malloc(sizeof(at::Tensor*) * (results.size() + 1)));
    if (array == nullptr) throw std::bad_alloc();
    for (size_t i = 0; i < results.size(); i++) array[i] = new at::Tensor(results[i]);
    *outputs = array;
    *output_count = static_cast<int32_t>(results.size());
  });
}

LD_EXPORT(ld_context_save, AutogradContext* ctx, at::Tensor* const* tensors, int32_t count) {
  return guarded([&] {
    variable_list list;
    for (int32_t i = 0; i < count; i++) list.push_back(tensors[i] != nullptr ? *tensors[i] : at::Tensor());
    ctx->save_for_backward(std::move(list));
  });
}

LD_EXPORT(ld_context_saved, AutogradContext* ctx, at::Tensor*** tensors, int32_t* count) {
  return guarded([&] {
    auto list = ctx->get_saved_variables();
    auto** array = static_cast<at::Tensor**>(std::malloc(sizeof(at::Tensor*) * (list.size() + 1)));
    if (array == nullptr) throw std::bad_alloc();
    for (size_t i = 0; i < list.size(); i++) array[i] = list[i].defined() ? new at::Tensor(list[i]) : nullptr;
    *tensors = array;
    *count = static_cast<int32_t>(list.size());
  });
}

// kind: 0 dirty, 1 not differentiable.
LD_EXPORT(ld_context_mark, AutogradContext* ctx, int32_t kind, at::Tensor* const* tensors, int32_t count) {
  return guarded([&] {
    variable_list list;
    for (int32_t i = 0; i < count; i++) {
      if (tensors[i] == nullptr) throw std::invalid_argument("a marked tensor is null or disposed");
      list.push_back(*tensors[i]);
    }
    if (kind == 0) ctx->mark_dirty(list);
    else ctx->mark_non_differentiable(list);
  });
}

LD_EXPORT(ld_context_materialize, AutogradContext* ctx, int32_t value) {
  return guarded([&] { ctx->set_materialize_grads(value != 0); });
}
