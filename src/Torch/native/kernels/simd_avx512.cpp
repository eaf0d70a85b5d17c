#define LORADIFF_SIMD simd_avx512
#define LORADIFF_SIMD_NAME "avx512"
#define LORADIFF_REGISTERS 32
#include "simd.inl"
