using System.Text.Json;

namespace LoraDiff.Adapters.Tests.Files;

public sealed class AdapterConfigTests
{
    [Fact]
    public void FromJson_SmallestUsefulFile_TakesPeftDefaults()
    {
        var options = LoraOptions.FromJson("""{ "target_modules": ["q_proj", "v_proj"], "peft_type": "LORA" }""");

        Assert.Equal(8, options.Rank);
        Assert.Equal(8, options.Alpha);
        Assert.Equal(LoraInit.Default, options.Init);
        Assert.Equal(["q_proj", "v_proj"], options.TargetModules!.Names);
        Assert.Null(options.TaskType);
    }

    [Fact]
    public void FromJson_UnknownKey_WarnsByName()
    {
        var options = LoraOptions.FromJson("""{"peft_type": "LORA", "use_quantum": true, "unset_future_key": null}""");

        Assert.Contains("use_quantum", Assert.Single(options.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("unset_future_key", options.Warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target_parameters", """["mlp.experts.gate_up_proj"]""")]
    [InlineData("layer_replication", "[[0, 2], [1, 3]]")]
    [InlineData("alora_invocation_tokens", "[1, 2]")]
    [InlineData("use_qalora", "true")]
    [InlineData("kasa_config", """{"beta": 1}""")]
    [InlineData("velora_config", """{"rank": 1}""")]
    [InlineData("monteclora_config", """{"num_samples": 8}""")]
    [InlineData("arrow_config", """{"top_k": 3}""")]
    [InlineData("use_bdlora", """{"nblocks": 2}""")]
    [InlineData("megatron_config", """{"a": 1}""")]
    public void FromJson_KeyThatChangesTheMaths_IsRefusedByName(string key, string value)
    {
        var error = Assert.Throws<AdapterException>(() => LoraOptions.FromJson($$"""{"peft_type": "LORA", "{{key}}": {{value}}}"""));

        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"peft_type": "LOHA"}""", "LOHA")]
    [InlineData("""{"r": 4}""", "peft_type")]
    [InlineData("""{"peft_type": "LORA", "r": "four"}""", "r is \"four\"")]
    [InlineData("""{"peft_type": "LORA", "r": 2.5}""", "r is 2.5")]
    [InlineData("""{"peft_type": "LORA", "bias": "some"}""", "some")]
    [InlineData("""{"peft_type": "LORA", "task_type": "POETRY"}""", "POETRY")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "corda"}""", "corda")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "pissa_niter_16"}""", "pissa_niter_16")]
    [InlineData("""{"peft_type": "LORA", "target_modules": 3}""", "target_modules")]
    [InlineData("""{"peft_type": "LORA", "rank_pattern": {"q_proj": "two"}}""", "rank_pattern['q_proj']")]
    [InlineData("""{"peft_type": "LORA", "rank_pattern": {"q_proj": 0}}""", "rank_pattern['q_proj']")]
    [InlineData("""{"peft_type": "LORA", "lora_dropout": 1.0}""", "lora_dropout")]
    [InlineData("""{"peft_type": "LORA", "layers_pattern": "h"}""", "layers_to_transform")]
    [InlineData("""{"peft_type": "LORA", "use_dora": true, "lora_bias": true}""", "use_dora")]
    [InlineData("[]", "object")]
    [InlineData("{", "JSON")]
    public void FromJson_WhatCannotBeHonoured_IsRefusedByName(string json, string named)
    {
        var error = Assert.Throws<AdapterException>(() => LoraOptions.FromJson(json));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_EveryOption_ReadsBackTheSame()
    {
        var options = new LoraOptions
        {
            Rank = 3,
            Alpha = 0.5,
            Dropout = 0.05,
            UseRslora = true,
            Bias = BiasTraining.LoraOnly,
            Init = LoraInit.Gaussian,
            TargetModules = ["q_proj", "ü"],
            ExcludeModules = @".*\.0\..*",
            LayersToTransform = 2,
            LayersPattern = ["h", "layers"],
            RankPattern = new OrderedDictionary<string, int> { ["q_proj"] = 2 },
            AlphaPattern = new OrderedDictionary<string, double> { ["v_proj"] = 1.5 },
            ModulesToSave = ["lm_head"],
            TrainableTokens = TokenRows.In(new Dictionary<string, IReadOnlyList<long>> { ["embed_tokens"] = [1, 2] }),
            BaseModel = "some/model",
        };

        var json = options.ToJson();

        Assert.Equal(json, LoraOptions.FromJson(json).ToJson());
        Assert.Contains("\"\\u00fc\"", json, StringComparison.Ordinal);
        Assert.Contains("\"lora_alpha\": 0.5,", json, StringComparison.Ordinal);
        Assert.Contains("\"layers_to_transform\": 2,", json, StringComparison.Ordinal);
        using var parsed = JsonDocument.Parse(json);
        Assert.Equal(41, parsed.RootElement.EnumerateObject().Count());
    }
}
