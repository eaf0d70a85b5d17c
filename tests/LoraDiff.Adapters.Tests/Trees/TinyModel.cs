using TorchSharp;
using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Trees;

/// <summary>Embedding, blocks, norm and head under the names of a causal language model.</summary>
internal sealed class TinyModel : nn.Module<Tensor, Tensor>
{
    public const int Vocabulary = 11;
    public const int Hidden = 6;
    public const int Inner = 10;

    [ComponentName(Name = "embed_tokens")]
    private readonly nn.Module<Tensor, Tensor> _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<TinyBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly TinyGain _norm;

    [ComponentName(Name = "lm_head")]
    private readonly nn.Module<Tensor, Tensor> _head;

    private readonly ScalarType _compute;

    public TinyModel(bool frozenKinds = true, bool tied = false, ScalarType type = ScalarType.Float32, ulong seed = 1, int blocks = 2)
        : base(nameof(TinyModel))
    {
        // Our layers mix types, so that half-precision weights are computed with in float32; TorchSharp's do not.
        _compute = frozenKinds ? ScalarType.Float32 : type;
        var make = new TinyMaker(frozenKinds, type, seed);
        var table = make.Parameter(Vocabulary, Hidden);
        _embedding = make.Embedding(table);
        _blocks = nn.ModuleList<TinyBlock>([.. Enumerable.Range(0, blocks).Select(_ => new TinyBlock(make))]);
        _norm = new TinyGain(make.Parameter(Hidden));
        _head = make.Linear(tied ? table : make.Parameter(Vocabulary, Hidden), null);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.call(ids).to(_compute);
        foreach (var block in _blocks)
        {
            x = block.call(x);
        }

        return _head.call(_norm.call(x)).MoveToOuterDisposeScope();
    }
}
