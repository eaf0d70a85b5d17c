using LoraDiff.Adapters.Tests.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests;

/// <summary>What PEFT's own tests demand of an adapter (style.md, section 7), for every form of adapter.</summary>
public sealed class LoraAdapterTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private readonly string _folder = Directory.CreateTempSubdirectory("loradiff-adapter-").FullName;

    public static TheoryData<string, bool> Forms()
    {
        var data = new TheoryData<string, bool>();
        foreach (var form in AllForms.Keys)
        {
            data.Add(form, true);
            data.Add(form, false);
        }

        return data;
    }

    private static Dictionary<string, LoraOptions> AllForms { get; } = new()
    {
        ["lora"] = new() { Rank = 2, Alpha = 3, TargetModules = ["q_proj", "down_proj"] },
        ["all-linear"] = new() { Rank = 2, TargetModules = "all-linear" },
        ["rslora, patterns"] = new() { Rank = 4, UseRslora = true, TargetModules = "all-linear", RankPattern = new OrderedDictionary<string, int> { ["q_proj"] = 1 }, AlphaPattern = new OrderedDictionary<string, double> { ["down_proj"] = 3 } },
        ["dropout"] = new() { Rank = 2, Dropout = 0.5, TargetModules = ["q_proj"] },
        ["dora"] = new() { Rank = 2, UseDora = true, TargetModules = ["q_proj", "down_proj"] },
        ["embedding"] = new() { Rank = 2, TargetModules = ["embed_tokens", "lm_head"] },
        ["dora embedding"] = new() { Rank = 2, UseDora = true, TargetModules = ["embed_tokens"] },
        ["lora bias"] = new() { Rank = 2, LoraBias = true, TargetModules = ["q_proj"] },
        ["bias all"] = new() { Rank = 2, Bias = BiasTraining.All, TargetModules = ["down_proj"] },
        ["bias lora_only"] = new() { Rank = 2, Bias = BiasTraining.LoraOnly, TargetModules = ["q_proj"] },
        ["modules to save"] = new() { Rank = 2, TargetModules = ["q_proj"], ModulesToSave = ["norm", "lm_head"] },
        ["token rows"] = new() { Rank = 2, TargetModules = ["q_proj"], TrainableTokens = [3, 10] },
        ["gaussian"] = new() { Rank = 2, Init = LoraInit.Gaussian, TargetModules = ["q_proj"] },
        ["pissa"] = new() { Rank = 2, Init = LoraInit.Pissa, TargetModules = ["q_proj"], RankPattern = new OrderedDictionary<string, int> { ["0.q_proj"] = 3 } },
        ["pissa, rslora"] = new() { Rank = 2, Init = LoraInit.Pissa, UseRslora = true, TargetModules = ["q_proj"] },
        ["olora"] = new() { Rank = 2, Init = LoraInit.Olora, TargetModules = ["q_proj", "down_proj"] },
        ["orthogonal"] = new() { Rank = 2, Init = LoraInit.Orthogonal, TargetModules = ["q_proj"] },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Forms))]
    public void FreshAdapter_LeavesLogitsUnchanged(string form, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds);
        model.eval();
        var before = Tiny.Logits(model);

        using var adapter = LoraAdapter.Attach(model, AllForms[form]);

        Assert.InRange(Tiny.MaxDifference(before, Tiny.Logits(model)), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Training_ChangesAdapterTensorsAndNothingElse(string form, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds);
        var baseline = Tiny.Bytes(model);
        using (var adapter = LoraAdapter.Attach(model, AllForms[form]))
        {
            var before = adapter.Parameters.Select(item => item.Value.detach().bytes.ToArray()).ToArray();

            Tiny.Train(model, adapter);

            Assert.All(adapter.Parameters.Zip(before), pair => Assert.False(pair.First.Value.detach().bytes.SequenceEqual(pair.Second), pair.First.Name));
            adapter.Disable();
            Assert.DoesNotContain(model.parameters(), parameter => parameter.requires_grad);
        }

        Assert.Equal(baseline, Tiny.Bytes(model));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Merged_AfterTraining_GivesTheSameLogits(string form, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds);
        using var adapter = LoraAdapter.Attach(model, AllForms[form]);
        Tiny.Train(model, adapter);
        model.eval();
        var unmerged = Tiny.Logits(model);

        adapter.Merge();
        var once = Tiny.Logits(model);
        adapter.Merge();
        var twice = Tiny.Logits(model);
        adapter.Unmerge();

        Assert.InRange(Tiny.MaxDifference(unmerged, once), 0, Tolerance);
        Assert.Equal(once, twice);
        Assert.Equal(unmerged, Tiny.Logits(model));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Disabled_GivesTheBase_AndComesBack(string form, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds);
        model.eval();
        var baseline = Tiny.Logits(model);
        using var adapter = LoraAdapter.Attach(model, AllForms[form]);
        Tiny.Train(model, adapter);
        var adapted = Tiny.Logits(model);

        using (adapter.Disabled())
        {
            Assert.Equal(baseline, Tiny.Logits(model));
        }

        Assert.Equal(adapted, Tiny.Logits(model));
        Assert.NotEqual(baseline, adapted);
        adapter.Merge();
        using (adapter.Disabled())
        {
            Assert.Equal(baseline, Tiny.Logits(model));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void SavedAndLoaded_GivesTheSameLogits(string form, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds);
        using var adapter = LoraAdapter.Attach(model, AllForms[form]);
        Tiny.Train(model, adapter);
        model.eval();
        var trained = Tiny.Logits(model);
        adapter.Save(_folder, "some/base");

        using var fresh = new TinyModel(frozenKinds);
        fresh.eval();
        using var loaded = LoraAdapter.Load(fresh, _folder);

        Assert.InRange(Tiny.MaxDifference(trained, Tiny.Logits(fresh)), 0, Tolerance);
        Assert.Equal("some/base", loaded.Options.BaseModel);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Disposed_LeavesTheTreeAsItWas(string form, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds);
        model.eval();
        var (names, logits) = (Names(model), Tiny.Logits(model));

        LoraAdapter.Attach(model, AllForms[form]).Dispose();

        Assert.Equal(names, Names(model));
        Assert.Equal(logits, Tiny.Logits(model));
        Assert.Empty(LoraAdapter.On(model));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_SetsRequiresGradAsAsked(bool trainable)
    {
        using var model = new TinyModel();
        using (var adapter = LoraAdapter.Attach(model, AllForms["modules to save"]))
        {
            adapter.Save(_folder);
        }

        using var loaded = LoraAdapter.Load(model, _folder, trainable: trainable);

        Assert.All(loaded.Parameters, item => Assert.Equal(trainable, item.Value.requires_grad));
        Assert.Equal(trainable ? loaded.Parameters.Sum(item => item.Value.numel()) : 0, loaded.Report.Trainable);
        Assert.Equal(loaded.Parameters.Count(_ => trainable), model.parameters().Count(parameter => parameter.requires_grad));
    }

    /// <summary>Who sets rows and a head may not know that both are one table: the message says so.</summary>
    [Theory]
    [InlineData("'lm_head' is named by modules_to_save, and trainable_token_indices trains rows [3] of 'embed_tokens', whose table it shares", true, "lm_head", "q_proj")]
    [InlineData("'lm_head' is named by target_modules, and trainable_token_indices trains rows [3] of 'embed_tokens', whose table it shares", true, null, "lm_head")]
    [InlineData("'embed_tokens' is named by modules_to_save, and trainable_token_indices trains its rows [3]", true, "embed_tokens", "q_proj")]
    [InlineData("'embed_tokens' is named by target_modules, and trainable_token_indices trains its rows [3]", false, null, "embed_tokens")]
    public void Attach_WithATableThatIsTrainedTwoWays_IsRefusedWithoutMutation(string expected, bool tied, string? saved, string target)
    {
        using var model = new TinyModel(tied: tied);
        var (names, bytes) = (Names(model), Tiny.Bytes(model));

        var error = Assert.Throws<AdapterException>(() => LoraAdapter.Attach(model, new LoraOptions { Rank = 2, TargetModules = [target], ModulesToSave = saved is null ? null : [saved], TrainableTokens = [3] }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(names, Names(model));
        Assert.Equal(bytes, Tiny.Bytes(model));
    }

    [Fact]
    public void Attach_WithANameThatIsTaken_IsRefusedWithoutMutation()
    {
        using var model = new TinyModel();
        using var adapter = LoraAdapter.Attach(model, AllForms["lora"], "one");
        Tiny.Train(model, adapter);
        var (names, bytes) = (Names(model), Tiny.Bytes(model));

        var error = Assert.Throws<AdapterException>(() => LoraAdapter.Attach(model, AllForms["modules to save"], "one"));

        Assert.Contains("'one'", error.Message, StringComparison.Ordinal);
        Assert.Equal(names, Names(model));
        Assert.Equal(bytes, Tiny.Bytes(model));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, true)]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.Float16, true)]
    public void HalfPrecisionBase_AdapterIsFloat32AndForwardFinite(ScalarType type, bool frozenKinds)
    {
        using var model = new TinyModel(frozenKinds, type: type);
        using var adapter = LoraAdapter.Attach(model, AllForms["dora"] with { TargetModules = ["q_proj", "down_proj", "embed_tokens"], UseDora = false, Init = LoraInit.Random });

        Assert.All(adapter.Parameters, item => Assert.Equal(ScalarType.Float32, item.Value.dtype));
        Assert.All(Tiny.Logits(model), logit => Assert.True(float.IsFinite(logit)));
        adapter.Merge();
        Assert.All(Tiny.Logits(model), logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void HalfPrecisionBase_IsTrainedOverInFloat32_AndStaysAsItWas()
    {
        using var model = new TinyModel(type: ScalarType.BFloat16);
        var baseline = Tiny.Bytes(model);
        using (var adapter = LoraAdapter.Attach(model, AllForms["modules to save"] with { TargetModules = ["q_proj", "embed_tokens"], TrainableTokens = null }))
        {
            var before = Tiny.Logits(model);

            Tiny.Train(model, adapter);

            Assert.All(adapter.Parameters, item => Assert.Equal(ScalarType.Float32, item.Value.dtype));
            Assert.NotEqual(before, Tiny.Logits(model));
        }

        Assert.Equal(baseline, Tiny.Bytes(model));
    }

    [Fact]
    public void Load_WithAnEmbeddingTableOfItsOwn_UsesItWhileActiveAndWritesItAgain()
    {
        using var first = new TinyModel(seed: 1);
        using (var adapter = LoraAdapter.Attach(first, AllForms["embedding"] with { TargetModules = ["embed_tokens"], Init = LoraInit.Random }))
        {
            adapter.Save(_folder);
        }

        using var second = new TinyModel(seed: 2);
        var (baseline, tables) = (Tiny.Logits(second), Tiny.Bytes(second));
        using var loaded = LoraAdapter.Load(second, _folder);
        Assert.True(Tiny.Bytes(second)["embed_tokens.base_layer.weight"].SequenceEqual(Tiny.Bytes(first)["embed_tokens.weight"]));

        loaded.Disable();
        Assert.Equal(baseline, Tiny.Logits(second));
        var again = Path.Combine(_folder, "again");
        loaded.Save(again);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(again, "adapter_model.safetensors")));
        loaded.Dispose();
        Assert.Equal(tables, Tiny.Bytes(second));
    }

    [Fact]
    public void Dispose_AfterTheModel_DoesNotThrow()
    {
        var model = new TinyModel();
        var adapter = LoraAdapter.Attach(model, AllForms["modules to save"]);
        adapter.Merge();

        model.Dispose();
        adapter.Dispose();

        Assert.False(adapter.IsActive);
    }

    [Fact]
    public void Load_OfAFolderThatIsNone_SaysWhatIsMissing()
    {
        using var model = new TinyModel();

        Assert.Contains("adapter_config.json", Assert.Throws<AdapterException>(() => LoraAdapter.Load(model, _folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), AllForms["lora"].ToJson());
        Assert.Contains("adapter_model.safetensors", Assert.Throws<AdapterException>(() => LoraAdapter.Load(model, _folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "adapter_model.safetensors"), "not a safetensors file");
        Assert.Contains("cannot be read", Assert.Throws<AdapterException>(() => LoraAdapter.Load(model, _folder)).Message, StringComparison.Ordinal);
        Assert.Empty(LoraAdapter.On(model));
    }

    [Fact]
    public void Load_OverTheWrongBase_NamesEverythingAndTheBase()
    {
        using (var model = new TinyModel(blocks: 2))
        using (var adapter = LoraAdapter.Attach(model, AllForms["lora"]))
        {
            adapter.Save(_folder, "right/base");
        }

        using var wrong = new TinyModel(blocks: 1);
        var names = Names(wrong);
        var error = Assert.Throws<AdapterException>(() => LoraAdapter.Load(wrong, _folder));

        Assert.Contains("right/base", error.Message, StringComparison.Ordinal);
        Assert.Contains("base_model.model.layers.1.q_proj.lora_A.weight", error.Message, StringComparison.Ordinal);
        Assert.Contains("base_model.model.layers.1.down_proj.lora_B.weight", error.Message, StringComparison.Ordinal);
        Assert.Equal(names, Names(wrong));
        Assert.Empty(LoraAdapter.On(wrong));
    }

    [Fact]
    public void Load_WithMissingAndMisshapedTensors_NamesBoth()
    {
        using var model = new TinyModel(blocks: 1);
        using (var adapter = LoraAdapter.Attach(model, AllForms["lora"] with { TargetModules = ["q_proj"] }))
        {
            adapter.Save(_folder);
        }

        var config = Path.Combine(_folder, "adapter_config.json");
        File.WriteAllText(config, (AllForms["lora"] with { Rank = 3, TargetModules = ["q_proj", "down_proj"] }).ToJson());
        var error = Assert.Throws<AdapterException>(() => LoraAdapter.Load(model, _folder));

        Assert.Contains("Missing: base_model.model.layers.0.down_proj.lora_A.weight [3, 10]", error.Message, StringComparison.Ordinal);
        Assert.Contains("base_model.model.layers.0.q_proj.lora_A.weight is [2, 6] but the model needs [3, 6]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_OfABrokenAdapter_IsRefusedAndChangesNothing()
    {
        using var model = new TinyModel();
        using var adapter = LoraAdapter.Attach(model, AllForms["lora"] with { Init = LoraInit.Random });
        using (no_grad())
        {
            adapter.Parameters[^1].Value.fill_(float.NaN);
        }

        Assert.Throws<AdapterException>(adapter.Merge);

        Assert.False(adapter.IsMerged);
        using (adapter.Disabled())
        {
            Assert.All(Tiny.Logits(model), logit => Assert.True(float.IsFinite(logit)));
        }
    }

    [Fact]
    public void Merge_OfABiasOnBOverALayerWithoutBias_IsRefused()
    {
        using var model = new TinyModel();
        using var adapter = LoraAdapter.Attach(model, AllForms["lora bias"] with { TargetModules = ["down_proj"] });

        var error = Assert.Throws<AdapterException>(adapter.Merge);

        Assert.Contains("lora_bias", error.Message, StringComparison.Ordinal);
        Assert.False(adapter.IsMerged);
    }

    [Fact]
    public void Report_ReadsAsPeftPrintsIt()
    {
        using var model = new TinyModel(blocks: 2);
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 8, TargetModules = ["q_proj"] });

        // q_proj: 2 × 8 × (6 + 10); base: 11·6 + 2·(60 + 10 + 60 + 6) + 6 + 11·6.
        Assert.Equal("trainable params: 256 || all params: 666 || trainable%: 38.4384", adapter.Report.ToString());
        Assert.Equal("trainable params: 1,234 || all params: 5,678 || trainable%: 21.7330", new TrainableReport(1234, 5678).ToString());
    }

    [Fact]
    public void Attach_SameSeed_GivesTheSameFactors()
    {
        using var one = new TinyModel();
        using var two = new TinyModel();
        using var first = LoraAdapter.Attach(one, AllForms["lora"], seed: 5);
        using var second = LoraAdapter.Attach(two, AllForms["lora"], seed: 5);
        using var third = LoraAdapter.Attach(two, AllForms["lora"], "other", seed: 6);

        Assert.True(first.Parameters[0].Value.detach().bytes.SequenceEqual(second.Parameters[0].Value.detach().bytes));
        Assert.False(first.Parameters[0].Value.detach().bytes.SequenceEqual(third.Parameters[0].Value.detach().bytes));
    }

    private static string[] Names(nn.Module model) => [.. model.named_modules().Select(item => $"{item.name}: {item.module.GetType().Name}"), .. model.named_parameters().Select(item => item.name)];
}
