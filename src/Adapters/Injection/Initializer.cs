using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>Fresh factors by PEFT's rules, drawn on the CPU from one seed.</summary>
internal sealed class Initializer(LoraInit init, long seed) : IDisposable
{
    private readonly Generator _generator = new((ulong)seed, CPU);
    private (Tensor A, Tensor B)? _orthogonal;

    public void Dispose() => _generator.Dispose();

    /// <summary>What A and B begin with where that is taken from the weight; null for all other ways.</summary>
    public (Tensor A, Tensor B)? Start(Tensor weight, int rank, double scaling) => init switch
    {
        LoraInit.Pissa => Pissa(weight.to(CPU).to(float32), rank, scaling),
        LoraInit.Olora => Olora(weight.to(CPU).to(float32), rank),
        _ => null,
    };

    public Tensor LinearA(long r, long columns) => init switch
    {
        LoraInit.Gaussian => randn([r, columns], generator: _generator) / r,
        LoraInit.Orthogonal => OrthogonalA(r, columns),
        LoraInit.Eva or LoraInit.Mica => throw OnlyLoaded(),
        _ => Uniform([r, columns], 1 / Math.Sqrt(columns)),
    };

    public Tensor LinearB(long rows, long r) => init switch
    {
        LoraInit.Random => Uniform([rows, r], 1 / Math.Sqrt(r)),
        LoraInit.Orthogonal => OrthogonalB(rows, r),
        _ => zeros([rows, r]),
    };

    public Tensor Bias(long rows, long r) => init == LoraInit.Random ? Uniform([rows], 1 / Math.Sqrt(r)) : zeros([rows]);

    public Tensor EmbeddingA(long r, long rows) => init switch
    {
        LoraInit.Random => randn([r, rows], generator: _generator),
        LoraInit.Eva or LoraInit.Mica => throw OnlyLoaded(),
        _ => zeros([r, rows]),
    };

    public Tensor EmbeddingB(long columns, long r) => randn([columns, r], generator: _generator);

    // The r largest singular directions, each factor taking the square root of its share.
    private static (Tensor A, Tensor B) Pissa(Tensor weight, int rank, double scaling)
    {
        Check(weight, rank);
        var (u, s, vh) = linalg.svd(weight, fullMatrices: false);
        var root = (s.narrow(0, 0, rank) / scaling).sqrt();
        return (root.unsqueeze(1) * vh.narrow(0, 0, rank), u.narrow(1, 0, rank) * root);
    }

    private static (Tensor A, Tensor B) Olora(Tensor weight, int rank)
    {
        Check(weight, rank);
        var (q, r) = linalg.qr(weight);
        return (r.narrow(0, 0, rank).contiguous(), q.narrow(1, 0, rank).contiguous());
    }

    private static void Check(Tensor weight, int rank)
    {
        var most = Math.Min(weight.size(0), weight.size(1));
        if (rank > most)
        {
            throw new AdapterException($"Rank {rank} is more than a weight of [{weight.size(0)}, {weight.size(1)}] has directions ({most}); lower r or use init_lora_weights true.");
        }
    }

    private static AdapterException OnlyLoaded()
        => new("init_lora_weights 'eva' and 'mica' can be loaded but not created here; use true, gaussian, pissa, olora or orthogonal.");

    private Tensor Uniform(long[] shape, double bound) => (rand(shape, generator: _generator) * 2 - 1) * bound;

    // Odd and even rows of one orthogonal matrix: B·A is zero though neither factor is.
    private Tensor OrthogonalA(long r, long columns)
    {
        var (q, _) = linalg.qr(randn([r, r], generator: _generator));
        _orthogonal = (q.slice(0, 0, r, 2), q.slice(0, 1, r, 2));
        return randn([columns, r / 2], generator: _generator).matmul(_orthogonal.Value.A).t() / 10;
    }

    private Tensor OrthogonalB(long rows, long r) => randn([rows, r / 2], generator: _generator).matmul(_orthogonal!.Value.B) / 10;
}
