using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Training;

/// <summary>
/// What a checkpoint knows besides its tensors: <c>state.json</c>. There is no generator state, because every draw is a function of seed, step and document. All that the numbers of a run depend on is in it,
/// so that a run that would be another one is refused.
/// </summary>
internal sealed record TrainingState
{
    public const string FileName = "state.json";

    /// <summary>The format that is written and read. Format 1 did not record the adapter's settings, the optimiser's and the base model.</summary>
    public const int CurrentFormat = 2;

    // What says how long to train, what to report and what to keep. Gradient checkpointing gives the same bits.
    private static readonly string[] Free = ["steps", "minutes", "log_every", "evaluate_every", "save_every", "keep_checkpoints", "gradient_checkpointing"];

    public int Format { get; init; } = CurrentFormat;

    public required long Step { get; init; }

    public required double ElapsedSeconds { get; init; }

    /// <summary>The steps that no report covers yet.</summary>
    public required WindowSums Window { get; init; }

    /// <summary>The last report, or null.</summary>
    public required TrainingProgress? Last { get; init; }

    /// <summary>The training options that the numbers depend on, with the learning rate that was taken.</summary>
    public required JsonObject Training { get; init; }

    /// <summary>The adapter's settings as PEFT names them.</summary>
    public required JsonObject Adapter { get; init; }

    public required ConversionRecipe Recipe { get; init; }

    /// <summary>A hash of the documents.</summary>
    public required string Data { get; init; }

    public required int PadTokenId { get; init; }

    public required string ComputeType { get; init; }

    /// <summary>A hash of the base model.</summary>
    public required string Base { get; init; }

    /// <summary>Those of the options that a resumed run must share.</summary>
    public static JsonObject Describe(TrainingOptions options, double learningRate)
    {
        var kept = Settings.ToNode(options with { LearningRate = learningRate });
        foreach (var key in Free)
        {
            kept.Remove(key);
        }

        return kept;
    }

    /// <summary>The adapter's settings, less the name of its base, which may be called differently.</summary>
    public static JsonObject Describe(LoraAdapter adapter) => JsonNode.Parse((adapter.Options with { BaseModel = null, Revision = null }).ToJson())!.AsObject();

    /// <summary>The type that a model computes in, as <c>--dtype</c> names it.</summary>
    public static string Describe(CausalModel model) => model.ComputeType.ToString().ToLowerInvariant();

    /// <summary>Refuses to go on with a run that would differ from the one that was stopped.</summary>
    public void RequireSame(TrainingState run, string folder)
    {
        List<string> differences = [];
        Compare("", Adapter, run.Adapter);
        var sameAdapter = differences.Count == 0;
        Compare("", Training, run.Training);
        Compare("", Settings.ToNode(Recipe), Settings.ToNode(run.Recipe));
        Require("pad_token_id", PadTokenId, run.PadTokenId);
        Require("compute_type", ComputeType, run.ComputeType);
        Require("the data (hash)", Data, run.Data);
        if (sameAdapter)
        {
            // Another adapter leaves other tensors to the base.
            Require("the base model (hash)", Base, run.Base);
        }

        if (differences.Count > 0)
        {
            throw new TrainingException(
                $"Checkpoint '{folder}' is of another run: {string.Join("; ", differences)}. Resume with the checkpoint's settings (--set KEY=VALUE; compute_type: --dtype), base model and data, or train into another folder.");
        }

        void Compare(string prefix, JsonObject saved, JsonObject now)
        {
            foreach (var key in saved.Select(p => p.Key).Union(now.Select(p => p.Key)))
            {
                var (was, value) = (saved[key], now[key]);
                if (was is JsonObject old && value is JsonObject fresh)
                {
                    Compare($"{prefix}{key}.", old, fresh);
                }
                else if (!JsonNode.DeepEquals(was, value))
                {
                    differences.Add($"{prefix}{key} was {was?.ToJsonString() ?? "null"}, is {value?.ToJsonString() ?? "null"}");
                }
            }
        }

        void Require<T>(string name, T saved, T now)
        {
            if (!Equals(saved, now))
            {
                differences.Add($"{name} was {saved}, is {now}");
            }
        }
    }
}
