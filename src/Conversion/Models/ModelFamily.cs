using LoraDiff.Conversion.Checkpoints;

namespace LoraDiff.Conversion.Models;

/// <summary>What is fixed about a model type, and how its model is built.</summary>
/// <param name="Build">Makes the model from a configuration and the checkpoint's weights.</param>
internal sealed record ModelFamily(Func<ModelConfig, WeightSource, CausalModel> Build)
{
    /// <summary>Biases on q, k, v whatever the configuration says.</summary>
    public bool HasFixedQueryKeyValueBias { get; init; }

    /// <summary>Whether <c>attention_bias</c> is a key of this family; it then covers q, k, v and the output projection.</summary>
    public bool TakesAttentionBias { get; init; }

    /// <summary>Whether <c>mlp_bias</c> is a key of this family.</summary>
    public bool TakesMlpBias { get; init; }

    /// <summary>Whether <c>sliding_window</c> is in force only with <c>use_sliding_window</c>.</summary>
    public bool WindowNeedsSwitch { get; init; }

    /// <summary>Whether an absent <c>num_key_value_heads</c> means as many as query heads.</summary>
    public bool KeyValueHeadsDefaultToHeads { get; init; }

    /// <summary>The head width where the configuration is silent; null for hidden size / heads.</summary>
    public int? DefaultHeadDim { get; init; }

    /// <summary>The context length where the configuration is silent.</summary>
    public int DefaultMaxPositions { get; init; } = 32_768;

    /// <summary>The only class name in <c>architectures</c> whose weights fit.</summary>
    public required string Architecture { get; init; }
}
