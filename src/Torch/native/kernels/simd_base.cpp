#define LORADIFF_SIMD simd_base
#define LORADIFF_SIMD_NAME "base"
#define LORADIFF_REGISTERS 16
#include "simd.inl"
