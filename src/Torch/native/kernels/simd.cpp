#include "simd.h"
#include <cstdlib>
#include <cstring>

namespace loradiff {

namespace simd_base { extern const Simd table; }
#if defined(__x86_64__)
namespace simd_avx2 { extern const Simd table; }
namespace simd_avx512 { extern const Simd table; }
#endif

// LORADIFF_SIMD=base|avx2|avx512 asks for a lesser table than the processor allows (tests compare them).
static const Simd& choose() {
#if defined(__x86_64__)
    const char* wish = std::getenv("LORADIFF_SIMD");
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (wish && !std::strcmp(wish, "base")) return simd_base::table;
    if (avx2 && wish && !std::strcmp(wish, "avx2")) return simd_avx2::table;
    if (avx512) return simd_avx512::table;
    if (avx2) return simd_avx2::table;
#endif
    return simd_base::table;
}

#if defined(__x86_64__)
void pack_rows_bf16(const uint16_t*, int64_t, int64_t, uint16_t*);
void small_linear_bf16(const uint16_t*, const uint16_t*, int64_t, int64_t, int64_t, int64_t, int64_t, uint16_t*);
namespace simd_avx512bf16 { void attention(const AttentionTask&); }

static bool has_bf16_dots() {
    static const bool has = __builtin_cpu_supports("avx512bf16") && !std::strcmp(simd().name, "avx512");
    return has;
}
#endif

const SmallLinearBf16* small_linear_bf16_or_null(int64_t rows) {
#if defined(__x86_64__)
    static const bool tiles = __builtin_cpu_supports("amx-bf16");
    static const SmallLinearBf16 kernel = {pack_rows_bf16, small_linear_bf16};
    return has_bf16_dots() && rows <= (tiles ? 8 : 64) ? &kernel : nullptr;
#else
    return nullptr;
#endif
}

AttentionKernel attention_bf16_or_null() {
#if defined(__x86_64__)
    return has_bf16_dots() ? simd_avx512bf16::attention : nullptr;
#else
    return nullptr;
#endif
}

const Simd& simd() { static const Simd& chosen = choose(); return chosen; }

}  // namespace loradiff
