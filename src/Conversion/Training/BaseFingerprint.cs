using System.Security.Cryptography;
using System.Text;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Models;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Training;

/// <summary>Tells one base model from another: a hash of its configuration and of every tensor that an adapter does not train, each read once from memory.</summary>
internal static class BaseFingerprint
{
    // A tensor's bytes are reachable as one span up to 2 GiB only; slices of this size also spread over the readers.
    private const long SliceBytes = 1 << 26;
    private const int Readers = 2;

    /// <summary>The fingerprint, in hexadecimal digits.</summary>
    /// <param name="model">The model with its adapter.</param>
    /// <param name="adapter">Whose parameters are left out: they are the checkpoint's own business.</param>
    public static string Of(CausalModel model, LoraAdapter adapter)
    {
        using var noGrad = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(Settings.ToJson(model.Config with { Architectures = [], Dtype = null, MaxPositions = 0 }));
        Text(model.RotaryType?.ToString() ?? "");
        var trained = adapter.Parameters.Select(p => p.Value).ToHashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var (name, parameter) in model.named_parameters().Where(p => !trained.Contains(p.parameter)))
        {
            Text($"{name.Replace(".base_layer.", ".", StringComparison.Ordinal)} {parameter.dtype} [{string.Join(", ", parameter.shape)}]");
            foreach (var part in Parts(parameter))
            {
                hash.AppendData(part);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }

    private static byte[][] Parts(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        var flat = parameter.detach().cpu().contiguous().view(-1);
        var step = SliceBytes / flat.ElementSize;
        var slices = new List<Tensor>();
        for (long start = 0; start < flat.NumberOfElements; start += step)
        {
            slices.Add(flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start)));
        }

        var parts = new byte[slices.Count][];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = Readers }, i => parts[i] = ContentHash.Of(slices[i].bytes));
        return parts;
    }
}
