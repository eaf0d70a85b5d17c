using LoraDiff.Conversion.Models;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddLoraDiff</c> registers.</summary>
public sealed class LoraDiffOptions
{
    /// <summary>Folder of the checkpoint that the registered <see cref="LoraDiff.Conversion.LanguageModel"/> loads; null registers none, only the converter.</summary>
    public string? Model { get; set; }

    /// <summary>PEFT folder of its adapter, or null.</summary>
    public string? Adapter { get; set; }

    /// <summary>Device and types.</summary>
    public ModelLoadOptions Load { get; set; } = new();
}
