// TorchScript functions from source text.
#include "guard.h"

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/compilation_unit.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/jit.h>

#include <memory>
#include <vector>

using loradiff::guarded;

namespace {

enum Tag : int32_t { kNone = 0, kTensor = 1, kInt = 2, kDouble = 3, kBool = 4, kTensorList = 7, kString = 11, kTuple = 20, kList = 21 };

struct Value {
  int32_t tag;
  int32_t count;
  union {
    int64_t integer;
    double number;
    void* pointer;
  };
};

struct Unit {
  std::shared_ptr<torch::jit::CompilationUnit> unit;
};

c10::IValue from_value(const Value& value) {
  switch (value.tag) {
    case kNone: return {};
    case kTensor: return value.pointer != nullptr ? *static_cast<const at::Tensor*>(value.pointer) : at::Tensor();
    case kInt: return value.integer;
    case kDouble: return value.number;
    case kBool: return value.integer != 0;
    case kString: return std::string(static_cast<const char*>(value.pointer), value.count);
    case kTensorList: {
      c10::List<at::Tensor> list;
      auto* const* data = static_cast<at::Tensor* const*>(value.pointer);
      for (int32_t i = 0; i < value.count; i++) list.push_back(*data[i]);
      return list;
    }
  }
  throw std::invalid_argument("unknown value tag " + std::to_string(value.tag));
}

void to_value(const c10::IValue& result, Value& value);

template <typename Elements>
void to_values(const Elements& elements, int32_t tag, Value& value) {
  auto* data = static_cast<Value*>(std::malloc(sizeof(Value) * (elements.size() + 1)));
  if (data == nullptr) throw std::bad_alloc();
  value.tag = tag;
  value.count = static_cast<int32_t>(elements.size());
  value.pointer = data;
  int32_t i = 0;
  for (const c10::IValue& element : elements) to_value(element, data[i++]);
}

void to_value(const c10::IValue& result, Value& value) {
  value.count = 0;
  if (result.isTensor()) {
    value.tag = kTensor;
    value.pointer = result.toTensor().defined() ? new at::Tensor(result.toTensor()) : nullptr;
  } else if (result.isInt()) {
    value.tag = kInt;
    value.integer = result.toInt();
  } else if (result.isDouble()) {
    value.tag = kDouble;
    value.number = result.toDouble();
  } else if (result.isBool()) {
    value.tag = kBool;
    value.integer = result.toBool() ? 1 : 0;
  } else if (result.isNone()) {
    value.tag = kNone;
    value.integer = 0;
  } else if (result.isString()) {
    const auto& text = result.toStringRef();
    auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (copy == nullptr) throw std::bad_alloc();
    std::memcpy(copy, text.data(), text.size());
    value.tag = kString;
    value.count = static_cast<int32_t>(text.size());
    value.pointer = copy;
  } else if (result.isTuple()) {
    std::vector<c10::IValue> elements;
    for (const c10::IValue& element : result.toTupleRef().elements()) elements.push_back(element);
    to_values(elements, kTuple, value);
  } else if (result.isList()) {
    std::vector<c10::IValue> elements;
    auto list = result.toList();
    for (size_t i = 0; i < list.size(); i++) elements.push_back(list.get(i));
    to_values(elements, kList, value);
  } else {
    throw std::runtime_error("a result of type " + result.tagKind() + " has no managed form");
  }
}

} // namespace

LD_EXPORT(ld_jit_compile, const char* source, Unit** out) {
  return guarded([&] { *out = new Unit{torch::jit::compile(source)}; });
}

extern "C" __attribute__((visibility("default"))) void ld_jit_free(Unit* unit) {
  try {
    delete unit;
  } catch (...) {
    // Nobody to tell on a finalizer's thread.
  }
}

LD_EXPORT(ld_jit_invoke, Unit* unit, const char* name, const Value* values, int32_t count, Value* result) {
  return guarded([&] {
    auto* function = unit->unit->find_function(c10::QualifiedName(name));
    if (function == nullptr) throw std::invalid_argument(std::string("the compilation unit has no function '") + name + "'");
    std::vector<c10::IValue> stack;
    for (int32_t i = 0; i < count; i++) stack.push_back(from_value(values[i]));
    to_value((*function)(std::move(stack)), *result);
  });
}
