using System.Text.Json;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly ConversionRecipe Recipe = ConversionRecipe.LoraDiff with
    {
        MaskTokenId = TinyModel.MaskToken,
        BlockSchedule = new() { Initial = 2, Max = 4, Every = 3 },
    };

    private static readonly TrainingOptions Options = new() { Steps = 8, BatchSize = 4, LearningRate = 0.01, WarmupSteps = 2, LogEvery = 1, SaveEvery = 3, Seed = 5 };

    private static readonly TrainingSample[] Samples = TinyModel.Samples(11);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loradiff-trainer");

    private TrainingJob Job(string? name = null, bool resume = false) => new()
    {
        Samples = Samples,
        PadTokenId = TinyModel.PadToken,
        Folder = name is null ? null : Path.Combine(_folder.FullName, name),
        Resume = resume,
    };

    /// <summary>Invariant 7: killed at any point and resumed is never killed, to the bit, with and without dropout.</summary>
    [Theory]
    [InlineData(0, 4, null)]
    [InlineData(0, 5, null)]
    [InlineData(0.1, 6, null)]
    [InlineData(0, 5, 24)]
    public void Run_KilledAndResumed_EndsWithTheSameBits(double dropout, int killedAfter, int? packLength)
    {
        var options = Options with { PackLength = packLength };
        using var whole = new TinyModel(dropout: dropout);
        var expected = new Trainer(whole.Model, whole.Adapter, Recipe, options).Run(Job("whole"));

        using (var first = new TinyModel(dropout: dropout))
        {
            var killer = new Relay(p =>
            {
                if (p.Step == killedAfter)
                {
                    throw new OperationCanceledException("killed");
                }
            });
            Assert.Throws<OperationCanceledException>(() => new Trainer(first.Model, first.Adapter, Recipe, options).Run(Job("parts"), killer));
        }

        using var second = new TinyModel(dropout: dropout, seed: 99);   // other starting values: all must come from the checkpoint
        var found = new Trainer(second.Model, second.Adapter, Recipe, options).Run(Job("parts", resume: true));
        Assert.Equal((StopReason.Finished, 8L), (found.Reason, found.Step));
        Assert.Equal(whole.Parameters(), second.Parameters());
        Assert.Equal(expected.Last!.Loss, found.Last!.Loss);
        Assert.Equal(Losses("whole"), Losses("parts"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(expected.Checkpoint!, "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(found.Checkpoint!, "adapter_model.safetensors")));
    }

    /// <summary>Documents of a pack do not see each other: a step over packs is a step over the same documents one by one.</summary>
    [Fact]
    public void Run_OverPacks_IsTheRunOverTheirDocuments()
    {
        using var packed = new TinyModel();
        using var apart = new TinyModel();
        var options = Options with { Steps = 1, BatchSize = 20, PackLength = 24 };
        var whole = new Trainer(packed.Model, packed.Adapter, Recipe, options).Run(Job());
        var parts = new Trainer(apart.Model, apart.Adapter, Recipe, options with { PackLength = null, BatchSize = Samples.Length, RowsPerForward = 1 }).Run(Job());
        Numbers.Relative(whole.Last!.Loss, parts.Last!.Loss, 1e-5, "loss");
        Numbers.Relative(whole.Last.GradientNorm, parts.Last.GradientNorm, 1e-4, "gradient norm");
    }

    [Fact]
    public void Run_ResumedWithOtherPacks_IsRefused()
    {
        using var tiny = new TinyModel();
        var options = Options with { BatchSize = 2, PackLength = 24 };
        new Trainer(tiny.Model, tiny.Adapter, Recipe, options with { Steps = 2 }).Run(Job("parts"));
        Assert.Contains("pack_length was 24, is 25", Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe, options with { PackLength = 25 }).Run(Job("parts", resume: true))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InSmallerForwards_AccumulatesToTheSameStep()
    {
        using var one = new TinyModel();
        using var many = new TinyModel();
        var whole = new Trainer(one.Model, one.Adapter, Recipe, Options with { Steps = 1 }).Run(Job());
        var parts = new Trainer(many.Model, many.Adapter, Recipe, Options with { Steps = 1, RowsPerForward = 30 }).Run(Job());
        Numbers.Relative(whole.Last!.Loss, parts.Last!.Loss, 1e-5, "loss");
        Numbers.Relative(whole.Last.GradientNorm, parts.Last.GradientNorm, 1e-4, "gradient norm");
    }

    [Fact]
    public void Run_ChangesTheAdapterOnly_AndLeavesItsInputsAlone()
    {
        using var tiny = new TinyModel();
        var frozen = tiny.Model.named_parameters().Where(p => !p.parameter.requires_grad).Select(p => (p.name, p.parameter)).ToArray();
        var before = frozen.Select(p => p.parameter.to(float32).data<float>().ToArray()).ToArray();
        var adapter = tiny.Parameters();
        var ids = Samples.Select(s => s.Ids.ToArray()).ToArray();
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job());
        Assert.NotEmpty(frozen);
        Assert.Equal(before, frozen.Select(p => p.parameter.to(float32).data<float>().ToArray()));
        Assert.All(tiny.Parameters(), p => Assert.NotEqual(adapter[p.Key], p.Value));
        Assert.Equal(ids, Samples.Select(s => s.Ids));
    }

    [Fact]
    public void Run_OverATinyText_Overfits()
    {
        using var tiny = new TinyModel();
        var options = Options with { Steps = 120, BatchSize = 2, LogEvery = 20, LearningRate = 0.02 };
        List<double> losses = [];
        new Trainer(tiny.Model, tiny.Adapter, Recipe, options).Run(Job() with { Samples = Samples[..2] }, new Relay(p => losses.Add(p.Loss)));
        Assert.True(losses[^1] < losses[0] / 4, $"loss went from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Run_Cancelled_SavesAndSaysSo()
    {
        using var tiny = new TinyModel();
        using var source = new CancellationTokenSource();
        var result = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { SaveEvery = 0 }).Run(
            Job("run"), new Relay(p => { if (p.Step == 2) { source.Cancel(); } }), source.Token);
        Assert.Equal((StopReason.Cancelled, 2L), (result.Reason, result.Step));
        Assert.True(File.Exists(Path.Combine(result.Checkpoint!, "state.json")));

        var rest = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job("run", resume: true));
        Assert.Equal((StopReason.Finished, 8L), (rest.Reason, rest.Step));
    }

    /// <summary>A checkpoint is an adapter folder of its own, old ones go, and nothing half-written stays.</summary>
    [Fact]
    public void Checkpoints_AreAdapterFolders_AndOldOnesGo()
    {
        using var tiny = new TinyModel();
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "run", "checkpoints", ".tmp-step-00000001"));
        var result = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { SaveEvery = 2 }).Run(Job("run"));
        Assert.Equal(["step-00000006", "step-00000008"], Directory.GetFileSystemEntries(Path.Combine(_folder.FullName, "run", "checkpoints")).Select(p => Path.GetFileName(p)).Order());
        Assert.Equal(Recipe, ConversionRecipe.FromFolder(result.Checkpoint!));
        tiny.Adapter.Dispose();
        using var loaded = LoraAdapter.Load(tiny.Model, result.Checkpoint!);
        Assert.Equal(tiny.Adapter.Options.Rank, loaded.Options.Rank);
    }

    [Fact]
    public void Run_WithAnotherRunsCheckpoint_NamesTheDifferences()
    {
        using var tiny = new TinyModel();
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { Steps = 1 }).Run(Job("run"));
        var error = Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe with { ArWeight = 1 }, Options with { Seed = 6 }).Run(Job("run", resume: true) with { Samples = Samples[..5] }));
        Assert.All(new[] { "seed was 5, is 6", "ar_weight was 0.5, is 1", "the data" }, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Contains("already has a checkpoint", Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job("run"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAnUnreadableCheckpoint_NamesItAndTheWayOut()
    {
        using var tiny = new TinyModel();
        var result = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { Steps = 1 }).Run(Job("run"));
        File.WriteAllText(Path.Combine(result.Checkpoint!, "state.json"), "{");
        Assert.Contains("Remove the folder", Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job("run", resume: true))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithANonFiniteParameter_NamesStepBatchAndCheckpoint()
    {
        using var tiny = new TinyModel();
        var poison = new Relay(p =>
        {
            if (p.Step == 4)
            {
                using var noGrad = no_grad();
                tiny.Adapter.Parameters[0].Value.fill_(float.NaN);
            }
        });
        var error = Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job("run"), poison));
        Assert.Contains("step 5 is NaN", error.Message, StringComparison.Ordinal);
        Assert.Contains("documents ", error.Message, StringComparison.Ordinal);
        Assert.Contains("step-00000003", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LimitedByTime_EndsAfterItAndDecaysWithIt()
    {
        using var tiny = new TinyModel();
        var clock = new StepClock(TimeSpan.FromSeconds(1));
        List<TrainingProgress> seen = [];
        var options = Options with { Steps = null, Minutes = 1, WarmupSteps = 0 };
        var result = new Trainer(tiny.Model, tiny.Adapter, Recipe with { BlockSchedule = new() { Initial = 2, Max = 8, GrowthShare = 0.5 } }, options, time: clock).Run(Job(), new Relay(seen.Add));
        Assert.Equal(StopReason.Finished, result.Reason);
        Assert.InRange(result.Elapsed.TotalSeconds, 60, 64);
        Assert.Equal([2, 4, 8], seen.Select(p => p.BlockSize).Distinct());
        Assert.Equal(0.01, seen[0].LearningRate, 6);
        Assert.InRange(seen[^1].LearningRate, 0, 0.0025);
    }

    [Fact]
    public void Evaluation_MeasuresHeldOutDocuments_AndWhatIsAskedFor()
    {
        using var tiny = new TinyModel();
        List<TrainingProgress> seen = [];
        var job = Job("run") with { Validation = TinyModel.Samples(3, seed: 8), Evaluate = _ => new Dictionary<string, double> { ["training"] = tiny.Model.training ? 1 : 0 } };
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { EvaluateEvery = 3 }).Run(job, new Relay(seen.Add));
        var evaluations = seen.Where(p => p.Evaluation is not null).ToArray();
        Assert.Equal([3L, 6, 8], evaluations.Select(p => p.Step));
        Assert.All(evaluations, e => Assert.Equal(["ar_loss", "diffusion_loss", "training"], e.Evaluation!.Keys));
        Assert.All(evaluations, e => Assert.Equal(0, e.Evaluation!["training"]));
        Assert.Contains("\"evaluation\":{\"ar_loss\":", File.ReadAllText(Path.Combine(_folder.FullName, "run", "metrics.jsonl")), StringComparison.Ordinal);
        Assert.False(tiny.Model.training);
    }

    [Fact]
    public void Progress_CountsTokensPositionsAndTime()
    {
        using var tiny = new TinyModel();
        List<TrainingProgress> seen = [];
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options, time: new StepClock(TimeSpan.FromSeconds(1))).Run(Job(), new Relay(seen.Add));
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (long)i), seen.Select(p => p.Step));
        Assert.All(seen, p => Assert.True(p.Positions > 0 && p.Masked > 0 && p.PositionsPerSecond >= p.TokensPerSecond && p.TokensPerSecond > 0));
        Assert.True(seen[3].Remaining > seen[6].Remaining);
        Assert.Equal(TimeSpan.Zero, seen[^1].Remaining);
        Assert.Equal(1, seen[^1].Fraction);
        Assert.Equal([0L, 0, 0, 1, 1, 1, 2, 2], seen.Select(p => p.Epoch));
    }

    [Fact]
    public void Run_OverManySteps_LeavesNoTensorBehind()
    {
        using var tiny = new TinyModel();
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job());
        List<long> live = [];
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { Steps = 12 }).Run(Job(), new Relay(_ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount)));
        Assert.Single(live.Skip(1).Distinct());
    }

    [Fact]
    public void Trainer_WithAnUnusableMaskToken_IsRefused()
    {
        using var tiny = new TinyModel();
        Assert.Contains("mask_token_id", Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe with { MaskTokenId = null }, Options)).Message, StringComparison.Ordinal);
        Assert.Contains("mask_token_id is 288; it must be one of the embedding's 288 rows, 0 to 287", Assert.Throws<RecipeException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe with { MaskTokenId = 288 }, Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithTokensOfAnotherModel_NamesTheDocument()
    {
        using var tiny = new TinyModel();
        var trainer = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options);
        Assert.Contains("Token 5000 of document 1", Assert.Throws<TrainingException>(() => trainer.Run(Job() with { Samples = [Samples[0], new TrainingSample([1, 5000], 1)] })).Message, StringComparison.Ordinal);
        Assert.Contains("padding", Assert.Throws<TrainingException>(() => trainer.Run(Job() with { PadTokenId = 5000 })).Message, StringComparison.Ordinal);
        Assert.Contains("starts at 2", Assert.Throws<TrainingException>(() => trainer.Run(Job() with { Samples = [new TrainingSample([1, 2], 2)] })).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Losses(string name) => [.. File.ReadLines(Path.Combine(_folder.FullName, name, "metrics.jsonl")).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("loss").GetRawText())];

    /// <summary>Reports in the caller's thread, which Progress&lt;T&gt; does not.</summary>
    private sealed class Relay(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen(value);
    }

    /// <summary>A clock that moves on each time it is asked.</summary>
    private sealed class StepClock(TimeSpan tick) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += tick.Ticks;
    }
}
