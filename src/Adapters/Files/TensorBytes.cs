using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Files;

/// <summary>Safetensors entries ↔ tensors.</summary>
internal static class TensorBytes
{
    public static ScalarType? TypeOf(SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.F32 => ScalarType.Float32,
        SafetensorsDtype.F16 => ScalarType.Float16,
        SafetensorsDtype.BF16 => ScalarType.BFloat16,
        _ => null,
    };

    public static Tensor Read(SafetensorsFile file, SafetensorsTensor entry, CancellationToken cancellationToken)
    {
        var tensor = empty([.. entry.Shape], dtype: TypeOf(entry.Dtype));
        file.Read(entry, tensor.bytes, cancellationToken);
        return tensor;
    }

    public static TensorSource Source(string name, Tensor tensor)
    {
        var dtype = tensor.dtype switch
        {
            ScalarType.Float32 => SafetensorsDtype.F32,
            ScalarType.Float16 => SafetensorsDtype.F16,
            ScalarType.BFloat16 => SafetensorsDtype.BF16,
            var other => throw new AdapterException($"'{name}' is {other}; adapter files hold float32, float16 or bfloat16."),
        };
        return new TensorSource(name, dtype, tensor.shape, stream =>
        {
            using var contiguous = tensor.detach().cpu().contiguous();
            stream.Write(contiguous.bytes);
        });
    }
}
