#define LORADIFF_SIMD simd_avx2
#define LORADIFF_SIMD_NAME "avx2"
#define LORADIFF_REGISTERS 16
#include "simd.inl"
