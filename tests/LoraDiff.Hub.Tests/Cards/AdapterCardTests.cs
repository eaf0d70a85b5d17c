using LoraDiff.Hub.Cards;

namespace LoraDiff.Hub.Tests.Cards;

public sealed class AdapterCardTests
{
    internal static AdapterCard Example { get; } = new()
    {
        Title = "my-adapter",
        Repository = "me/my-adapter",
        BaseModel = "Qwen/Qwen3-0.6B",
        License = "apache-2.0",
        Languages = ["en", "no"],
        Datasets = ["org/data"],
        Recipe = "LoraDiff",
        RecipeSettings = [new("`shift`", "`true`")],
        BlockSize = 16,
        MaskToken = "<|mask|>",
        MaskTokenId = 151669,
        Training = [new("Seed", "7"), new("Hardware", "a | b")],
        TrainingCommand = "loradiff convert --model Qwen/Qwen3-0.6B",
        Chart = "loss.png",
        Evaluations =
        [
            new() { Dataset = "eval.jsonl", WithAdapter = false, Decoding = "autoregressive", Accuracy = 0.917, Prompts = 600, TokensPerForward = 1, Command = "loradiff eval --mode ar" },
            new() { Dataset = "eval.jsonl", WithAdapter = true, Decoding = "diffusion, threshold 0.9", Accuracy = 0.893, Prompts = 600, TokensPerForward = 3.87, NllPerToken = 0.01, Command = "loradiff eval --adapter x" },
        ],
    };

    [Fact]
    public void NewCard_HasWhatTheHubWants()
    {
        var card = ModelCard.Parse(Example.ApplyTo().ToString());
        var metadata = card.Metadata;

        Assert.Empty(ModelCardRules.Check(card));
        Assert.Equal(("Qwen/Qwen3-0.6B", "adapter", "peft", "text-generation", "apache-2.0"), (metadata["base_model"], metadata["base_model_relation"], metadata["library_name"], metadata["pipeline_tag"], metadata["license"]));
        Assert.Equal(["base_model:adapter:Qwen/Qwen3-0.6B", "lora", "transformers", "loradiff", "block-diffusion"], metadata.Texts("tags"));
        Assert.Equal(["en", "no"], metadata.Texts("language"));
        Assert.All(["# my-adapter", "151669", "3.87", "loradiff eval --mode ar", "](loss.png)", "DownloadSnapshotAsync(new(\"me/my-adapter\"))", "PeftModel.from_pretrained", "a \\| b", "## Limits"], part => Assert.Contains(part, card.Body, StringComparison.Ordinal));
    }

    [Fact]
    public void Card_WithoutABaseOnTheHub_LeavesItOutAndSaysSo()
    {
        var card = (Example with { BaseModel = null }).ApplyTo();

        Assert.Empty(ModelCardRules.Check(card));
        Assert.False(card.Metadata.Contains("base_model"));
        Assert.False(card.Metadata.Contains("base_model_relation"));
        Assert.Contains("not named here", card.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void ApplyTo_ItsOwnCard_ChangesNothing()
    {
        var once = Example.ApplyTo().ToString();
        Assert.Equal(once, Example.ApplyTo(ModelCard.Parse(once)).ToString());
    }

    [Fact]
    public void ApplyTo_AnEditedCard_KeepsTheEdits_AndBringsItsOwnUpToDate()
    {
        var card = Example.ApplyTo();
        card.Metadata.Set("license", "mit");
        card.Metadata.Set("thumbnail", "a.png");
        card.Metadata.Remove("language");
        card.Body = "Before.\n" + card.Body.Replace("## Limits", "## Vandalised", StringComparison.Ordinal) + "\nAfter.\n";

        var again = (Example with { BlockSize = 32, Datasets = [], License = "gpl-3.0", BaseModel = "Qwen/Qwen3-1.7B" }).ApplyTo(ModelCard.Parse(card.ToString()));

        Assert.Equal(("mit", "a.png", "Qwen/Qwen3-1.7B"), (again.Metadata["license"], again.Metadata["thumbnail"], again.Metadata["base_model"]));
        Assert.False(again.Metadata.Contains("language"));
        Assert.False(again.Metadata.Contains("datasets"));
        Assert.StartsWith("Before.\n", again.Body, StringComparison.Ordinal);
        Assert.EndsWith("\nAfter.\n", again.Body, StringComparison.Ordinal);
        Assert.Contains("## Limits", again.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("## Vandalised", again.Body, StringComparison.Ordinal);
        Assert.Equal("mit", (Example with { License = "gpl-3.0" }).ApplyTo(again).Metadata["license"]);
    }

    [Fact]
    public void ApplyTo_ACardOfSomebodyElse_AddsWhatIsMissing()
    {
        var card = ModelCard.Parse("---\r\nlibrary_name: other\r\ntags: [mine, lora]\r\n---\r\n# Theirs\r\n");
        var ours = Example.ApplyTo(card);

        Assert.Equal("other", ours.Metadata["library_name"]);
        Assert.Equal(["mine", "lora", "base_model:adapter:Qwen/Qwen3-0.6B", "transformers", "loradiff", "block-diffusion"], ours.Metadata.Texts("tags"));
        Assert.StartsWith("# Theirs\r\n\r\n<!-- loradiff:begin", ours.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", ours.ToString().Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
