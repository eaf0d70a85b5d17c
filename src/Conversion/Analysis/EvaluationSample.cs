using System.Text.Json;

namespace LoraDiff.Conversion.Analysis;

/// <summary>A prompt whose answer can be checked: one line of an evaluation file.</summary>
/// <param name="Prompt">What the user says.</param>
/// <param name="Completion">A right completion, for the likelihood; null where the line has none.</param>
/// <param name="Answer">What <see cref="ExactAnswer"/> looks for; the completion where the line names none.</param>
/// <param name="Kind">Kind of the sample; null where the line names none.</param>
public sealed record EvaluationSample(string Prompt, string? Completion, string Answer, string? Kind)
{
    /// <summary>Reads a JSONL file of <c>{"prompt", "completion", "answer", "kind"}</c>; a line needs the prompt and one of completion and answer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most samples to read; null reads all.</param>
    /// <param name="cancellationToken">Looked at before every line.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is a folder, or a line is not such an object; the message names file and line.</exception>
    public static IReadOnlyList<EvaluationSample> ReadFile(string path, int? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            const string Expected = "Expected a JSONL file: one object with \"prompt\" and \"answer\" or \"completion\" a line.";
            throw Directory.Exists(path) ? new InvalidDataException($"'{path}' is a folder. {Expected}") : new FileNotFoundException($"There is no evaluation file '{path}'. {Expected}", path);
        }

        List<EvaluationSample> samples = [];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            if (samples.Count >= limit)
            {
                break;
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                samples.Add(Parse(line, $"{path}, line {number}"));
            }
        }

        return samples.Count > 0 || limit == 0 ? samples : throw new InvalidDataException($"{path} holds no sample; it needs one JSON object a line.");
    }

    private static EvaluationSample Parse(string line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var prompt = Text(document.RootElement, "prompt", where) ?? throw new InvalidDataException($"{where}: 'prompt' is missing.");
            var completion = Text(document.RootElement, "completion", where);
            var answer = Text(document.RootElement, "answer", where) ?? completion
                ?? throw new InvalidDataException($"{where}: neither 'answer' nor 'completion' is there; without one nothing can be checked.");
            return new EvaluationSample(prompt, completion, answer, Text(document.RootElement, "kind", where));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{where} is not a JSON object: {exception.Message}", exception);
        }
    }

    private static string? Text(JsonElement line, string name, string where)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{where} is a JSON {line.ValueKind}, not an object.");
        }

        return !line.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw new InvalidDataException($"{where}: '{name}' is a JSON {value.ValueKind}, not a string.");
    }
}
