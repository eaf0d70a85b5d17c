using System.Text.RegularExpressions;

namespace LoraDiff.Hub.Cards;

/// <summary>What the Hub refuses in a card's front matter, as far as it can be known without asking it.</summary>
public static partial class ModelCardRules
{
    private static readonly string[] Relations = ["adapter", "merge", "quantized", "finetune"];

    /// <summary>Whether a text can be a repository's id with an owner, <c>owner/name</c>.</summary>
    /// <param name="id">Any text, for example a path.</param>
    public static bool IsHubId(string? id)
        => id is { Length: <= 96 } && HubId().IsMatch(id) && !id.Contains("--", StringComparison.Ordinal) && !id.Contains("..", StringComparison.Ordinal) && !id.EndsWith(".git", StringComparison.Ordinal);

    /// <summary>One sentence for each thing that would be refused; empty for a good card.</summary>
    /// <param name="card">The card.</param>
    public static IReadOnlyList<string> Check(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var errors = new List<string>();
        var metadata = card.Metadata;
        foreach (var key in (string[])["license", "license_name", "license_link", "library_name", "pipeline_tag", "base_model_relation"])
        {
            if (metadata.Contains(key) && metadata[key] is not string { Length: > 0 })
            {
                errors.Add($"{key} must be a text, and is {Kind(metadata[key])}.");
            }
        }

        foreach (var key in (string[])["base_model", "tags", "datasets", "language", "metrics"])
        {
            if (metadata.Contains(key) && metadata[key] is not (string or List<object?>) | (metadata[key] is List<object?> list && list.Any(item => item is not string)))
            {
                errors.Add($"{key} must be a text or a list of texts; quote values such as no or 1e3.");
            }
        }

        errors.AddRange(metadata.Texts("base_model").Where(id => !BareName().IsMatch(id) && !IsHubId(id)).Select(id => $"base_model '{id}' is not a Hub id (owner/name); a local path is refused."));
        if (metadata["base_model_relation"] is string relation && !Relations.Contains(relation))
        {
            errors.Add($"base_model_relation is '{relation}'; expected one of {string.Join(", ", Relations)}.");
        }

        if (metadata["license"] is "other" && metadata["license_name"] is not string)
        {
            errors.Add("license is 'other' without license_name.");
        }

        if (metadata.Contains("model-index"))
        {
            errors.AddRange(ModelIndex(metadata["model-index"]));
        }

        return errors;
    }

    private static IEnumerable<string> ModelIndex(object? value)
    {
        if (value is not List<object?> { Count: > 0 } models)
        {
            yield return "model-index must be a list of models.";
            yield break;
        }

        foreach (var model in models)
        {
            if (Member(model, "name") is not string || Member(model, "results") is not List<object?> results)
            {
                yield return "model-index: every entry needs a name and a list of results.";
                continue;
            }

            foreach (var result in results)
            {
                if (Member(Member(result, "task"), "type") is not string || Member(Member(result, "dataset"), "name") is not string || Member(Member(result, "dataset"), "type") is not string)
                {
                    yield return "model-index: every result needs task.type, dataset.name and dataset.type.";
                }

                if (Member(result, "metrics") is not List<object?> { Count: > 0 } metrics || metrics.Any(m => Member(m, "type") is not string || Member(m, "value") is null))
                {
                    yield return "model-index: every result needs metrics, each with type and value.";
                }
            }
        }
    }

    private static object? Member(object? map, string key) => map is Dictionary<string, object?> members && members.TryGetValue(key, out var value) ? value : null;

    private static string Kind(object? value) => value switch { null => "empty", bool or long or double => $"the {value.GetType().Name.ToLowerInvariant()} {value} (quote it)", string => "empty", _ => "a list or mapping" };

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?/[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HubId();

    [GeneratedRegex(@"\A[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BareName();
}
