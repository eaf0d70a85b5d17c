using System.Text.Json;

namespace LoraDiff.Bench.Tokenizers;

/// <summary>How one would load a BPE tokenizer.json without much thought: a JsonDocument, a dictionary of tokens, a dictionary of merges.</summary>
internal static class NaiveWalk
{
    public static (Dictionary<string, int> Vocabulary, Dictionary<(string Left, string Right), int> Merges) Load(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var model = json.RootElement.GetProperty("model");
        var vocabulary = new Dictionary<string, int>();
        foreach (var token in model.GetProperty("vocab").EnumerateObject())
        {
            vocabulary[token.Name] = token.Value.GetInt32();
        }

        var merges = new Dictionary<(string, string), int>();
        foreach (var merge in model.GetProperty("merges").EnumerateArray())
        {
            var pair = merge.ValueKind == JsonValueKind.String ? merge.GetString()!.Split(' ') : [merge[0].GetString()!, merge[1].GetString()!];
            merges[(pair[0], pair[1])] = merges.Count;
        }

        return (vocabulary, merges);
    }
}
