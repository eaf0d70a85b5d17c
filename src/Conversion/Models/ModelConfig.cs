using System.Text.Json;
using LoraDiff.Conversion.Checkpoints;

namespace LoraDiff.Conversion.Models;

/// <summary>
/// The shape of a decoder-only model, from <c>config.json</c> as transformers 4 and 5 write it. What would change the arithmetic and is not
/// supported is refused by name when the file is read.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The family, which chooses the architecture: <c>qwen3</c>, <c>qwen2</c>, <c>llama</c>, <c>mistral</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of decoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads, a divisor of <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head; need not be <see cref="HiddenSize"/> / <see cref="Heads"/>.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Added to the mean square in every norm. Default 1e-6.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether q, k and v projections have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the MLP's projections have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Whether the head shares the embedding's weight.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The longest context that the checkpoint promises.</summary>
    public int MaxPositions { get; init; }

    /// <summary>Rotary position embedding.</summary>
    public required RotaryConfig Rotary { get; init; }

    /// <summary>The dtype that the file names (<c>dtype</c>, <c>torch_dtype</c>), or null. The tensors' own dtypes decide.</summary>
    public string? Dtype { get; init; }

    /// <summary>Class names that the file records.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="CheckpointException">It is no model configuration, or asks for what is not supported; names the key.</exception>
    public static ModelConfig Read(string path, IReadOnlyCollection<string>? ignoredKeys = null)
        => Read(JsonConfig.Read(path), ignoredKeys ?? []);

    internal static ModelConfig Read(JsonConfig json, IReadOnlyCollection<string> ignoredKeys)
    {
        var type = json.Text("model_type");
        if (!ModelRegistry.TryGet(type, out var family))
        {
            throw json.Refuse("model_type", $"this model type is not supported; supported are {string.Join(", ", ModelRegistry.ModelTypes)}.");
        }

        ConfigRules.RefuseUnsupported(json, family, ignoredKeys);
        var hidden = json.Size("hidden_size");
        var heads = json.Size("num_attention_heads");
        var keyValueHeads = json.OptionalSize("num_key_value_heads") ?? (family.KeyValueHeadsDefaultToHeads ? heads : json.Size("num_key_value_heads"));
        if (heads % keyValueHeads != 0)
        {
            throw json.Refuse("num_key_value_heads", $"it must divide num_attention_heads, {heads}.");
        }

        var headDim = json.OptionalSize("head_dim") ?? family.DefaultHeadDim ?? (hidden % heads == 0
            ? hidden / heads
            : throw json.Refuse("hidden_size", $"without head_dim it must be a multiple of num_attention_heads, {heads}."));
        if (headDim % 2 != 0)
        {
            throw json.Refuse("head_dim", "it must be even for rotary embedding.");
        }

        var maxPositions = json.OptionalSize("max_position_embeddings") ?? family.DefaultMaxPositions;
        return new ModelConfig
        {
            ModelType = type,
            VocabularySize = json.Size("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = json.Size("intermediate_size"),
            Layers = json.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            NormEpsilon = json.OptionalNumber("rms_norm_eps") is { } eps ? eps > 0 ? eps : throw json.Refuse("rms_norm_eps", "it must be positive.") : 1e-6,
            QueryKeyValueBias = family.HasFixedQueryKeyValueBias || family.TakesAttentionBias && json.Bool("attention_bias"),
            OutputBias = family.TakesAttentionBias && json.Bool("attention_bias"),
            MlpBias = family.TakesMlpBias && json.Bool("mlp_bias"),
            TieWordEmbeddings = json.Bool("tie_word_embeddings"),
            MaxPositions = maxPositions,
            Rotary = RotaryConfig.Read(json, maxPositions),
            Dtype = (json.Get("dtype") ?? json.Get("torch_dtype")) is { ValueKind: JsonValueKind.String } dtype ? dtype.GetString() : null,
            Architectures = json.OptionalTexts("architectures") ?? [],
        };
    }
}
