using System.Text.Json.Nodes;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Checkpoints;

namespace LoraDiff.Conversion.Tests.Models;

public sealed class ModelConfigTests
{
    [Theory]
    [InlineData("qwen3-tied", "model_type", "\"gpt2\"")]
    [InlineData("qwen3-tied", "hidden_act", "\"gelu\"")]
    [InlineData("qwen3-tied", "use_sliding_window", "true")]
    [InlineData("qwen3-tied", "layer_types", """["full_attention","sliding_attention","full_attention"]""")]
    [InlineData("qwen3-tied", "layer_types", """["full_attention"]""")]
    [InlineData("qwen3-tied", "num_experts", "64")]
    [InlineData("qwen3-tied", "quantization_config", """{"quant_method":"gptq"}""")]
    [InlineData("qwen3-tied", "mlp_bias", "true")]
    [InlineData("qwen3-tied", "partial_rotary_factor", "0.5")]
    [InlineData("qwen3-tied", "something_new", "1.5")]
    [InlineData("qwen3-tied", "something_new", "\"alibi\"")]
    [InlineData("qwen3-tied", "num_key_value_heads", "3")]
    [InlineData("qwen3-tied", "num_key_value_heads", "0")]
    [InlineData("qwen3-tied", "num_key_value_heads", "null")]
    [InlineData("qwen3-tied", "hidden_size", "\"64\"")]
    [InlineData("qwen3-tied", "hidden_size", "64.5")]
    [InlineData("qwen3-tied", "head_dim", "15")]
    [InlineData("qwen3-tied", "vocab_size", "null")]
    [InlineData("qwen3-tied", "rms_norm_eps", "0")]
    [InlineData("qwen3-tied", "tie_word_embeddings", "\"yes\"")]
    [InlineData("qwen3-tied", "architectures", """["Qwen3Model"]""")]
    [InlineData("qwen3-tied", "rope_parameters", """{"rope_type":"dynamic","factor":2.0}""")]
    [InlineData("qwen3-tied", "rope_parameters", """{"rope_type":"longrope","factor":2.0}""")]
    [InlineData("qwen3-tied", "rope_parameters", """{"rope_type":"default","mrope_section":[1,2]}""")]
    [InlineData("qwen3-tied", "rope_parameters", """{"full_attention":{"rope_type":"default"}}""")]
    [InlineData("qwen3-tied", "rope_parameters", "[]")]
    [InlineData("mistral", "sliding_window", "4096")]
    [InlineData("llama", "final_logit_softcapping", "30.0")]
    [InlineData("llama", "residual_multiplier", "0.22")]
    [InlineData("llama", "hidden_act", "\"relu\"")]
    public void UnsupportedOrBroken_IsRefusedByName(string model, string key, string value)
    {
        using var copy = new CheckpointCopy(model).Edit("config.json", c => c[key] = JsonNode.Parse(value));
        var e = Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(copy.Folder));
        Assert.Contains($"'{key}", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("config.json", e.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen2-tied", "sliding_window", "4096")]
    [InlineData("qwen3-tied", "_name_or_path", "\"somewhere\"")]
    [InlineData("qwen3-tied", "quantization_config", "null")]
    [InlineData("qwen3-tied", "num_experts", "null")]
    [InlineData("qwen3-tied", "pruned_heads", "{}")]
    [InlineData("llama", "pretraining_tp", "1")]
    [InlineData("llama", "num_key_value_heads", "null")]
    [InlineData("llama", "head_dim", "null")]
    public void WithoutEffect_IsAccepted(string model, string key, string value)
    {
        using var copy = new CheckpointCopy(model).Edit("config.json", c => c[key] = JsonNode.Parse(value));
        Assert.Equal(model.Split('-')[0], CheckpointFolder.Open(copy.Folder).Config.ModelType);
    }

    [Fact]
    public void UnknownKey_ListedByTheCaller_IsAccepted()
    {
        using var copy = new CheckpointCopy("llama").Edit("config.json", c => c["something_new"] = 3);
        Assert.Equal(3, CheckpointFolder.Open(copy.Folder, new ModelLoadOptions { IgnoredConfigKeys = ["something_new"] }).Config.Layers);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"model_type":"llama","model_type":"llama"}""")]
    [InlineData("""{"model_type":"\ud800"}""")]
    [InlineData("{}")]
    public void NotAConfiguration_IsRefused(string text)
    {
        using var copy = new CheckpointCopy("llama");
        File.WriteAllText(Path.Combine(copy.Folder, "config.json"), text);
        Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(copy.Folder));
    }

    // Values by transformers 5.23's ROPE_INIT_FUNCTIONS for the same parameters.
    [Fact]
    public void YarnFrequencies_AreThoseOfTransformers()
    {
        var yarn = CheckpointFolder.Open(Fixtures.FixtureFolder.Require("models", "qwen3-yarn")).Config;
        Assert.Equal((RotaryKind.Yarn, 64, 4.0), (yarn.Rotary.Kind, yarn.Rotary.OriginalMaxPositions, yarn.Rotary.Factor));
        Assert.Equal(1.1386294361119891, yarn.Rotary.AttentionFactor, 12);
        Assert.Equal(8, yarn.Rotary.InverseFrequencies(yarn.HeadDim).Length);
    }

    [Fact]
    public void Configurations_OfBothVersions_AreEqual()
    {
        foreach (var model in Fixtures.FixtureFolder.Cases("models"))
        {
            var folder = Fixtures.FixtureFolder.Require("models", model);
            var five = ModelConfig.Read(Path.Combine(folder, "config.json"));
            var four = ModelConfig.Read(Path.Combine(folder, "config.transformers4.json"));
            Assert.Equal(five with { Architectures = [] }, four with { Architectures = [] });
        }
    }
}
