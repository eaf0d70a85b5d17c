using LoraDiff.Adapters;
using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion;

/// <summary>What a conversion made.</summary>
public sealed record ConversionResult
{
    /// <summary>The PEFT folder.</summary>
    public required string Output { get; init; }

    /// <summary>How training ended.</summary>
    public required TrainingResult Training { get; init; }

    /// <summary>The recipe with the mask token that was chosen, as <c>loradiff.json</c> records it.</summary>
    public required ConversionRecipe Recipe { get; init; }

    /// <summary>How much of the model was trained.</summary>
    public required TrainableReport Parameters { get; init; }

    /// <summary>Documents that were trained on.</summary>
    public required int Documents { get; init; }

    /// <summary>Documents of which a part was cut off at the longest length.</summary>
    public required int Truncated { get; init; }

    /// <summary>Lines and documents of the data that were left out.</summary>
    public required int Skipped { get; init; }

    /// <summary>A sentence for each of them, at most <see cref="Data.TrainingData.MaxProblems"/>.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
