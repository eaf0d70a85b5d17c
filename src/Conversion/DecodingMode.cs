namespace LoraDiff.Conversion;

/// <summary>How a model generates.</summary>
public enum DecodingMode
{
    /// <summary>Diffusion where an adapter with a recipe is loaded, else autoregressive.</summary>
    Auto,

    /// <summary>One token after the other.</summary>
    Autoregressive,

    /// <summary>Block after block, several tokens per forward.</summary>
    Diffusion,
}
