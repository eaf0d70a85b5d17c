using System.Text.RegularExpressions;

namespace LoraDiff.Adapters.Matching;

/// <summary>PEFT's <c>rank_pattern</c> and <c>alpha_pattern</c>: the first pattern, in order, that matches the end of a module's name at a dot.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class PatternTable<T>
{
    private readonly string _key;
    private readonly IReadOnlyDictionary<string, T> _values;
    private readonly (Regex Regex, T Value)[] _patterns;

    public PatternTable(IReadOnlyDictionary<string, T> values, string key)
    {
        _key = key;
        _values = values;
        _patterns = [.. values.Select(pair => (PythonRegex.Match(@"(.*\.)?(", pair.Key, ")$", key), pair.Value))];
    }

    public T For(string name, T otherwise)
    {
        foreach (var (regex, value) in _patterns)
        {
            if (PythonRegex.Matches(regex, name, _key))
            {
                return value;
            }
        }

        return _values.TryGetValue(name, out var exact) ? exact : otherwise;
    }
}
