namespace LoraDiff.Hub.Cards;

/// <summary>The front matter of an adapter's card.</summary>
internal static class CardFrontMatter
{
    private const string Task = "text-generation";

    public static IReadOnlyList<KeyValuePair<string, object?>> Of(AdapterCard card)
    {
        var keys = new List<KeyValuePair<string, object?>>();
        if (card.BaseModel is { } baseModel)
        {
            Add("base_model", baseModel);
            Add("base_model_relation", "adapter");
        }

        Add("library_name", "peft");
        Add("pipeline_tag", Task);
        AddText("license", card.License);
        AddText("license_name", card.LicenseName);
        AddText("license_link", card.LicenseLink);
        AddList("language", card.Languages);
        AddList("datasets", card.Datasets);
        AddList("tags", [.. card.BaseModel is { } id ? (string[])[$"base_model:adapter:{id}"] : [], "lora", "transformers", "loradiff", "block-diffusion"]);
        if (card.Evaluations.Any(e => e.WithAdapter))
        {
            Add("model-index", ModelIndex(card));
        }

        return keys;

        void Add(string key, object? value) => keys.Add(new(key, value));

        void AddText(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                Add(key, value);
            }
        }

        void AddList(string key, IReadOnlyList<string> values)
        {
            if (values.Count > 0)
            {
                Add(key, values.Cast<object?>().ToList());
            }
        }
    }

    private static List<object?> ModelIndex(AdapterCard card) =>
    [
        Map(
            ("name", card.Title),
            ("results", card.Evaluations.Where(e => e.WithAdapter).Select(e => (object?)Map(
                ("task", Map(("type", Task))),
                ("dataset", Map(("name", e.Dataset), ("type", ModelCardRules.IsHubId(e.Dataset) ? e.Dataset : "custom"))),
                ("metrics", (List<object?>)
                [
                    Map(("type", "accuracy"), ("value", Rounded(e.Accuracy)), ("name", $"exact answers ({e.Decoding})")),
                    Map(("type", "tokens_per_forward"), ("value", Rounded(e.TokensPerForward)), ("name", $"tokens per forward ({e.Decoding})")),
                ]))).ToList())),
    ];

    private static double Rounded(double value) => Math.Round(value, 4);

    private static Dictionary<string, object?> Map(params (string Key, object? Value)[] members) => members.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
}
