// The most likely token of each row of logits: two numbers a row instead of a copy of them all.
#include "api.h"

using namespace loradiff;

// logits [N,V], V ≥ 1, rows any distance apart → [2,N] float32: probabilities, then indices.
LORADIFF_EXPORT Tensor* loradiff_most_likely(const Tensor* logits) {
    return guarded([&] {
        TORCH_CHECK(logits->dim() == 2 && logits->size(1) > 0, "most likely: the logits are ", logits->sizes(), "; expected [N, V] with V at least 1");
        const Tensor l = logits->stride(1) == 1 || logits->size(1) == 1 ? *logits : logits->contiguous();
        const int64_t n = l.size(0), v = l.size(1);
        Tensor result = at::empty({2, n}, at::kFloat);
        float* to = result.data_ptr<float>();
        at::parallel_for(0, n, 1 + 16384 / v, [&](int64_t b, int64_t e) { simd().most_likely(kind_of(l), l.data_ptr(), l.stride(0), b, e, v, to, to + n); });
        return result;
    });
}
