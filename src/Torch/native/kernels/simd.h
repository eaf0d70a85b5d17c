// The table of loops that are compiled once per instruction set (simd_*.cpp) and chosen at load time.
// Everything here works on raw memory; shapes are checked and threads are started by the callers.
#pragma once
#include <cstdint>

namespace loradiff {

enum class Kind : int { Float32 = 0, BFloat16 = 1 };

// One run of query rows, the same fields as LoraDiff.Native.AttentionSegment.
struct Segment {
    int32_t query_start, query_count;
    int32_t first_start, first_count, first_causal;
    int32_t second_start, second_count, second_causal;
};

// One (group of segments, key/value head) of an attention call. Strides are in elements.
struct AttentionTask {
    Kind kind;
    const Segment* segments;     // the group's own, with ranges renumbered into the runs
    int32_t segment_count;
    const int32_t* runs;         // triples (first key row, rows, offset): the disjoint runs of key rows that the group's ranges lie in
    int32_t run_count, key_count;  // key_count: all rows of the runs; the members' ranges count from the runs' offsets
    int32_t kv_head, group;        // query heads kv_head*group … +group-1
    int32_t heads, kv_heads, dim;
    float scale;
    const void *q, *k, *v;       // [T,H,D], [S,K,D], [S,K,D], contiguous
    void* out;                   // [T,H,D]
    float* lse;                  // [T,H]
    const void* grad_out;        // backward only, [T,H,D]
    void *grad_q, *grad_k, *grad_v;
};

struct Simd {
    const char* name;
    void (*rms_norm)(Kind, const void* x, const float* w, float eps, int64_t begin, int64_t end, int64_t d, void* y, float* rstd);
    // grad_w: [d], added to, or null
    void (*rms_norm_backward)(Kind, const void* g, const void* x, const float* w, const float* rstd, int64_t begin, int64_t end, int64_t d, void* gx, float* grad_w);
    // x [T,H,D], optional per-head norm weight [D], cos/sin [T,D]
    void (*norm_rotary)(Kind, const void* x, const float* w, float eps, const float* cos, const float* sin, int64_t begin, int64_t end, int64_t h, int64_t d, void* y, float* rstd);
    void (*norm_rotary_backward)(Kind, const void* g, const void* x, const float* w, const float* rstd, const float* cos, const float* sin, int64_t begin, int64_t end, int64_t h, int64_t d, void* gx, float* grad_w);
    void (*swiglu)(Kind, const void* gate, const void* up, int64_t begin, int64_t end, void* y);
    void (*swiglu_backward)(Kind, const void* g, const void* gate, const void* up, int64_t begin, int64_t end, void* ggate, void* gup);
    // logits rows [n, v] in place → softmax − one-hot (when grad) ; loss and log-sum-exp per row
    void (*cross_entropy)(Kind, void* logits, int64_t stride, const int64_t* targets, int64_t begin, int64_t end, int64_t v, bool grad, float* loss, float* lse);
    // logits rows → (softmax − one-hot) · row scale, with the log-sum-exp known
    void (*cross_entropy_grad)(Kind, void* logits, int64_t stride, const int64_t* targets, const float* lse, const float* scale, int64_t begin, int64_t end, int64_t v);
    // logits rows [·, v]: the first index of the largest, and its softmax probability; NaN where there is no distribution
    void (*most_likely)(Kind, const void* logits, int64_t stride, int64_t begin, int64_t end, int64_t v, float* probability, float* index);
    void (*attention)(const AttentionTask&);
    void (*attention_backward)(const AttentionTask&);
    // y[n,out] = x[n,in] · w[out,in]^T for few rows: reads the weight once. w float32 or bfloat16, x and y float32.
    void (*small_linear)(Kind weight, const float* x, const void* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, float* y);
    // The same for more rows over a bfloat16 weight, widened a few columns at a time. in: a multiple of 16; begin, end: multiples of 4.
    void (*wide_linear)(const float* x, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, float* y);
    // y[out,in] = w[out,in] + s · b[out,r] · a[r,in], rows begin…end
    void (*fold)(Kind weight, Kind result, const void* w, const float* a, const float* b, float s, int64_t in, int64_t r, int64_t begin, int64_t end, void* y);
};

// bfloat16 rows over a bfloat16 weight; null where the processor has no bfloat16 dot product, or where the library's matrix product is better at so many rows: beyond 64 it pays to repack the weight,
// which the library does first, and beyond 8 on a processor with matrix tiles. in: a multiple of 32.
struct SmallLinearBf16 {
    void (*pack)(const uint16_t* x, int64_t n, int64_t in, uint16_t* packed);   // more than one row, as run wants them
    void (*run)(const uint16_t* packed, const uint16_t* w, int64_t n, int64_t in, int64_t out, int64_t begin, int64_t end, uint16_t* y);
};
constexpr int64_t kWovenRows = 4;      // packed has room for the next multiple of so many rows
constexpr int64_t kSmallColumns = 6;   // columns are best shared out by so many: whole tiles
const SmallLinearBf16* small_linear_bf16_or_null(int64_t rows);

// Attention over bfloat16 rows with the processor's bfloat16 dot product; null where it has none. scale: above zero.
using AttentionKernel = void (*)(const AttentionTask&);
AttentionKernel attention_bf16_or_null();

const Simd& simd();   // the best table for this processor

}  // namespace loradiff
