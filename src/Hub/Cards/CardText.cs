using System.Globalization;
using System.Text;

namespace LoraDiff.Hub.Cards;

/// <summary>The Markdown of an adapter's card.</summary>
internal static class CardText
{
    public static string Of(AdapterCard card)
    {
        var text = new StringBuilder();
        var baseModel = card.BaseModel is { } id ? $"[{id}](https://huggingface.co/{id})" : "its base model";
        text.AppendLine(CultureInfo.InvariantCulture, $"A LoRA adapter that turns {baseModel} into a block-diffusion language model: text is written block after block, and several tokens of a block become final in one forward pass. With the adapter off, the base model is what it was.");
        if (card.BaseModel is null)
        {
            text.AppendLine().AppendLine("The base model is not named here: the adapter was trained on a local folder whose Hub id is not known.");
        }

        Heading(text, "What it is");
        Table(text, [new("Recipe", card.Recipe), new("Block size", card.BlockSize.ToString(CultureInfo.InvariantCulture)), new("Mask token", $"`{card.MaskToken}` (id {card.MaskTokenId})")]);
        if (card.RecipeSettings.Count > 0)
        {
            text.AppendLine().AppendLine("<details><summary>All settings of the recipe (loradiff.json)</summary>").AppendLine();
            Table(text, card.RecipeSettings);
            text.AppendLine().AppendLine("</details>");
        }

        Training(text, card);
        Numbers(text, card);
        Use(text, card);
        Heading(text, "Limits");
        text.AppendLine("* The adapter knows one way to decode, the one that it was trained for; `loradiff.json` records it, and LoraDiff refuses others.");
        text.AppendLine("* Blocks larger than the block size above were never seen in training. A lower threshold is faster and less accurate.");
        text.AppendLine("* What the base model cannot do, gets wrong or is biased about, the adapter does not mend.");
        return text.ToString();
    }

    private static void Training(StringBuilder text, AdapterCard card)
    {
        if (card.Training.Count == 0 && card.Chart is null)
        {
            return;
        }

        Heading(text, "How it was trained");
        if (card.Training.Count > 0)
        {
            Table(text, card.Training);
        }

        if (card.TrainingCommand is { } command)
        {
            Code(text, "", command);
        }

        if (card.Chart is { } chart)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"![Loss against steps; the loss rises where the block size grows]({chart})");
        }
    }

    private static void Numbers(StringBuilder text, AdapterCard card)
    {
        if (card.Evaluations.Count == 0)
        {
            return;
        }

        Heading(text, "Base against diffusion");
        text.AppendLine("| | data | prompts | right | tokens per forward | nats per token |").AppendLine("|---|---|---|---|---|---|");
        foreach (var e in card.Evaluations)
        {
            var nll = e.NllPerToken is { } nats ? nats.ToString("F4", CultureInfo.InvariantCulture) : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Cell($"{(e.WithAdapter ? "this adapter" : "base")}, {e.Decoding}")} | {Cell(e.Dataset)} | {e.Prompts} | {e.Accuracy:P1} | {e.TokensPerForward:F2} | {nll} |");
        }

        text.AppendLine().AppendLine("Made by:");
        Code(text, "", string.Join('\n', card.Evaluations.Select(e => e.Command).Distinct(StringComparer.Ordinal)));
    }

    private static void Use(StringBuilder text, AdapterCard card)
    {
        var model = card.BaseModel ?? "BASE_MODEL_FOLDER";
        Heading(text, "Use it");
        text.AppendLine("From the command line:");
        Code(text, "", $"loradiff generate --model {model} --adapter {card.Repository} --prompt \"...\"");
        text.AppendLine().AppendLine("From .NET:");
        Code(text, "csharp", $"""
            using LoraDiff.Conversion;
            using LoraDiff.Hub;

            using var hub = HubClient.Create();
            var folder = {(ModelCardRules.IsHubId(card.Repository) ? $"await hub.DownloadSnapshotAsync(new(\"{card.Repository}\"))" : $"\"{card.Repository}\"")};
            var baseFolder = {(card.BaseModel is null ? $"\"{model}\"" : $"await hub.DownloadSnapshotAsync(new(\"{model}\"))")};
            using var model = LanguageModel.Load(baseFolder, folder);
            Console.WriteLine(model.Generate("...").Text);
            """);
        text.AppendLine().AppendLine("From Python, as any PEFT adapter. `generate` then decodes token by token; block diffusion needs a decoder that follows `loradiff.json`.");
        Code(text, "python", $"""
            from transformers import AutoModelForCausalLM, AutoTokenizer
            from peft import PeftModel

            base = AutoModelForCausalLM.from_pretrained("{model}")
            model = PeftModel.from_pretrained(base, "{card.Repository}")
            tokenizer = AutoTokenizer.from_pretrained("{card.Repository}")
            """);
    }

    private static void Heading(StringBuilder text, string title)
    {
        if (text.Length > 0)
        {
            text.AppendLine();
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
    }

    private static void Table(StringBuilder text, IReadOnlyList<KeyValuePair<string, string>> rows)
    {
        text.AppendLine("| | |").AppendLine("|---|---|");
        foreach (var (label, value) in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(label)} | {Cell(value)} |");
        }
    }

    private static string Cell(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    // A fence one longer than the longest run of backticks inside.
    private static void Code(StringBuilder text, string language, string code)
    {
        var (longest, run) = (0, 0);
        foreach (var c in code)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', Math.Max(3, longest + 1));
        text.AppendLine().AppendLine(fence + language).AppendLine(code).AppendLine(fence);
    }
}
