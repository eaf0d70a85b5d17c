// Handles, shape queries, raw memory.
#include "guard.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/ScalarType.h>

#include <vector>

using loradiff::guarded;

namespace {
const at::Tensor& checked(const at::Tensor* tensor) {
  if (tensor == nullptr) throw std::invalid_argument("the tensor is null or disposed");
  return *tensor;
}
} // namespace

extern "C" __attribute__((visibility("default"))) void ld_tensor_free(at::Tensor* tensor) {
  try {
    delete tensor;
  } catch (...) {
    // A deleter of foreign memory failed; there is nobody to tell on a finalizer's thread.
  }
}

// A second handle on the same tensor object: what C++ gets by copying at::Tensor.
LD_EXPORT(ld_tensor_share, const at::Tensor* tensor, at::Tensor** out) {
  return guarded([&] { *out = new at::Tensor(checked(tensor)); });
}

struct TensorInfo {
  int64_t numel;
  int32_t dim, dtype, device_type, device_index;
};

LD_EXPORT(ld_tensor_info, const at::Tensor* tensor, TensorInfo* out) {
  return guarded([&] {
    const auto& t = checked(tensor);
    out->numel = t.numel();
    out->dim = static_cast<int32_t>(t.dim());
    out->dtype = static_cast<int32_t>(t.scalar_type());
    out->device_type = static_cast<int32_t>(t.device().type());
    out->device_index = t.device().index();
  });
}

// Writes at most `room` sizes; *dim is how many there are.
LD_EXPORT(ld_tensor_sizes, const at::Tensor* tensor, int64_t* out, int32_t room, int32_t* dim) {
  return guarded([&] {
    auto sizes = checked(tensor).sizes();
    *dim = static_cast<int32_t>(sizes.size());
    for (int32_t i = 0; i < room && i < *dim; i++) out[i] = sizes[i];
  });
}

LD_EXPORT(ld_tensor_strides, const at::Tensor* tensor, int64_t* out, int32_t room, int32_t* dim) {
  return guarded([&] {
    auto strides = checked(tensor).strides();
    *dim = static_cast<int32_t>(strides.size());
    for (int32_t i = 0; i < room && i < *dim; i++) out[i] = strides[i];
  });
}

LD_EXPORT(ld_tensor_size, const at::Tensor* tensor, int64_t dim, int64_t* out) {
  return guarded([&] { *out = checked(tensor).size(dim); });
}

LD_EXPORT(ld_tensor_stride, const at::Tensor* tensor, int64_t dim, int64_t* out) {
  return guarded([&] { *out = checked(tensor).stride(dim); });
}

enum Property : int32_t {
  kRequiresGrad = 0,
  kIsLeaf = 1,
  kIsContiguous = 2,
  kStorageOffset = 3,
  kElementSize = 4,
  kIsPinned = 5,
  kIsSparse = 6,
  kIsInference = 7,
  kRetainsGrad = 8,
  kIsConj = 9,
  kIsNeg = 10,
  kVersion = 11,
};

LD_EXPORT(ld_tensor_property, const at::Tensor* tensor, int32_t property, int64_t* out) {
  return guarded([&] {
    const auto& t = checked(tensor);
    switch (property) {
      case kRequiresGrad: *out = t.requires_grad(); return;
      case kIsLeaf: *out = t.is_leaf(); return;
      case kIsContiguous: *out = t.is_contiguous(); return;
      case kStorageOffset: *out = t.storage_offset(); return;
      case kElementSize: *out = static_cast<int64_t>(t.element_size()); return;
      case kIsPinned: *out = t.is_pinned(); return;
      case kIsSparse: *out = t.is_sparse(); return;
      case kIsInference: *out = t.is_inference(); return;
      case kRetainsGrad: *out = t.retains_grad(); return;
      case kIsConj: *out = t.is_conj(); return;
      case kIsNeg: *out = t.is_neg(); return;
      case kVersion: *out = static_cast<int64_t>(t._version()); return;
    }
    throw std::invalid_argument("unknown tensor property " + std::to_string(property));
  });
}

LD_EXPORT(ld_tensor_data, const at::Tensor* tensor, void** out) {
  return guarded([&] { *out = checked(tensor).data_ptr(); });
}

LD_EXPORT(ld_tensor_storage, const at::Tensor* tensor, void** data, int64_t* bytes) {
  return guarded([&] {
    const auto& storage = checked(tensor).storage();
    *data = const_cast<void*>(static_cast<const void*>(storage.data()));
    *bytes = static_cast<int64_t>(storage.nbytes());
  });
}

// A tensor over foreign memory. release(state) runs when the last reference goes, on whatever thread that is.
LD_EXPORT(ld_tensor_from_blob, void* data, const int64_t* sizes, int32_t dim, int32_t dtype, int32_t device_type, int32_t device_index,
          void (*release)(void*), void* state, at::Tensor** out) {
  return guarded([&] {
    auto options = at::TensorOptions()
                       .dtype(static_cast<at::ScalarType>(dtype))
                       .device(c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
    auto tensor = at::from_blob(data, at::IntArrayRef(sizes, dim), [release, state](void*) { if (release != nullptr) release(state); }, options);
    *out = new at::Tensor(std::move(tensor));
  });
}
