using YamlDotNet.RepresentationModel;

namespace LoraDiff.Hub.Cards;

/// <summary>The front matter of a card: keys in order. A value is null, a bool, long, double or string, a list of values, or a dictionary from string to value.</summary>
public sealed class CardMetadata
{
    private readonly List<Entry> _entries;

    internal CardMetadata(IEnumerable<Entry> entries, string newLine) => (_entries, NewLine) = ([.. entries], newLine);

    /// <summary>The keys in the order of the file.</summary>
    public IReadOnlyList<string> Keys => [.. _entries.Select(e => e.Key)];

    internal string NewLine { get; }

    /// <summary>The value of a key; null also where there is no such key.</summary>
    /// <param name="key">A top-level key, for example <c>license</c>.</param>
    /// <exception cref="ModelCardException">The value expands, by YAML aliases, to more than a card may hold.</exception>
    public object? this[string key] => Find(key) is { } entry ? CardYaml.ToValue(entry.Node) : null;

    /// <summary>Whether there is such a key.</summary>
    /// <param name="key">A top-level key.</param>
    public bool Contains(string key) => Find(key) is not null;

    /// <summary>The strings of a key that holds one or a list of them; other values are left out.</summary>
    /// <param name="key">A top-level key, for example <c>tags</c>.</param>
    public IReadOnlyList<string> Texts(string key) => this[key] switch
    {
        string text => [text],
        IEnumerable<object?> list => [.. list.OfType<string>()],
        _ => [],
    };

    /// <summary>Sets a key, in place where it exists, else at the end. Strings that look like other types are quoted.</summary>
    /// <param name="key">A top-level key.</param>
    /// <param name="value">Null, bool, int, long, double, string, a sequence of values, or key-value pairs from string to value.</param>
    public void Set(string key, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var entry = CardYaml.Emit(key, value, NewLine);
        var index = _entries.FindIndex(e => e.Key == key);
        if (index >= 0)
        {
            _entries[index] = entry;
        }
        else
        {
            _entries.Add(entry);
        }
    }

    /// <summary>Takes a key out; nothing happens where there is none.</summary>
    /// <param name="key">A top-level key.</param>
    public void Remove(string key) => _entries.RemoveAll(e => e.Key == key);

    internal string ToYaml() => string.Concat(_entries.Select(e => e.Text));

    private Entry? Find(string key) => _entries.Find(e => e.Key == key);

    /// <summary>A key with the lines that hold it.</summary>
    internal sealed record Entry(string Key, string Text, YamlNode Node);
}
