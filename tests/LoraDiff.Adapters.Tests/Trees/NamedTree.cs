using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Trees;

/// <summary>A module tree made from a list of dotted names, with the layer kinds and sizes of fixtures/peft_targets/README.md.</summary>
internal sealed class NamedTree : nn.Module
{
    private const int Hidden = 16;
    private const int Intermediate = 32;
    private const int HeadSize = 8;
    private const int Vocabulary = 64;

    private NamedTree(string name)
        : base(name)
    {
    }

    public static nn.Module Build(IEnumerable<string> paths, bool tied)
    {
        var root = new NamedTree("root");
        var byPath = new Dictionary<string, nn.Module> { [string.Empty] = root };
        foreach (var path in paths)
        {
            var dot = path.LastIndexOf('.');
            var name = path[(dot + 1)..];
            var module = Make(name, tied ? byPath.GetValueOrDefault("model.embed_tokens")?.get_parameter("weight") : null);
            byPath[dot < 0 ? string.Empty : path[..dot]].register_module(name, module);
            byPath[path] = module;
        }

        return root;
    }

    private static nn.Module Make(string name, Parameter? table) => name switch
    {
        "q_proj" => nn.Linear(Hidden, 2 * HeadSize, hasBias: false),
        "k_proj" or "v_proj" => nn.Linear(Hidden, HeadSize, hasBias: false),
        "o_proj" => nn.Linear(2 * HeadSize, Hidden, hasBias: false),
        "gate_proj" or "up_proj" => nn.Linear(Hidden, Intermediate, hasBias: false),
        "down_proj" => nn.Linear(Intermediate, Hidden, hasBias: false),
        "lm_head" => table is null ? nn.Linear(Hidden, Vocabulary, hasBias: false) : nn.Linear(table),
        "embed_tokens" => nn.Embedding(Vocabulary, Hidden),
        _ when name.EndsWith("norm", StringComparison.Ordinal) => new TinyGain((Parameter)new Parameter(ones(name is "q_norm" or "k_norm" ? HeadSize : Hidden)).DetachFromDisposeScope()),
        _ => new NamedTree(name),
    };
}
