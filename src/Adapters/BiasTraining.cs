namespace LoraDiff.Adapters;

/// <summary>Which biases of the model are trained beside the factors: PEFT's <c>bias</c>.</summary>
public enum BiasTraining
{
    /// <summary><c>"none"</c>: no bias.</summary>
    None,

    /// <summary><c>"all"</c>: every parameter named <c>bias</c> in the tree.</summary>
    All,

    /// <summary><c>"lora_only"</c>: the biases of adapted layers.</summary>
    LoraOnly,
}
