// Process-wide state: version, threads, seeds, generators, devices, back ends.
#include "guard.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DeviceGuard.h>
#include <torch/version.h>

#include <mutex>

using loradiff::guarded;

namespace {
std::string version() {
  return std::to_string(TORCH_VERSION_MAJOR) + "." + std::to_string(TORCH_VERSION_MINOR) + "." + std::to_string(TORCH_VERSION_PATCH);
}

at::Generator& checked(at::Generator* generator) {
  if (generator == nullptr) throw std::invalid_argument("the generator is disposed");
  return *generator;
}
} // namespace

// what: 0 version, 1 build configuration, 2 parallel settings. The text is on the C heap.
LD_EXPORT(ld_runtime_text, int32_t what, char** out) {
  return guarded([&] {
    std::string text = what == 0 ? version() : what == 1 ? at::show_config() : at::get_parallel_info();
    *out = loradiff::copy_message(text.c_str());
  });
}

LD_EXPORT(ld_threads_get, int32_t interop, int32_t* out) {
  return guarded([&] { *out = interop ? at::get_num_interop_threads() : at::get_num_threads(); });
}
LD_EXPORT(ld_threads_set, int32_t interop, int32_t count) {
  return guarded([&] {
    if (interop) at::set_num_interop_threads(count);
    else at::set_num_threads(count);
  });
}

LD_EXPORT(ld_manual_seed, uint64_t seed, int32_t cuda_only, at::Generator** out) {
  return guarded([&] {
    if (cuda_only) {
      for (int64_t i = 0; at::hasCUDA() && i < at::detail::getCUDAHooks().getNumGPUs(); i++) {
        auto generator = at::globalContext().defaultGenerator(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(i)));
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_current_seed(seed);
      }
      return;
    }
    at::manual_seed(seed);
    if (out != nullptr) *out = new at::Generator(at::globalContext().defaultGenerator(c10::Device(c10::kCPU)));
  });
}

LD_EXPORT(ld_generator_new, int32_t device_type, int32_t device_index, at::Generator** out) {
  return guarded([&] {
    const auto type = static_cast<c10::DeviceType>(device_type);
    if (type == c10::kCPU) {
      *out = new at::Generator(at::detail::createCPUGenerator());
    } else if (type == c10::kCUDA) {
      // Cloning the default generator needs no CUDA header.
      const auto& standard = at::globalContext().defaultGenerator(c10::Device(type, static_cast<c10::DeviceIndex>(device_index)));
      *out = new at::Generator(standard.clone());
    } else {
      throw std::invalid_argument("generators exist for cpu and cuda, not for " + c10::DeviceTypeName(type, true));
    }
  });
}

LD_EXPORT(ld_generator_default, at::Generator** out) {
  return guarded([&] { *out = new at::Generator(at::globalContext().defaultGenerator(c10::Device(c10::kCPU))); });
}

extern "C" __attribute__((visibility("default"))) void ld_generator_free(at::Generator* generator) {
  delete generator;
}

LD_EXPORT(ld_generator_seed, at::Generator* generator, uint64_t seed) {
  return guarded([&] {
    auto& g = checked(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_current_seed(seed);
  });
}

LD_EXPORT(ld_generator_current_seed, at::Generator* generator, uint64_t* out) {
  return guarded([&] {
    auto& g = checked(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    *out = g.current_seed();
  });
}

LD_EXPORT(ld_generator_get_state, at::Generator* generator, at::Tensor** out) {
  return guarded([&] {
    auto& g = checked(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    *out = new at::Tensor(g.get_state());
  });
}

LD_EXPORT(ld_generator_set_state, at::Generator* generator, const at::Tensor* state) {
  return guarded([&] {
    if (state == nullptr) throw std::invalid_argument("the state tensor is null or disposed");
    auto& g = checked(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_state(*state);
  });
}

LD_EXPORT(ld_cuda_count, int32_t* count, int32_t* cudnn) {
  return guarded([&] {
    *count = at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().getNumGPUs()) : 0;
    *cudnn = at::detail::getCUDAHooks().hasCuDNN() ? 1 : 0;
  });
}

LD_EXPORT(ld_cuda_synchronize, int64_t index) {
  return guarded([&] {
    if (!at::hasCUDA()) throw std::runtime_error("this libtorch has no CUDA support, or no CUDA device is present");
    const auto device = c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index < 0 ? -1 : index));
#if TORCH_VERSION_MAJOR >= 2
    c10::DeviceGuard guard(device);
    at::detail::getCUDAHooks().deviceSynchronize(c10::impl::getDeviceGuardImpl(c10::kCUDA)->getDevice().index());
#else
    at::detail::getCUDAHooks().deviceSynchronize(index < 0 ? at::detail::getCUDAHooks().current_device() : index);
    (void)device;
#endif
  });
}

enum Flag : int32_t { kMatmulTf32 = 0, kCudnnTf32 = 1, kFp16Reduction = 2, kFlashSdp = 3, kMathSdp = 4 };

LD_EXPORT(ld_flag_get, int32_t flag, int32_t* out) {
  return guarded([&] {
    auto& context = at::globalContext();
    switch (flag) {
#if TORCH_VERSION_MAJOR >= 2
      case kMatmulTf32: *out = context.float32MatmulPrecision() != at::Float32MatmulPrecision::HIGHEST; return;
      case kCudnnTf32: *out = context.allowTF32CuDNN(); return;
      case kFp16Reduction: *out = static_cast<int32_t>(context.allowFP16ReductionCuBLAS()) != 0; return;
#else
      case kMatmulTf32: *out = context.allowTF32CuBLAS(); return;
      case kCudnnTf32: *out = context.allowTF32CuDNN(); return;
      case kFp16Reduction: *out = context.allowFP16ReductionCuBLAS(); return;
#endif
      case kFlashSdp: *out = context.userEnabledFlashSDP(); return;
      case kMathSdp: *out = context.userEnabledMathSDP(); return;
    }
    throw std::invalid_argument("unknown flag " + std::to_string(flag));
  });
}

LD_EXPORT(ld_flag_set, int32_t flag, int32_t value) {
  return guarded([&] {
    auto& context = at::globalContext();
    const bool on = value != 0;
    switch (flag) {
      case kMatmulTf32: context.setAllowTF32CuBLAS(on); return;
      case kCudnnTf32: context.setAllowTF32CuDNN(on); return;
      case kFp16Reduction: context.setAllowFP16ReductionCuBLAS(on); return;
      case kFlashSdp: context.setSDPUseFlash(on); return;
      case kMathSdp: context.setSDPUseMath(on); return;
    }
    throw std::invalid_argument("unknown flag " + std::to_string(flag));
  });
}
