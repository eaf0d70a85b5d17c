// One call for every operator: values in, the dispatcher's boxed call, values out.
#include "guard.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>

#include <memory>
#include <vector>

namespace {

using loradiff::guarded;

enum Tag : int32_t {
  kNone = 0,
  kTensor = 1,
  kInt = 2,
  kDouble = 3,
  kBool = 4,
  kIntList = 5,
  kDoubleList = 6,
  kTensorList = 7,
  kOptionalTensorList = 8,
  kDevice = 9,
  kGenerator = 10,
  kString = 11,
  kBoolList = 12,
  kComplex = 13,
  kDefault = 14,
};

struct Value {
  int32_t tag;
  int32_t count;
  union {
    int64_t integer;
    double number;
    void* pointer;
  };
};

// The optional type of this libtorch: c10's own in 1.x, the standard's since.
using OptionalTensor = std::decay_t<decltype(std::declval<c10::IValue>().toOptional<at::Tensor>())>;

struct Operator {
  c10::OperatorHandle handle;
  std::vector<c10::TypeKind> kinds; // of the arguments, optionals unwrapped
  std::vector<c10::IValue> defaults;
  std::string name;
};

c10::TypeKind bare_kind(const c10::TypePtr& type) {
  if (type->kind() == c10::TypeKind::OptionalType) return bare_kind(type->castRaw<c10::OptionalType>()->getElementType());
  return type->kind();
}

const at::Tensor& tensor_at(const Operator& op, size_t index, void* pointer) {
  if (pointer == nullptr) throw std::invalid_argument(op.name + ": argument '" + op.handle.schema().arguments()[index].name() + "' is null or a disposed tensor");
  return *static_cast<const at::Tensor*>(pointer);
}

c10::IValue to_ivalue(const Operator& op, size_t index, const Value& value) {
  switch (value.tag) {
    case kNone:
      return {};
    case kTensor:
      return tensor_at(op, index, value.pointer);
    case kInt:
      if (op.kinds[index] == c10::TypeKind::FloatType) return static_cast<double>(value.integer);
      if (op.kinds[index] == c10::TypeKind::BoolType) return value.integer != 0;
      return value.integer;
    case kDouble:
      return value.number;
    case kBool:
      if (op.kinds[index] == c10::TypeKind::IntType) return static_cast<int64_t>(value.integer != 0);
      return value.integer != 0;
    case kIntList: {
      const auto* data = static_cast<const int64_t*>(value.pointer);
      c10::List<int64_t> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) list.push_back(data[i]);
      return list;
    }
    case kDoubleList: {
      const auto* data = static_cast<const double*>(value.pointer);
      c10::List<double> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) list.push_back(data[i]);
      return list;
    }
    case kBoolList: {
      const auto* data = static_cast<const int64_t*>(value.pointer);
      c10::List<bool> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) list.push_back(data[i] != 0);
      return list;
    }
    case kTensorList: {
      auto* const* data = static_cast<void* const*>(value.pointer);
      c10::List<at::Tensor> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) list.push_back(tensor_at(op, index, data[i]));
      return list;
    }
    case kOptionalTensorList: {
      auto* const* data = static_cast<void* const*>(value.pointer);
      c10::List<OptionalTensor> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++)
        list.push_back(data[i] == nullptr ? OptionalTensor() : OptionalTensor(*static_cast<const at::Tensor*>(data[i])));
      return list;
    }
    case kDevice:
      return c10::Device(static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.count));
    case kGenerator:
      return *static_cast<const at::Generator*>(value.pointer);
    case kString:
      return std::string(static_cast<const char*>(value.pointer), value.count);
    case kComplex: {
      const auto* data = static_cast<const double*>(value.pointer);
      return c10::complex<double>(data[0], data[1]);
    }
    case kDefault: {
      const auto& argument = op.handle.schema().arguments()[index];
      if (argument.default_value()) return *argument.default_value();
      if (argument.type()->kind() == c10::TypeKind::OptionalType) return {};
      throw std::invalid_argument(op.name + ": argument '" + argument.name() + "' is required");
    }
  }
  throw std::invalid_argument(op.name + ": unknown value tag " + std::to_string(value.tag));
}

void* to_handle(const at::Tensor& tensor) {
  return tensor.defined() ? new at::Tensor(tensor) : nullptr;
}

void to_value(c10::IValue&& result, Value& value) {
  value.count = 0;
  if (result.isTensor()) {
    value.tag = kTensor;
    at::Tensor tensor = std::move(result).toTensor();
    value.pointer = tensor.defined() ? new at::Tensor(std::move(tensor)) : nullptr;
  } else if (result.isInt()) {
    value.tag = kInt;
    value.integer = result.toInt();
  } else if (result.isDouble()) {
    value.tag = kDouble;
    value.number = result.toDouble();
  } else if (result.isBool()) {
    value.tag = kBool;
    value.integer = result.toBool() ? 1 : 0;
  } else if (result.isTensorList()) {
    auto list = result.toTensorVector();
    auto** data = static_cast<void**>(std::malloc(sizeof(void*) * (list.size() + 1)));
    if (data == nullptr) throw std::bad_alloc();
    for (size_t i = 0; i < list.size(); i++) data[i] = to_handle(list[i]);
    value.tag = kTensorList;
    value.count = static_cast<int32_t>(list.size());
    value.pointer = data;
  } else if (result.isNone()) {
    value.tag = kNone;
    value.integer = 0;
  } else {
    throw std::runtime_error("a result of type " + result.tagKind() + " has no managed form");
  }
}

} // namespace

LD_EXPORT(ld_op_find, const char* name, const char* overload, Operator** out) {
  return guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!handle) throw std::runtime_error(std::string("this libtorch has no operator ") + name + (*overload ? std::string(".") + overload : ""));
    auto op = std::unique_ptr<Operator>(new Operator{*handle, {}, {}, name});
    for (const auto& argument : handle->schema().arguments()) op->kinds.push_back(bare_kind(argument.type()));
    *out = op.release();
  });
}

LD_EXPORT(ld_op_exists, const char* name, const char* overload, int32_t* out) {
  return guarded([&] { *out = c10::Dispatcher::singleton().findSchema({name, overload}) ? 1 : 0; });
}

// results: room for *count values; on return *count is how many there are. With room for none the results are dropped.
LD_EXPORT(ld_op_call, const Operator* op, const Value* values, int32_t value_count, Value* results, int32_t* count) {
  return guarded([&] {
    const auto& arguments = op->handle.schema().arguments();
    if (static_cast<size_t>(value_count) > arguments.size())
      throw std::invalid_argument(op->name + ": this libtorch takes " + std::to_string(arguments.size()) + " arguments, not " + std::to_string(value_count));
    c10::Stack stack;
    stack.reserve(arguments.size());
    for (int32_t i = 0; i < value_count; i++) stack.push_back(to_ivalue(*op, i, values[i]));
    for (size_t i = value_count; i < arguments.size(); i++) stack.push_back(to_ivalue(*op, i, Value{kDefault, 0, {0}}));
    op->handle.callBoxed(stack);
    const int32_t room = *count;
    const auto have = static_cast<int32_t>(stack.size());
    *count = 0;
    if (room == 0) return;
    if (have > room) throw std::runtime_error(op->name + ": " + std::to_string(have) + " results where " + std::to_string(room) + " were expected");
    for (int32_t i = 0; i < have; i++) {
      to_value(std::move(stack[i]), results[i]);
      *count = i + 1;
    }
  });
}

extern "C" __attribute__((visibility("default"))) void ld_free(void* pointer) {
  std::free(pointer);
}
