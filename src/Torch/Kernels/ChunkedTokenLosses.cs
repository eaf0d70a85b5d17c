using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LoraDiff.Native;
internal static class ChunkedTokenLosses { public static Tensor Run(Tensor h, Tensor w, Tensor t) { using var s = NewDisposeScope(); var l = functional.linear(h, w.to(h.dtype)).to(float32); return (l.logsumexp(1) - l.gather(1, t.unsqueeze(1)).squeeze(1)).MoveToOuterDisposeScope(); } }
