namespace LoraDiff.Conversion.Training;

/// <summary>What a checkpoint knows besides its tensors: <c>state.json</c>. There is no generator state, because every draw is a function of seed, step and document.</summary>
internal sealed record TrainingState
{
    public const string FileName = "state.json";

    public int Format { get; init; } = 1;

    public required long Step { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required long Seed { get; init; }

    public required int BatchSize { get; init; }

    public required int? BatchTokens { get; init; }

    public int? PackLength { get; init; }

    /// <summary>SHA-256 of the documents.</summary>
    public required string Data { get; init; }

    public required ConversionRecipe Recipe { get; init; }

    /// <summary>Refuses to go on with a run that would differ from the one that was stopped.</summary>
    public void RequireSame(TrainingState run, string folder)
    {
        List<string> differences = [];
        Compare("seed", Seed, run.Seed);
        Compare("batch_size", BatchSize, run.BatchSize);
        Compare("batch_tokens", BatchTokens, run.BatchTokens);
        Compare("pack_length", PackLength, run.PackLength);
        Compare("the data (hash)", Data, run.Data);
        foreach (var property in typeof(ConversionRecipe).GetProperties().Where(p => p.CanWrite))
        {
            Compare($"recipe {property.Name}", property.GetValue(Recipe), property.GetValue(run.Recipe));
        }

        if (differences.Count > 0)
        {
            throw new TrainingException($"Checkpoint '{folder}' is of another run: {string.Join("; ", differences)}. Resume with the same settings and data, or train into another folder.");
        }

        void Compare(string name, object? saved, object? now)
        {
            if (!Equals(saved, now))
            {
                differences.Add($"{name} was {saved ?? "null"}, is {now ?? "null"}");
            }
        }
    }
}
