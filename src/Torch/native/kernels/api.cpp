#include "api.h"

namespace loradiff {
static thread_local std::string last_error;
void remember_error(const char* what) { try { last_error = what; } catch (...) { } }
}  // namespace loradiff

// The last error of this thread; valid until the next failing call.
LORADIFF_EXPORT const char* loradiff_kernels_error() { return loradiff::last_error.c_str(); }
LORADIFF_EXPORT const char* loradiff_kernels_simd() { return loradiff::simd().name; }
