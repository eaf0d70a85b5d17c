using System.Text.Json;
using LoraDiff.Adapters;

namespace LoraDiff.Conversion.Tests;

public sealed class LoraKeysTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The form on the command line, and what PEFT's file must say for it.</summary>
    [Theory]
    [InlineData("modules_to_save", "norm", """["norm"]""")]
    [InlineData("modules_to_save", "\"norm\"", """["norm"]""")]
    [InlineData("modules_to_save", "norm, lm_head", """["norm","lm_head"]""")]
    [InlineData("modules_to_save", "null", "null")]
    [InlineData("target_modules", "q_proj", """["q_proj"]""")]
    [InlineData("target_modules", "q_proj,self_attn.v_proj", """["q_proj","self_attn.v_proj"]""")]
    [InlineData("target_modules", "[\"q_proj\"]", """["q_proj"]""")]
    [InlineData("target_modules", "all-linear", "\"all-linear\"")]
    [InlineData("target_modules", @".*\.(q|v)_proj", "\".*\\\\.(q|v)_proj\"")]
    [InlineData("target_modules", "\"q_proj\"", "\"q_proj\"")]
    [InlineData("exclude_modules", "v_proj", """["v_proj"]""")]
    [InlineData("exclude_modules", ".*mlp.*", "\".*mlp.*\"")]
    [InlineData("trainable_token_indices", "5", "[5]")]
    [InlineData("trainable_token_indices", "5,6", "[5,6]")]
    [InlineData("trainable_token_indices", """{"embed_tokens":[5]}""", """{"embed_tokens":[5]}""")]
    [InlineData("rank_pattern", """{"q_proj":4}""", """{"q_proj":4}""")]
    [InlineData("init_lora_weights", "pissa", "\"pissa\"")]
    [InlineData("init_lora_weights", "true", "true")]
    public void With_AValueInAShortForm_WritesWhatPeftReads(string key, string value, string expected)
    {
        var json = JsonDocument.Parse(Request().With(key, value).Lora.ToJson()).RootElement.GetProperty(key);

        Assert.Equal(expected, JsonSerializer.Serialize(json, Relaxed));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0,2", "[0,2]")]
    [InlineData("[1]", "[1]")]
    public void With_Layers_TakesNumbersBetweenCommas(string value, string expected)
    {
        var lora = Request().With([new("layers_to_transform", value), new("target_modules", "q_proj"), new("layers_pattern", "layers")]).Lora;

        var json = JsonDocument.Parse(lora.ToJson()).RootElement;
        Assert.Equal(expected, JsonSerializer.Serialize(json.GetProperty("layers_to_transform")));
        Assert.Equal("""["layers"]""", JsonSerializer.Serialize(json.GetProperty("layers_pattern")));
    }

    [Fact]
    public void With_SettingsInAnyOrder_GivesTheSame()
    {
        KeyValuePair<string, string>[] settings =
        [
            new("layers_to_transform", "0"), new("target_modules", "q_proj,v_proj"), new("init_lora_weights", "orthogonal"), new("r", "5"), new("r", "6"), new("learning_rate", "0.1"), new("name", "mine"),
            new("max_length", "64"),
        ];

        var one = Request().With(settings);
        var other = Request().With([.. settings.Where(s => s.Key != "r").Reverse(), .. settings.Where(s => s.Key == "r")]);

        Assert.Equal(one.Lora.ToJson(), other.Lora.ToJson());
        Assert.Equal((6, 0.1, "mine", 64), (one.Lora.Rank, one.Training.LearningRate, one.Recipe.Name, one.DataOptions.MaxLength));
        Assert.Equal((one.Recipe, one.Training, one.DataOptions), (other.Recipe, other.Training, other.DataOptions));
    }

    [Theory]
    [InlineData("layers_to_transform", "0", "'layers_to_transform=0'", "'all-linear', which means")]
    [InlineData("r", "much", "'r=much': r is \"much\"", "expected")]
    [InlineData("r", "99999999999", "'r=99999999999': r is 99999999999", "2147483647")]
    [InlineData("lora_alpha", "1e300", "'lora_alpha=1e300': lora_alpha is 1E+300", "float32")]
    [InlineData("lora_dropout", "1", "'lora_dropout=1': lora_dropout is 1", "below 1")]
    [InlineData("target_modules", "q_proj,", "'target_modules=q_proj,'", "beside a comma")]
    [InlineData("modules_to_save", ",", "'modules_to_save=,'", "beside a comma")]
    [InlineData("exclude_modules", "", "'exclude_modules='", "the value is missing")]
    [InlineData("trainable_token_indices", "mask", "'trainable_token_indices=mask'", "\"mask\"")]
    [InlineData("rank_pattern", "q_proj", "'rank_pattern=q_proj'", "an object")]
    [InlineData("bias", "some", "'bias=some'", "none, all or lora_only")]
    public void With_AValueThatDoesNotFit_NamesKeyAndValue(string key, string value, params string[] parts)
    {
        var error = Assert.Throws<RecipeException>(() => Request().With(key, value));

        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("regular expression 'all-linear'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("adapter_config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lora_alpha", "0", "lora_alpha is 0")]
    [InlineData("lora_alpha", "-8", "lora_alpha is -8")]
    [InlineData("r", "65537", "r is 65537")]
    [InlineData("rank_pattern", """{"q_proj":65537}""", "rank_pattern['q_proj'] is 65537")]
    [InlineData("batch_size", "1048577", "batch_size is 1048577")]
    [InlineData("block_schedule.max", "4097", "block_schedule.max is 4097")]
    [InlineData("alpha_pattern", """{"q_proj":0}""", "alpha_pattern['q_proj'] is 0")]
    [InlineData("trainable_token_indices", "-1", "trainable_token_indices is -1")]
    public void Validate_WhereAnAdapterCouldNotLearn_NamesKeyAndValue(string key, string value, string said)
        => Assert.StartsWith(said, Assert.Throws<RecipeException>(Request().With(key, value).Validate).Message, StringComparison.Ordinal);

    private static ConversionRequest Request() => new() { Model = "model", Data = "data.jsonl", Output = Path.Combine(Path.GetTempPath(), "loradiff-never-made"), Training = new() { Steps = 1 } };
}
