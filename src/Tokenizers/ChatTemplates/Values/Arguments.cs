using System.Numerics;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>The values that a call gives.</summary>
internal sealed class Arguments(string called, IReadOnlyList<object?> positional, IReadOnlyList<(string Name, object? Value)> named)
{
    private readonly HashSet<string> _used = [];

    public string Called => called;

    public IReadOnlyList<object?> Positional => positional;

    public IReadOnlyList<(string Name, object? Value)> Named => named;

    /// <summary>The argument at a place or of a name; false where it is not given.</summary>
    public bool TryGet(int index, string name, out object? value)
    {
        _used.Add(name);
        if (index >= 0 && index < positional.Count)
        {
            value = positional[index];
            return true;
        }

        foreach (var (key, given) in named)
        {
            if (key == name)
            {
                value = given;
                return true;
            }
        }

        value = null;
        return false;
    }

    public object? Get(int index, string name, object? otherwise = null) => TryGet(index, name, out var value) ? value : otherwise;

    public object? Require(int index, string name)
        => TryGet(index, name, out var value) ? value : throw Wrong($"needs the argument '{name}'");

    public string Text(int index, string name, string otherwise) => Get(index, name, otherwise) switch
    {
        string text => text,
        Undefined undefined => throw undefined.Error(),
        var value => throw Wrong($"needs text for '{name}', not a {PythonText.TypeName(value)}"),
    };

    public string? OptionalText(int index, string name) => Get(index, name) is null ? null : Text(index, name, "");

    public bool Flag(int index, string name, bool otherwise) => TryGet(index, name, out var value) ? PythonCompare.Truth(value) : otherwise;

    public int Integer(int index, string name, int otherwise) => Get(index, name, (BigInteger)otherwise) switch
    {
        bool flag => flag ? 1 : 0,
        BigInteger number => number > int.MaxValue ? int.MaxValue : number < int.MinValue ? int.MinValue : (int)number,
        Undefined undefined => throw undefined.Error(),
        var value => throw Wrong($"needs a whole number for '{name}', not a {PythonText.TypeName(value)}"),
    };

    /// <summary>Fails when more was given than places, or names that were not asked for.</summary>
    public void AtMost(int count)
    {
        if (positional.Count > count)
        {
            throw Wrong($"takes {count} arguments but was given {positional.Count}");
        }

        foreach (var (name, _) in named)
        {
            if (!_used.Contains(name))
            {
                throw Wrong($"has no argument '{name}'");
            }
        }
    }

    public ChatTemplateException Wrong(string what) => new(ChatTemplateError.Type, $"{called} {what}.");
}
