using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Training;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Training;

/// <summary>What a resumed run must share with the one that was stopped, and what becomes of folders that have a run already.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly ConversionRecipe Recipe = ConversionRecipe.LoraDiff with { MaskTokenId = TinyModel.MaskToken, BlockSchedule = new() { Initial = 2, Max = 4, Every = 3 } };

    private static readonly TrainingOptions Options = new() { Steps = 4, BatchSize = 4, LearningRate = 0.01, WarmupSteps = 2, LogEvery = 3, SaveEvery = 2, Seed = 5 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loradiff-resume");

    private string Folder => Path.Combine(_folder.FullName, "run");

    private string Metrics => Path.Combine(Folder, "metrics.jsonl");

    private TrainingJob Job(bool resume = false) => new() { Samples = TinyModel.Samples(11), PadTokenId = TinyModel.PadToken, Folder = Folder, Resume = resume };

    [Theory]
    [InlineData("seed", "6", "5")]
    [InlineData("batch_size", "3", "4")]
    [InlineData("batch_tokens", "40", "null")]
    [InlineData("pack_length", "24", "null")]
    [InlineData("rows_per_forward", "8192", "16384")]
    [InlineData("learning_rate", "0.02", "0.01")]
    [InlineData("warmup_steps", "3", "2")]
    [InlineData("schedule", "\"cosine\"", "\"wsd\"")]
    [InlineData("decay_share", "0.5", "0.3")]
    [InlineData("final_rate", "0.1", "0")]
    [InlineData("beta1", "0.8", "0.9")]
    [InlineData("beta2", "0.99", "0.95")]
    [InlineData("epsilon", "0.1", "1E-08")]
    [InlineData("weight_decay", "0.1", "0")]
    [InlineData("clip_norm", "2", "1")]
    public void Run_ResumedWithAnotherOption_NamesBothValues(string key, string value, string saved)
        => AssertRefused($"{key} was {saved}, is {value}", options: Options.With(key, value.Trim('"')));

    /// <summary>Every option is either compared, and in the theory above, or free, and in the one below: a new one must be put into one of them.</summary>
    [Fact]
    public void TrainingOptions_AreAllComparedOrFree()
    {
        string[] free = [.. TrainingOptions.Keys.Except(TrainingState.Describe(Options, 1).Select(p => p.Key))];
        Assert.Equal(["evaluate_every", "gradient_checkpointing", "keep_checkpoints", "log_every", "minutes", "save_every", "steps"], free.Order(StringComparer.Ordinal));
        var compared = typeof(ResumeTests).GetMethod(nameof(Run_ResumedWithAnotherOption_NamesBothValues))!.GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Equal(TrainingOptions.Keys.Except(free).Order(StringComparer.Ordinal), compared.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("lora_alpha", "1024", "8")]
    [InlineData("lora_dropout", "0.1", "0.0")]
    [InlineData("use_rslora", "true", "false")]
    [InlineData("alpha_pattern.q_proj", "2", "null")]
    [InlineData("rank_pattern.q_proj", "2", "null")]
    [InlineData("init_lora_weights", "\"gaussian\"", "true")]
    [InlineData("bias", "\"all\"", "\"none\"")]
    [InlineData("trainable_token_indices", "[286]", "[287]")]
    public void Run_ResumedWithAnotherAdapterSetting_NamesBothValues(string key, string value, string saved)
        => AssertRefused($"{key} was {saved}, is {value}", lora: options => key switch
        {
            "lora_alpha" => options with { Alpha = 1024 },
            "lora_dropout" => options with { Dropout = 0.1 },
            "use_rslora" => options with { UseRslora = true },
            "alpha_pattern.q_proj" => options with { AlphaPattern = new Dictionary<string, double> { ["q_proj"] = 2 } },
            "rank_pattern.q_proj" => options with { RankPattern = new Dictionary<string, int> { ["q_proj"] = 2 } },
            "init_lora_weights" => options with { Init = LoraInit.Gaussian },
            "bias" => options with { Bias = BiasTraining.All },
            _ => options with { TrainableTokens = [286] },
        });

    [Theory]
    [InlineData("ar_weight", "1", "0.5")]
    [InlineData("block_schedule.max", "8", "4")]
    public void Run_ResumedWithAnotherRecipe_NamesBothValues(string key, string value, string saved) => AssertRefused($"{key} was {saved}, is {value}", recipe: Recipe.With(key, value));

    /// <summary>A name that begins like a setting of the adapter's (r) does not hide another base.</summary>
    [Fact]
    public void Run_ResumedWithAnotherOptionOverAnotherBase_NamesBoth()
    {
        var copy = CopyBase();
        FlipLastBit(copy, "model.norm.weight");
        Stop();
        using var tiny = new TinyModel(folder: copy);
        var error = Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { RowsPerForward = 99 }).Run(Job(resume: true)));
        Assert.Contains("rows_per_forward was 16384, is 99", error.Message, StringComparison.Ordinal);
        Assert.Contains("the base model (hash) was", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ResumedWithAnotherComputeType_NamesBoth() => AssertRefused("compute_type was float32, is bfloat16", computeType: ScalarType.BFloat16);

    [Fact]
    public void Run_ResumedWithAnotherPaddingToken_NamesBoth() => AssertRefused($"pad_token_id was {TinyModel.PadToken}, is 285", job: job => job with { PadTokenId = 285 });

    [Fact]
    public void Run_ResumedWithOtherData_SaysSo() => AssertRefused("the data (hash) was", job: job => job with { Samples = TinyModel.Samples(12) });

    /// <summary>One sign bit of one weight of any kind of tensor, or another number in the configuration, makes another base.</summary>
    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.weight")]
    [InlineData("model.embed_tokens.weight")]
    [InlineData("model.norm.weight")]
    [InlineData("config.json")]
    public void Run_ResumedOverAnotherBase_IsRefused(string changed)
    {
        var copy = CopyBase();
        if (changed == "config.json")
        {
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(copy, changed)))!.AsObject();
            config["rms_norm_eps"] = 0.5;
            File.WriteAllText(Path.Combine(copy, changed), config.ToJsonString());
        }
        else
        {
            FlipLastBit(copy, changed);
        }

        AssertRefused("the base model (hash) was", folder: copy);
    }

    /// <summary>What says how long, how often and in how much memory may change, and the same base may be called differently.</summary>
    [Theory]
    [InlineData("log_every", "1", 0)]
    [InlineData("evaluate_every", "3", 0)]
    [InlineData("save_every", "1", 0)]
    [InlineData("keep_checkpoints", "5", 0)]
    [InlineData("gradient_checkpointing", "true", 0)]
    [InlineData("gradient_checkpointing", "true", 0.1)]
    public void Run_ResumedWithAFreeOption_EndsWithTheSameBits(string key, string value, double dropout)
    {
        using var whole = new TinyModel(dropout: dropout);
        new Trainer(whole.Model, whole.Adapter, Recipe, Options).Run(Job() with { Folder = null });

        Stop(dropout);
        using var second = new TinyModel(dropout: dropout, seed: 99);
        var result = new Trainer(second.Model, second.Adapter, Recipe, Options.With(key, value)).Run(Job(resume: true) with { BaseModelName = "elsewhere" });

        Assert.Equal(4, result.Step);
        Assert.Equal(whole.Parameters(), second.Parameters());
    }

    [Fact]
    public void Run_ResumedWithALaterLimit_GoesOn()
    {
        Stop();
        using var tiny = new TinyModel();
        Assert.Equal(7, new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { Steps = 7 }).Run(Job(resume: true)).Step);
    }

    [Fact]
    public void Run_ResumedFromAnOlderFormat_NamesTheFormats()
    {
        var checkpoint = Stop();
        File.WriteAllText(Path.Combine(checkpoint, "state.json"), """{"format": 1, "step": 2, "seed": 5}""");
        AssertRefused("has format 1, expected 2", stopped: true);
    }

    [Theory]
    [InlineData("state.json", 0)]
    [InlineData("state.json", 40)]
    [InlineData("training.safetensors", 0)]
    [InlineData("training.safetensors", 4000)]
    [InlineData("training.safetensors", null)]
    public void Run_ResumedFromADamagedCheckpoint_NamesItAndTheWayOn(string file, int? length)
    {
        var path = Path.Combine(Stop(), file);
        if (length is { } bytes)
        {
            using var stream = new FileStream(path, FileMode.Open);
            stream.SetLength(bytes);
        }
        else
        {
            File.Delete(path);
        }

        AssertRefused($"Checkpoint '{Path.GetDirectoryName(path)}' cannot be read: ", stopped: true);
        AssertRefused("Remove the folder to go on from the one before", stopped: true);
    }

    /// <summary>What stands in the way of a run's files is said before the run, and nothing of an earlier one is taken away for it.</summary>
    [Theory]
    [InlineData("loradiff.json", "is a folder, where a run writes a file")]
    [InlineData("adapter_config.json", "is a folder, where a run writes a file")]
    [InlineData("checkpoints", "is a file, where a run keeps its checkpoints")]
    public void Run_WhereSomethingElseHasAName_IsRefusedBeforeItBegins(string name, string expected)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Metrics, "earlier");
        if (name == "checkpoints")
        {
            File.WriteAllText(Path.Combine(Folder, name), "");
        }
        else
        {
            Directory.CreateDirectory(Path.Combine(Folder, name));
        }

        using var tiny = new TinyModel();
        var trainer = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options);
        Assert.Contains(expected, Assert.Throws<IOException>(() => trainer.Run(Job() with { Overwrite = true })).Message, StringComparison.Ordinal);
        Assert.Equal("earlier", File.ReadAllText(Metrics));
    }

    /// <summary>The reports of a run that was killed between two of them are those of a run that was not.</summary>
    [Fact]
    public void Run_KilledBetweenReports_ReportsTheSameMeans()
    {
        using var whole = new TinyModel();
        List<TrainingProgress> expected = [];
        new Trainer(whole.Model, whole.Adapter, Recipe, Options).Run(Job() with { Folder = null }, new Relay(expected.Add));

        Stop();   // after step 3, of which the checkpoint at step 2 knows nothing
        using var second = new TinyModel();
        List<TrainingProgress> found = [];
        new Trainer(second.Model, second.Adapter, Recipe, Options).Run(Job(resume: true), new Relay(found.Add));
        Assert.Equal([3L, 4], expected.Select(p => p.Step));
        Assert.Equal(expected.Select(Numbers), found.Select(Numbers));

        static object Numbers(TrainingProgress p) => (p.Step, p.Loss, p.DiffusionLoss, p.ArLoss, p.GradientNorm, p.LearningRate, p.BlockSize, p.Epoch, p.Positions, p.Masked);
    }

    [Fact]
    public void Run_ThatIsFinished_ResumedReportsItsLastNumbersAndWritesNothing()
    {
        using var tiny = new TinyModel();
        var finished = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job());
        var metrics = File.ReadAllText(Metrics);

        var again = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job(resume: true));

        Assert.Equal((StopReason.Finished, 4L, finished.Checkpoint), (again.Reason, again.Step, again.Checkpoint));
        Assert.Equal(finished.Last, again.Last);
        Assert.Equal(metrics, File.ReadAllText(Metrics));
    }

    [Fact]
    public void Run_ThatIsFinished_ResumedWithValidationKeepsItsLosses()
    {
        using var tiny = new TinyModel();
        var finished = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job());

        var again = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job(resume: true) with { Validation = TinyModel.Samples(3, seed: 8) });

        Assert.Equal((finished.Last!.Loss, finished.Last.BlockSize, finished.Last.LearningRate), (again.Last!.Loss, again.Last.BlockSize, again.Last.LearningRate));
        Assert.True(again.Last.Evaluation!["diffusion_loss"] > 0);
        var line = JsonDocument.Parse(File.ReadLines(Metrics).Last()).RootElement;
        Assert.Equal(finished.Last.Loss, line.GetProperty("loss").GetDouble());
        Assert.True(line.TryGetProperty("evaluation", out _));

        var third = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job(resume: true));
        Assert.Equal(again.Last.Evaluation, third.Last!.Evaluation);
    }

    [Fact]
    public void Run_ResumedWithoutACheckpoint_SaysSoAndLeavesTheFolderAlone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Metrics, "{\"step\": 9}\n");
        AssertRefused("has no checkpoint to resume", stopped: true);
        Assert.Equal("{\"step\": 9}\n", File.ReadAllText(Metrics));
    }

    [Theory]
    [InlineData("adapter_model.safetensors")]
    [InlineData("metrics.jsonl")]
    public void Run_IntoAnotherRunsFolder_IsRefusedUnlessItMayOverwrite(string name)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, name), "earlier");
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "mine");
        using var tiny = new TinyModel();
        var trainer = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options);
        var message = Assert.Throws<TrainingException>(() => trainer.Run(Job())).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains("--overwrite", message, StringComparison.Ordinal);
        Assert.Equal("earlier", File.ReadAllText(Path.Combine(Folder, name)));

        trainer.Run(Job() with { Overwrite = true });
        Assert.DoesNotContain("earlier", File.ReadAllText(Metrics), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Folder, "notes.txt")));
    }

    [Fact]
    public void Run_Overwriting_StartsAnewWithoutTheOldCheckpoints()
    {
        using var tiny = new TinyModel();
        new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job());
        var result = new Trainer(tiny.Model, tiny.Adapter, Recipe, Options with { Steps = 1, Seed = 6 }).Run(Job() with { Overwrite = true });
        Assert.Equal(1, result.Step);
        Assert.Equal(["step-00000001"], Directory.GetFileSystemEntries(Path.Combine(Folder, "checkpoints")).Select(p => Path.GetFileName(p)));
        Assert.Single(File.ReadAllLines(Metrics));
        AssertRefused("exclude each other", job: job => job with { Overwrite = true }, stopped: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string CopyBase()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder.FullName, "base")).FullName;
        foreach (var file in Directory.EnumerateFiles(TinyModel.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>The sign of a tensor's last number.</summary>
    private static void FlipLastBit(string checkpoint, string tensor)
    {
        var path = Path.Combine(checkpoint, "model.safetensors");
        long last;
        using (var file = SafetensorsFile.Open(path))
        {
            last = file[tensor].Offset + file[tensor].ByteLength - 1;
        }

        using var stream = new FileStream(path, FileMode.Open);
        stream.Position = last;
        var value = stream.ReadByte();
        stream.Position = last;
        stream.WriteByte((byte)(value ^ 0x80));
    }

    /// <summary>A run of four steps that is killed after the third; its newest checkpoint is of the second.</summary>
    private string Stop(double dropout = 0)
    {
        using var tiny = new TinyModel(dropout: dropout);
        var killer = new Relay(p =>
        {
            if (p.Step == 3)
            {
                throw new OperationCanceledException("killed");
            }
        });
        Assert.Throws<OperationCanceledException>(() => new Trainer(tiny.Model, tiny.Adapter, Recipe, Options).Run(Job(), killer));
        return Directory.GetDirectories(Path.Combine(Folder, "checkpoints")).Single();
    }

    private void AssertRefused(
        string expected,
        TrainingOptions? options = null,
        Func<LoraOptions, LoraOptions>? lora = null,
        ConversionRecipe? recipe = null,
        Func<TrainingJob, TrainingJob>? job = null,
        ScalarType computeType = ScalarType.Float32,
        string? folder = null,
        bool stopped = false)
    {
        if (!stopped)
        {
            Stop();
        }

        using var tiny = new TinyModel(lora: lora, folder: folder, computeType: computeType);
        var resumed = Job(resume: true);
        var error = Assert.Throws<TrainingException>(() => new Trainer(tiny.Model, tiny.Adapter, recipe ?? Recipe, options ?? Options).Run(job is null ? resumed : job(resumed)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        if (!stopped)
        {
            // Nothing but what was changed differs.
            Assert.DoesNotContain("; ", error.Message[..error.Message.IndexOf(". Resume", StringComparison.Ordinal)], StringComparison.Ordinal);
        }
    }

    /// <summary>Reports in the caller's thread, which Progress&lt;T&gt; does not.</summary>
    private sealed class Relay(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen(value);
    }
}
