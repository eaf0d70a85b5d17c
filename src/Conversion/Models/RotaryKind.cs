namespace LoraDiff.Conversion.Models;

/// <summary>How rotary frequencies are stretched to longer contexts.</summary>
public enum RotaryKind
{
    /// <summary>Not at all.</summary>
    Default,

    /// <summary>All frequencies divided by one factor.</summary>
    Linear,

    /// <summary>Llama 3: low frequencies divided, high ones kept, the band between interpolated.</summary>
    Llama3,

    /// <summary>YaRN: a ramp between kept and divided frequencies, and a factor on the attention logits' scale.</summary>
    Yarn,
}
