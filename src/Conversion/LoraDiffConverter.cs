using LoraDiff.Adapters;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Conversion.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LoraDiff.Conversion;

/// <summary>Turns an autoregressive checkpoint into a block-diffusion model: from a checkpoint folder and a data file to a PEFT adapter folder.</summary>
/// <example>
/// <code>
/// var result = new LoraDiffConverter().Convert(new ConversionRequest
/// {
///     Model = "Qwen3-0.6B", Data = "train.jsonl", Output = "adapter", Training = new() { Minutes = 30 },
/// });
/// </code>
/// </example>
public sealed class LoraDiffConverter
{
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>Makes a converter.</summary>
    /// <param name="logger">Told about start, checkpoints and end; null for none.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public LoraDiffConverter(ILogger? logger = null, TimeProvider? time = null) => (_logger, _time) = (logger ?? NullLogger.Instance, time ?? TimeProvider.System);

    /// <summary>Loads, trains and saves.</summary>
    /// <param name="request">What to convert.</param>
    /// <param name="progress">Told about losses and speed every few steps.</param>
    /// <param name="cancellationToken">Ends training after the current step; what was learnt is saved and <see cref="ConversionResult.Training"/> says so. Before training has begun it throws.</param>
    /// <exception cref="IOException">The checkpoint or the output folder cannot be used.</exception>
    /// <exception cref="RecipeException">A setting is out of range, or contradicts another.</exception>
    /// <exception cref="DataException">The data cannot be used; the message names the line.</exception>
    /// <exception cref="TrainingException">Training failed; the message names the step and the last good checkpoint.</exception>
    public ConversionResult Convert(ConversionRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        var computeType = request.Load.ComputeType ?? (request.Resume ? RunFolder.ComputeType(request.Output) : null);
        using var model = LanguageModel.Load(request.Model, options: request.Load with { CancellationToken = cancellationToken, ComputeType = computeType });
        return Convert(model, request, progress, cancellationToken);
    }

    /// <summary>Like <see cref="Convert(ConversionRequest, IProgress{TrainingProgress}?, CancellationToken)"/>, on a thread of the pool.</summary>
    /// <inheritdoc cref="Convert(ConversionRequest, IProgress{TrainingProgress}?, CancellationToken)" path="/param"/>
    public Task<ConversionResult> ConvertAsync(ConversionRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
        => Task.Run(() => Convert(request, progress, cancellationToken), cancellationToken);

    /// <summary>Trains a fresh adapter on a model that is loaded, and saves it; the model keeps the adapter, so that it can be decoded at once.</summary>
    /// <param name="model">The model; an adapter that it has is taken off.</param>
    /// <param name="request">What to learn and where to save; <see cref="ConversionRequest.Model"/> and <see cref="ConversionRequest.Load"/> are not looked at again.</param>
    /// <param name="progress">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    public ConversionResult Convert(LanguageModel model, ConversionRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        var recipe = model.WithMaskToken(request.Recipe);
        var maskTokenId = recipe.MaskTokenId!.Value;
        MaskToken.Require(maskTokenId, model.Model.Config.VocabularySize);
        var lora = MaskRow.Add(request.Lora, maskTokenId);
        MaskRow.RequireSharedHead(lora, maskTokenId, model.Model.Config.TieWordEmbeddings);
        var renderer = model.Renderer(maskTokenId);
        using var data = TrainingData.Load(request.Data, model.Tokenizer, renderer, request.DataOptions, cancellationToken);
        using var validation = request.Validation is null ? null : TrainingData.Load(request.Validation, model.Tokenizer, renderer, request.DataOptions, cancellationToken);
        ReportData(request, data);

        var adapter = model.AttachFresh(lora, request.Training.Seed, cancellationToken);
        foreach (var warning in adapter.Warnings)
        {
            _logger.LogWarning("{Warning}", warning);
        }

        _logger.LogInformation("{Report}", adapter.Report);
        var baseModel = request.BaseModelName ?? request.Model;
        var training = new Trainer(model.Model, adapter, recipe, request.Training, _logger, _time).Run(
            new TrainingJob
            {
                Samples = data.Samples,
                Validation = validation?.Samples ?? data.Evaluation,
                PadTokenId = model.PadTokenId,
                Folder = request.Output,
                Resume = request.Resume,
                Overwrite = request.Overwrite,
                BaseModelName = baseModel,
            },
            progress,
            cancellationToken);
        adapter.Save(request.Output, baseModel, CancellationToken.None); // what was learnt before a cancellation is kept
        recipe.Save(request.Output);
        model.Trained(recipe);
        Describe(request, model, adapter, training, data.Samples.Count);
        _logger.LogInformation("Saved the adapter in {Folder}.", request.Output);
        return new ConversionResult
        {
            Output = request.Output,
            Training = training,
            Recipe = recipe,
            Parameters = adapter.Report,
            Documents = data.Samples.Count,
            Truncated = data.Truncated,
            Skipped = data.Skipped,
            Problems = data.Problems,
        };
    }

    // What a push needs besides: how it was trained, the tokenizer with the mask token, the card.
    private void Describe(ConversionRequest request, LanguageModel model, LoraAdapter adapter, TrainingResult training, int documents)
    {
        new TrainingRecord
        {
            Data = [.. request.Data.Select(source => CachePlace.DataName(source.Path))],
            Documents = documents,
            Steps = training.Step,
            Seconds = Math.Round(training.Elapsed.TotalSeconds, 1),
            Seed = request.Training.Seed,
            Parameters = adapter.Report.ToString(),
            Hardware = Machine.Describe(request.Load.Device ?? TorchSharp.torch.CPU),
            Version = Machine.Version,
            Command = request.Command,
        }.Save(request.Output);
        var place = BaseModelPlace.Find(request.Output, new PublishOptions { Checkpoint = model.Checkpoint.Folder });
        foreach (var note in AdapterStaging.Complete(request.Output, place))
        {
            _logger.LogInformation("{Note}", note);
        }
    }

    private void ReportData(ConversionRequest request, TrainingData data)
    {
        _logger.LogInformation("{Documents} documents from {File}{Cache}.", data.Samples.Count, request.Data, data.Cache == CacheUse.Read ? ", from the cache" : "");
        if (data.Cache == CacheUse.Repaired)
        {
            _logger.LogWarning("{File} in the data cache was damaged; it was written again.", data.CacheFile);
        }

        if (data.Truncated > 0)
        {
            _logger.LogWarning("{Truncated} documents are longer than {Length} tokens and were cut.", data.Truncated, request.DataOptions.MaxLength);
        }

        foreach (var problem in data.Problems)
        {
            _logger.LogWarning("{Problem}", problem);
        }

        if (data.Skipped > data.Problems.Count)
        {
            _logger.LogWarning("{More} more were left out.", data.Skipped - data.Problems.Count);
        }
    }
}
