using LoraDiff.Cli.Cards;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Export;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Cli.Tests.Cards;

public sealed class MergedCardTests
{
    private static readonly ExportResult Result = new()
    {
        Path = "somewhere/my-model",
        Target = "sdar",
        Files = [],
        Shards = 1,
        Bytes = 1,
        MaskToken = "<|MASK|>",
        MaskTokenId = 151_669,
        Recipe = ConversionRecipe.EfficientDlm,
        BaseModel = "Qwen/Qwen3-0.6B",
        Warnings = ["Tell the server the block size."],
    };

    [Fact]
    public void Card_OfAMergedFolder_HasWhatTheHubWants()
    {
        using var places = new Places();
        Write(places.At("base"), "license: apache-2.0\nlanguage: [en, zh]\ntags: [chat]");
        Write(places.At("adapter"), "license: mit\ndatasets: [org/data]\nlibrary_name: peft");

        var card = ModelCard.Parse(MergedCard.Open(places.At("base"), places.At("adapter"), TextWriter.Null).Write(Result));

        Assert.Empty(ModelCardRules.Check(card));
        Assert.Equal(["Qwen/Qwen3-0.6B", "merge", "transformers", "text-generation", "apache-2.0"], new[] { "base_model", "base_model_relation", "library_name", "pipeline_tag", "license" }.Select(key => card.Metadata[key]));
        Assert.Equal(["en", "zh"], card.Metadata.Texts("language"));
        Assert.Equal(["org/data"], card.Metadata.Texts("datasets"));
        Assert.Equal(["loradiff", "block-diffusion", "sdar", "custom_code"], card.Metadata.Texts("tags"));
        Assert.All(["# my-model", "| Block size | 16 |", @"`<\|MASK\|>` (id 151669)", "block-causal, same position", "* Tell the server the block size."], part => Assert.Contains(part, card.Body, StringComparison.Ordinal));
    }

    [Fact]
    public void Card_OverALocalBase_NamesNone()
    {
        using var places = new Places();

        var card = ModelCard.Parse(MergedCard.Open(places.At("base"), places.At("adapter"), TextWriter.Null).Write(Result with { Target = "plain", Recipe = null, BaseModel = "/data/models/qwen" }));

        Assert.Empty(ModelCardRules.Check(card));
        Assert.False(card.Metadata.Contains("base_model"));
        Assert.Equal(["loradiff"], card.Metadata.Texts("tags"));
    }

    [Fact]
    public void Card_OverABaseWhoseCardIsBroken_SaysSoAndGoesOn()
    {
        using var places = new Places();
        Write(places.At("base"), "license: [apache-2.0");
        using var warnings = new StringWriter();

        var card = ModelCard.Parse(MergedCard.Open(places.At("base"), places.At("adapter"), warnings).Write(Result));

        Assert.StartsWith($"warning: nothing was taken from {places.At("base", "README.md")}: ", warnings.ToString(), StringComparison.Ordinal);
        Assert.False(card.Metadata.Contains("license"));
    }

    private static void Write(string folder, string yaml)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "README.md"), $"---\n{yaml}\n---\n# Something\n");
    }
}
