using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LoraDiff.Conversion.Training;

/// <summary>
/// Trains an adapter by a recipe. A run is a function of its settings, its data and its seed: stopped at any checkpoint and resumed, it ends, on a CPU and with a limit in steps, with the same bits.
/// </summary>
public sealed class Trainer
{
    private readonly CausalModel _model;
    private readonly LoraAdapter _adapter;
    private readonly ConversionRecipe _recipe;
    private readonly TrainingOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly int _maskTokenId;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="adapter">The trainable adapter on it; stays the caller's.</param>
    /// <param name="recipe">What to learn; <see cref="ConversionRecipe.MaskTokenId"/> must be set.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="logger">Told about start, checkpoints, evaluations and end; null for none.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="RecipeException">A setting is out of range, or the mask token has no row of the embedding.</exception>
    /// <exception cref="TrainingException">The adapter has nothing to train, or the recipe names no mask token.</exception>
    public Trainer(CausalModel model, LoraAdapter adapter, ConversionRecipe recipe, TrainingOptions options, ILogger? logger = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(options);
        recipe.Validate();
        options.Validate();
        (_model, _adapter, _recipe, _options) = (model, adapter, recipe, options);
        (_logger, _time) = (logger ?? NullLogger.Instance, time ?? TimeProvider.System);
        _maskTokenId = recipe.MaskTokenId ?? throw new TrainingException("The recipe names no mask token: set mask_token_id.");
        MaskToken.Require(_maskTokenId, model.Config.VocabularySize);
        if (!adapter.IsTrainable || adapter.Parameters.Count == 0)
        {
            throw new TrainingException($"Adapter '{adapter.Name}' has no trainable parameter. Attach a fresh one, or load it as trainable.");
        }
    }

    /// <summary>Trains until the limit, or until cancelled; then saves, where the job has a folder.</summary>
    /// <param name="job">The documents and where to write.</param>
    /// <param name="progress">Told every <see cref="TrainingOptions.LogEvery"/> steps and after evaluations.</param>
    /// <param name="cancellationToken">Ends the run after the current step; the state is saved and the result says so. Nothing is thrown.</param>
    /// <exception cref="TrainingException">A loss or gradient is not finite, or a checkpoint does not fit.</exception>
    public TrainingResult Run(TrainingJob job, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        RequireUsable(job.Samples, "document");
        RequireUsable(job.Validation, "validation document");
        RequireToken(job.PadTokenId, "the padding token");
        using var run = new TrainingRun(_model, _adapter, _recipe, _options, job, _maskTokenId, Fingerprint(job.Samples), _time, _logger, progress);
        _model.train();
        try
        {
            return run.ToEnd(cancellationToken);
        }
        finally
        {
            _model.eval();
        }
    }

    private void RequireUsable(IReadOnlyList<TrainingSample> samples, string what)
    {
        for (var n = 0; n < samples.Count; n++)
        {
            var (ids, start, _, _) = samples[n];
            if (start < 0 || start >= ids.Length)
            {
                throw new TrainingException($"The completion of {what} {n} (numbered from 0) starts at {start}, but it has {ids.Length} tokens.");
            }

            foreach (var id in ids)
            {
                if ((uint)id >= (uint)_model.Config.VocabularySize)
                {
                    RequireToken(id, $"{what} {n} (numbered from 0)");
                }
            }
        }
    }

    private void RequireToken(int id, string what)
    {
        if (id < 0 || id >= _model.Config.VocabularySize)
        {
            throw new TrainingException($"Token {id} of {what} has no embedding; the model has {_model.Config.VocabularySize} rows. Was the data tokenised for another model?");
        }
    }

    private static string Fingerprint(IReadOnlyList<TrainingSample> samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sample in samples)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([sample.Ids.Length, sample.CompletionStart, sample.Complete ? 1 : 0]));
            hash.AppendData(MemoryMarshal.AsBytes<int>(sample.Ids));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
