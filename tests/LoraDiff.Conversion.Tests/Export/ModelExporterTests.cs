using System.Text.Json.Nodes;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Export;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Adapters;
using LoraDiff.Examples;
using LoraDiff.Safetensors;
using LoraDiff.Tokenizers;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Export;

public sealed class ModelExporterTests
{
    [Fact]
    public void EveryPublicType_HasAnExample()
        => ExampleCoverage.Require(typeof(ModelExporterTests), typeof(ModelExporter).Assembly.GetExportedTypes().Where(t => t.Namespace == typeof(ModelExporter).Namespace), "exporting.md");

    [Fact]
    public void Example_OfExporting_Runs()
    {
        using var sample = new ExportSample("qwen3", ExportSample.SamePosition);

        ExportRequest request = new() { Model = sample.Model, Adapter = sample.Adapter, Output = sample.Output, Target = "sdar", MaskToken = MaskTokenChoice.Refuse };
        var told = new Told();
        ExportResult result = ModelExporter.Export(request, told);
        ExportProgress last = told.Reports[^1];
        Assert.Equal(last.BytesTotal, last.BytesWritten);
        Assert.Equal(told.Reports.Select(r => r.BytesWritten).Order(), told.Reports.Select(r => r.BytesWritten));
        Assert.Equal(1, result.Shards);
        Assert.InRange(result.MaxDifference!.Value, 0, 1e-3);

        ExportException refused = Assert.Throws<ExportException>(() => ModelExporter.Export(request with { Target = "fast-dllm-v2", Overwrite = true }));
        Assert.EndsWith("Targets that can: plain, sdar, a2d-qwen3.", refused.Message, StringComparison.Ordinal);
        Assert.Contains(("plain", "the base architecture, for transformers, LoraDiff and every reader of such checkpoints"), ModelExporter.Targets);
    }

    [Theory]
    [InlineData("sdar", "qwen3", false, "sdar", "SDARForCausalLM", "configuration_sdar.SDARConfig", "<|MASK|>")]
    [InlineData("fast-dllm-v2", "qwen2", true, "Fast_dLLM_Qwen", "Fast_dLLM_QwenForCausalLM", "configuration.Fast_dLLM_QwenConfig", "|<MASK>|")]
    [InlineData("a2d-qwen3", "qwen3", false, "a2d-qwen3", "A2DQwen3LMHeadModel", "configuration_a2d_qwen3.A2DQwen3Config", "<|mask|>")]
    [InlineData("a2d-qwen2", "qwen2", true, "a2d-qwen2", "A2DQwen2LMHeadModel", "configuration_a2d_qwen2.A2DQwen2Config", "<|mask|>")]
    [InlineData("a2d-llama", "llama", false, "a2d-llama", "A2DLlamaLMHeadModel", "configuration_a2d_llama.A2DLlamaConfig", "<|mask|>")]
    public void Export_ForAnEngine_HasTheNamesThatItGoesBy(string target, string modelType, bool shift, string type, string architecture, string configuration, string literal)
    {
        using var sample = new ExportSample(modelType, shift ? ExportSample.Shifted : ExportSample.SamePosition);

        var result = ModelExporter.Export(sample.Request(target));

        var config = sample.Json("config.json");
        Assert.Equal(type, (string?)config["model_type"]);
        Assert.Equal(architecture, (string?)Assert.Single(config["architectures"]!.AsArray()));
        Assert.Equal(configuration, (string?)config["auto_map"]!["AutoConfig"]);
        Assert.All(config["auto_map"]!.AsObject(), entry => Assert.Contains($"{((string)entry.Value!).Split('.')[0]}.py", result.Files));
        Assert.Equal(ExportSample.FreeToken, (int)config["mask_token_id"]!);
        Assert.Equal(20000.0, (double)config["rope_theta"]!);
        Assert.Equal(ExportSample.FreeToken, Tokenizer.FromFolder(sample.Output).TokenToId(literal));
        Assert.Equal(literal, (string?)sample.Json("tokenizer_config.json")["mask_token"]);
        Assert.Equal(literal, (string?)sample.Json("tokenizer_config.json")["added_tokens_decoder"]![$"{ExportSample.FreeToken}"]!["content"]);
        Assert.Equal(literal, (string?)sample.Json("special_tokens_map.json")["mask_token"]);
        Assert.Equal(ExportSample.FreeToken, (int)sample.Json("added_tokens.json")[literal]!);
        Assert.Equal((target, 4, ExportSample.FreeToken), (result.Target, result.BlockSize!.Value, result.MaskTokenId!.Value));
        Assert.True(result.MaxRelativeDifference < 1e-4, $"{result.MaxRelativeDifference}");
        Assert.Equal(4, target switch { "sdar" => (int)config["block_size"]!, "fast-dllm-v2" => (int)config["bd_size"]!, _ => 4 });
    }

    [Fact]
    public void PlainExport_OfADiffusionAdapter_IsDecodedInBlocks()
    {
        using var sample = new ExportSample("qwen3", ExportSample.SamePosition, dtype: "bfloat16");

        var result = ModelExporter.Export(sample.Request());

        Assert.InRange(result.MaxRelativeDifference!.Value, 1e-6, 0.05);
        using var model = LanguageModel.Load(sample.Output);
        Assert.Equal(ExportSample.SamePosition, model.Recipe);
        Assert.IsType<BlockDecoder>(model.CreateDecoder());
        Assert.IsType<ArDecoder>(model.CreateDecoder(DecodingMode.Autoregressive));
        model.RemoveAdapter();
        Assert.Equal(ExportSample.SamePosition, model.Recipe);
        Assert.Equal("Qwen3ForCausalLM", (string?)sample.Json("config.json")["architectures"]![0]);
    }

    [Fact]
    public void Export_InAnotherDtype_SaysSoAndRoundsOnce()
    {
        using var sample = new ExportSample("llama", recipe: null, tied: false);

        var result = ModelExporter.Export(sample.Request() with { WeightType = ScalarType.BFloat16 });

        Assert.Equal("bfloat16", (string?)sample.Json("config.json")["dtype"]);
        Assert.Null(result.MaskTokenId);
        using var weights = CheckpointFolder.Open(sample.Output).OpenWeights();
        Assert.All(weights.Tensors, tensor => Assert.Equal(SafetensorsDtype.BF16, tensor.Dtype));
    }

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "sdar", "qwen3", "LoraDiff", "token-causal|next token|completion's first token|Targets that can: plain." },
        { "sdar", "qwen2", "same", "type qwen2, not qwen3|Targets that can: plain, a2d-qwen2." },
        { "sdar", "qwen3", "shifted", "next token|Targets that can: plain, a2d-qwen3." },
        { "fast-dllm-v2", "qwen2", "same", "its own token|Targets that can: plain, a2d-qwen2." },
        { "a2d-llama", "llama", "none", "loradiff.json|Targets that can: plain." },
        { "vllm", "llama", "same", "No target is called 'vllm'. Known: plain, sdar" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Export_WhatTheTargetCannotServe_IsRefusedWithThoseThatCan(string target, string modelType, string recipe, string parts)
    {
        using var sample = new ExportSample(modelType, recipe switch
        {
            "none" => null,
            "same" => ExportSample.SamePosition,
            "shifted" => ExportSample.Shifted,
            _ => ConversionRecipe.LoraDiff with { MaskTokenId = ExportSample.FreeToken },
        });

        var error = Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request(target)));

        Assert.All(parts.Split('|'), part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
        sample.AssertNothingLeft();
    }

    [Fact]
    public void Sdar_OfTheRealVocabulary_WantsTheMaskThatEnginesHaveBuiltIn()
    {
        using var sample = new ExportSample("qwen3", ExportSample.SamePosition with { MaskTokenId = 900 }, rows: 151_936);

        var error = Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request("sdar")));

        Assert.Contains("mask_token_id=151669", error.Message, StringComparison.Ordinal);
        Assert.Contains("Targets that can: plain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mask_BeyondTheFirstFreeRow_GetsFillersBeforeIt()
    {
        using var sample = new ExportSample("qwen3", ExportSample.SamePosition with { MaskTokenId = 897 });

        ModelExporter.Export(sample.Request());

        var tokenizer = Tokenizer.FromFolder(sample.Output);
        Assert.Equal(["<|unused_894|>", "<|unused_895|>", "<|unused_896|>", "<|mask|>"], Enumerable.Range(894, 4).Select(id => tokenizer.IdToToken(id)!));
    }

    [Fact]
    public void Mask_InARowOfAnotherToken_NeedsADecision()
    {
        using var sample = new ExportSample("llama", ExportSample.SamePosition with { MaskTokenId = 881 }, rows: 894);

        var error = Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request()));

        Assert.Contains("'<|video_pad|>' (881)", error.Message, StringComparison.Ordinal);
        Assert.Contains("--mask-token resize", error.Message, StringComparison.Ordinal);
        Assert.Contains("--mask-token reserved", error.Message, StringComparison.Ordinal);
        sample.AssertNothingLeft();
    }

    [Fact]
    public void Mask_InAReservedToken_RenamesIt()
    {
        using var sample = new ExportSample("llama", ExportSample.SamePosition with { MaskTokenId = 881 }, rows: 894);

        var result = ModelExporter.Export(sample.Request("a2d-llama") with { MaskToken = MaskTokenChoice.Reserved });

        var tokenizer = Tokenizer.FromFolder(sample.Output);
        Assert.Equal(("<|mask|>", null, 881), (tokenizer.IdToToken(881), tokenizer.TokenToId("<|video_pad|>"), result.MaskTokenId));
        Assert.Equal(894, CheckpointFolder.Open(sample.Output).Config.VocabularySize);
    }

    [Fact]
    public void Mask_InAnOrdinaryToken_CannotBeReserved()
    {
        using var sample = new ExportSample("llama", ExportSample.SamePosition with { MaskTokenId = 300 }, rows: 894);

        var error = Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request() with { MaskToken = MaskTokenChoice.Reserved }));

        Assert.Contains("Use --mask-token resize", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 894, 1, 895)]
    [InlineData(false, 894, 64, 896)]
    [InlineData(false, 960, 64, 960)]
    public void Mask_WithARowOfItsOwn_LeavesTheTokenItsOldOne(bool tied, int rows, int padTo, int newRows)
    {
        const int Trained = 300;
        using var sample = new ExportSample("llama", ExportSample.SamePosition with { MaskTokenId = Trained }, rows: rows, tied: tied);

        var result = ModelExporter.Export(sample.Request() with { MaskToken = MaskTokenChoice.Resize, PadVocabularyTo = padTo });

        Assert.Equal(894, result.MaskTokenId);
        Assert.Equal(894, ConversionRecipe.FromFolder(sample.Output)!.MaskTokenId);
        Assert.Equal(894, Tokenizer.FromFolder(sample.Output).TokenToId("<|mask|>"));
        Assert.Equal(newRows, CheckpointFolder.Open(sample.Output).Config.VocabularySize);
        Assert.True(result.MaxRelativeDifference < 1e-4, $"{result.MaxRelativeDifference}");
        using var scope = NewDisposeScope();
        using var before = SafetensorsFile.Open(Path.Combine(sample.Model, "model.safetensors"));
        using var after = SafetensorsFile.Open(Path.Combine(sample.Output, "model.safetensors"));
        using var adapter = SafetensorsFile.Open(Path.Combine(sample.Adapter, "adapter_model.safetensors"));
        var (old, table) = (AdapterFixture.Read(before, "model.embed_tokens.weight"), AdapterFixture.Read(after, "model.embed_tokens.weight"));
        var trained = AdapterFixture.Read(adapter, "base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta");
        Assert.Equal([newRows, 32], table.shape);
        Assert.True(table.narrow(0, 0, 894).Equals(old.narrow(0, 0, 894)));
        Assert.True(table[894].Equals(trained[0]));
        Assert.Equal(tied ? [] : new[] { (long)newRows, 32 }, tied ? [] : after["lm_head.weight"].Shape);
    }

    [Fact]
    public void Export_IntoAFolderThatIsNotEmpty_NeedsOverwrite()
    {
        using var sample = new ExportSample("qwen3", recipe: null);
        ModelExporter.Export(sample.Request());
        var first = File.ReadAllBytes(Path.Combine(sample.Output, "model.safetensors"));

        Assert.Contains("--overwrite", Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request())).Message, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(sample.Output, "model.safetensors")));

        ModelExporter.Export(sample.Request() with { Overwrite = true, MaxShardBytes = 50_000 });
        Assert.False(File.Exists(Path.Combine(sample.Output, "model.safetensors")));
        Assert.Equal(["adapter", "base", "out"], Directory.EnumerateFileSystemEntries(sample.Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Export_OverWhatIsNoCheckpoint_IsRefusedEvenWithOverwrite()
    {
        using var sample = new ExportSample("qwen3", recipe: null);
        Directory.CreateDirectory(sample.Output);
        File.WriteAllText(Path.Combine(sample.Output, "thesis.txt"), "mine");

        Assert.Contains("no checkpoint", Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request() with { Overwrite = true })).Message, StringComparison.Ordinal);
        Assert.Contains("which is read", Assert.Throws<ExportException>(() => ModelExporter.Export(sample.Request() with { Overwrite = true, Output = sample.Root })).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(sample.Output, "thesis.txt")));
    }

    [Fact]
    public void Card_IsMadeOfTheResultAndLiesInTheFolder()
    {
        using var sample = new ExportSample("qwen3", ExportSample.SamePosition);

        var result = ModelExporter.Export(sample.Request() with { Card = r => $"{r.Target} {r.BaseModel} {r.MaskToken} {r.MaskTokenId} {r.BlockSize} {r.Recipe!.Name}" });

        Assert.Contains("README.md", result.Files);
        Assert.Equal("plain base <|mask|> 894 4 same", File.ReadAllText(Path.Combine(sample.Output, "README.md")));
    }

    [Fact]
    public void Export_WhoseCardFails_LeavesNothing()
    {
        using var sample = new ExportSample("qwen3", recipe: null);

        Assert.Throws<InvalidDataException>(() => ModelExporter.Export(sample.Request() with { Card = _ => throw new InvalidDataException("no licence") }));

        sample.AssertNothingLeft();
    }

    [Fact]
    public void Export_Cancelled_LeavesNothing()
    {
        using var sample = new ExportSample("qwen3", recipe: null);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => ModelExporter.Export(sample.Request(), cancellationToken: stop.Token));

        sample.AssertNothingLeft();
    }

    // The check is one that can fail: another adapter's weights in the place of the exported ones are noticed.
    [Fact]
    public void Check_OfAFolderThatDiffers_Fails()
    {
        using var sample = new ExportSample("qwen3", ExportSample.SamePosition);
        ModelExporter.Export(sample.Request() with { Verify = false });
        var mask = MaskTokenPlan.Make(ExportSample.FreeToken, null, 960, null, MaskTokenChoice.Refuse, 1);
        var model = CheckpointFolder.Open(sample.Model);
        var (good, _) = ExportCheck.Compare(model, sample.Adapter, CheckpointFolder.Open(sample.Output), mask, CPU, CancellationToken.None);

        var error = Assert.Throws<ExportException>(() => ExportCheck.Compare(model, sample.Adapter, model, mask, CPU, CancellationToken.None));

        Assert.True(good < 1e-4);
        Assert.Contains("differ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PagedModel_GivesTheLogitsOfTheLoadedModel()
    {
        using var sample = new ExportSample("qwen2", recipe: null, tied: false);
        using var scope = NewDisposeScope();
        using var paged = PagedModel.Open(CheckpointFolder.Open(sample.Model), CPU);
        using var loaded = AdapterFixture.Load(sample.Model);
        int[] ids = [5, 900, 17, 3];

        var expected = AdapterFixture.Logits(loaded, tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0));

        Assert.Equal(expected, paged.Logits(ids, CancellationToken.None).data<float>().ToArray());
    }

    private sealed class Told : IProgress<ExportProgress>
    {
        public List<ExportProgress> Reports { get; } = [];

        public void Report(ExportProgress value) => Reports.Add(value);
    }
}
