using System.Globalization;

namespace LoraDiff.Bench;

/// <summary>Options of the form <c>--name value</c>; a name without a value is a flag.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{words[i]}' is not an option; options are --name value.");
            }

            var flag = i + 1 == words.Count || words[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[words[i][2..]] = flag ? "true" : words[++i];
        }
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public bool Flag(string name) => _values.ContainsKey(name);
}
