namespace LoraDiff.Adapters.Injection;

/// <summary>Names that PEFT gives a meaning.</summary>
internal static class PeftNames
{
    /// <summary>What stands before a module's path in an adapter file.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>The last segments by which PEFT knows embedding layers.</summary>
    public static readonly string[] EmbeddingLayers = ["embed_tokens", "lm_head"];

    /// <summary>Names of output heads at the root of a model.</summary>
    public static readonly string[] Heads = ["lm_head", "embed_out", "output"];

    /// <summary>Names of classification heads at the root of a model.</summary>
    public static readonly string[] Classifiers = ["score", "classifier"];
}
