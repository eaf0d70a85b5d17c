using System.Globalization;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Objectives;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Training;

/// <summary>One run of a <see cref="Trainer"/>: its optimiser, order of data, clock, files.</summary>
internal sealed class TrainingRun : IDisposable
{
    // Validation noise is drawn at a step that training never has.
    private const long ValidationStep = -1;

    private readonly CausalModel _model;
    private readonly LoraAdapter _adapter;
    private readonly ConversionRecipe _recipe;
    private readonly TrainingOptions _options;
    private readonly TrainingJob _job;
    private readonly int _mask;
    private readonly string _data;
    private readonly string _base;
    private readonly ILogger _logger;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly double _peakRate;
    private readonly bool _rounded;
    private readonly AdamW _optimizer;
    private readonly BatchOrder _order;
    private readonly RunClock _clock;
    private readonly CheckpointFolder? _checkpoints;
    private readonly MetricsFile? _metrics;
    private readonly ReportWindow _window;
    private long _step;
    private string? _lastCheckpoint;
    private TrainingProgress? _last;

    public TrainingRun(CausalModel model, LoraAdapter adapter, ConversionRecipe recipe, TrainingOptions options, TrainingJob job, int mask, string data, TimeProvider time, ILogger logger, IProgress<TrainingProgress>? progress)
    {
        (_model, _adapter, _recipe, _options, _job) = (model, adapter, recipe, options, job);
        (_mask, _data, _logger, _progress) = (mask, data, logger, progress);
        _peakRate = options.LearningRate ?? 0.384 / model.Config.HiddenSize;
        _rounded = model.ComputeType != ScalarType.Float32;
        _order = new BatchOrder(job.Samples.Select(s => s.Ids.Length), options.BatchSize, options.BatchTokens, options.Seed, options.PackLength);
        _base = job.Folder is null ? "" : BaseFingerprint.Of(model, adapter);
        TrainingState? before = null;
        _optimizer = new AdamW(adapter.Parameters, options);
        try
        {
            if (job.Folder is not null)
            {
                RunFolder.Require(job.Folder, job.Resume, job.Overwrite);
                Directory.CreateDirectory(job.Folder);
                _checkpoints = new CheckpointFolder(job.Folder);
                if (job.Overwrite)
                {
                    RunFolder.Clear(job.Folder);
                }

                before = job.Resume ? Resume(_checkpoints.Newest!) : null;
                _metrics = MetricsFile.Open(job.Folder, _step);
            }

            _clock = new RunClock(time, TimeSpan.FromSeconds(before?.ElapsedSeconds ?? 0));
            _window = new ReportWindow(_clock.Elapsed, before?.Window);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public TrainingResult ToEnd(CancellationToken cancellationToken)
    {
        var reason = StopReason.Finished;
        while (Done() < 1)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }

            Step();
            var evaluate = _options.EvaluateEvery > 0 && _step % _options.EvaluateEvery == 0 && Done() < 1;
            if (evaluate || _step % _options.LogEvery == 0)
            {
                Report(evaluate ? Evaluate(cancellationToken) : null);
            }

            if (_options.SaveEvery > 0 && _step % _options.SaveEvery == 0)
            {
                Save();
            }
        }

        var final = reason == StopReason.Finished ? Evaluate(cancellationToken) : null;
        if (_window.Steps > 0 || (final is not null && _last is not null))
        {
            Report(final);
        }

        Save();
        _logger.LogInformation("Training {Reason} after {Step} steps and {Elapsed}.", reason == StopReason.Finished ? "finished" : "was cancelled", _step, _clock.Elapsed);
        return new TrainingResult(reason, _step, _clock.Elapsed, _last, _lastCheckpoint);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _metrics?.Dispose();
    }

    private TrainingState Resume(string newest)
    {
        var state = CheckpointFolder.ReadState(newest);
        state.RequireSame(State(TimeSpan.Zero, new WindowSums()), newest);
        CheckpointFolder.Restore(newest, _optimizer);
        (_step, _last, _lastCheckpoint) = (state.Step, state.Last, newest);
        _optimizer.Steps = state.Step;
        _logger.LogInformation("Resumed from {Checkpoint} at step {Step}.", newest, _step);
        return state;
    }

    /// <summary>How much of the run is done, 0 to 1.</summary>
    private double Done() => Math.Min(1, Math.Max(
        _options.Steps is { } steps ? (double)_step / steps : 0,
        _options.Minutes is { } minutes ? _clock.Elapsed.TotalMinutes / minutes : 0));

    private void Step()
    {
        var done = Done();
        var blockSize = _recipe.BlockSchedule.SizeAt(_step, done);
        var rate = _peakRate * LearningRateSchedule.Factor(_options, _step, done);
        var (numbers, epoch) = _order.At(_step);
        var documents = numbers.Select(n => MaskedDocument.Draw(_recipe, _job.Samples[n], n, blockSize, _job.PadTokenId, _options.Seed, _step)).ToArray();
        var totals = StepTotals.Of(documents);
        var losses = Losses(documents, totals, backward: true);
        var loss = losses.Diffusion + losses.Autoregressive;
        if (!double.IsFinite(loss))
        {
            throw NotFinite("loss", loss, numbers);
        }

        var norm = _optimizer.TakeGradients();
        if (!double.IsFinite(norm))
        {
            throw NotFinite("gradient's norm", norm, numbers);
        }

        _optimizer.Step(rate, _options.ClipNorm > 0 ? Math.Min(1, _options.ClipNorm / (norm + 1e-6)) : 1);
        _step++;
        _window.Add(losses, totals, norm, rate, blockSize, epoch, documents.Sum(d => (long)d.Ids.Length), numbers.Sum(n => (long)_job.Samples[n].Ids.Length));
    }

    private MicroBatchResult Losses(MaskedDocument[] documents, StepTotals totals, bool backward)
    {
        double diffusion = 0, autoregressive = 0, sum = 0;
        for (int start = 0, part = 0; start < documents.Length; part++)
        {
            var end = start;
            for (var rows = 0; end < documents.Length && (end == start || rows + (2 * documents[end].Ids.Length) <= _options.RowsPerForward); end++)
            {
                rows += 2 * documents[end].Ids.Length;
            }

            var batch = MicroBatch.Create(_recipe, documents[start..end], totals, _mask, _rounded);
            long? dropoutSeed = backward && _adapter.Options.Dropout > 0 ? (long)(new SampleRandom(_options.Seed, _step, part, 1).Next() >> 16) : null;
            var result = LossComputation.Run(_model, batch, backward, _options.GradientCheckpointing, dropoutSeed);
            diffusion += result.Diffusion;
            autoregressive += result.Autoregressive;
            sum += result.ArSum;
            start = end;
        }

        return new MicroBatchResult(diffusion, autoregressive, sum);
    }

    private SortedDictionary<string, double>? Evaluate(CancellationToken cancellationToken)
    {
        if (_job.Validation.Count == 0 && _job.Evaluate is null)
        {
            return null;
        }

        var measured = new SortedDictionary<string, double>(StringComparer.Ordinal);
        _model.eval();
        try
        {
            if (_job.Validation.Count > 0)
            {
                var documents = _job.Validation.Select((s, n) => MaskedDocument.Draw(_recipe, s, n, _recipe.BlockSchedule.Max, _job.PadTokenId, _options.Seed, ValidationStep)).ToArray();
                var totals = StepTotals.Of(documents);
                var losses = Losses(documents, totals, backward: false);
                measured["diffusion_loss"] = losses.Diffusion;
                measured["ar_loss"] = losses.ArSum / Math.Max(1, totals.ArTargets);
            }

            foreach (var (key, value) in _job.Evaluate?.Invoke(cancellationToken) ?? new Dictionary<string, double>())
            {
                measured[key] = value;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;   // the run stops and saves next; a half measured evaluation says nothing
        }
        finally
        {
            _model.train();
        }

        _logger.LogInformation("Evaluation at step {Step}: {Measured}.", _step, string.Join(", ", measured.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:g4}"))));
        return measured;
    }

    private void Report(SortedDictionary<string, double>? evaluation)
    {
        var (done, elapsed) = (Done(), _clock.Elapsed);
        // An evaluation where no step was done since the last report belongs to that one.
        _last = (_window.Steps > 0 ? _window.Close(elapsed) : _last!) with
        {
            Step = _step,
            Steps = _options.Steps,
            Fraction = done,
            Elapsed = elapsed,
            Remaining = done > 0 ? elapsed * ((1 - done) / done) : TimeSpan.Zero,
            Evaluation = evaluation,
        };
        _metrics?.Write(_last);
        _progress?.Report(_last);
    }

    private void Save()
    {
        if (_checkpoints is null)
        {
            return;
        }

        var state = State(_clock.Elapsed, _window.Sums(_clock.Elapsed));
        if (_lastCheckpoint is not null && CheckpointFolder.ReadState(_lastCheckpoint).Step == _step)
        {
            CheckpointFolder.WriteState(_lastCheckpoint, state);
            return;
        }

        _lastCheckpoint = _checkpoints.Save(state, _adapter, _optimizer, _job.BaseModelName, _options.KeepCheckpoints);
        _logger.LogInformation("Saved {Checkpoint}.", _lastCheckpoint);
    }

    private TrainingState State(TimeSpan elapsed, WindowSums window) => new()
    {
        Step = _step,
        ElapsedSeconds = elapsed.TotalSeconds,
        Window = window,
        Last = _last,
        Training = TrainingState.Describe(_options, _peakRate),
        Adapter = TrainingState.Describe(_adapter),
        Recipe = _recipe,
        Data = _data,
        PadTokenId = _job.PadTokenId,
        ComputeType = TrainingState.Describe(_model),
        Base = _base,
    };

    private TrainingException NotFinite(string what, double value, int[] documents)
    {
        var saved = _lastCheckpoint is null ? "No checkpoint has been saved" : $"The last good checkpoint is '{_lastCheckpoint}'";
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"The {what} of step {_step + 1} is {value}; the step was not applied. Its batch: documents {string.Join(", ", documents)} (numbered from 0). {saved}. Try a lower learning_rate, or look at those documents."));
    }
}
