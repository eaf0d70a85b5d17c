using System.Collections;
using System.Runtime.CompilerServices;
using LoraDiff.Adapters.Matching;

namespace LoraDiff.Adapters;

/// <summary>
/// Which modules are meant: names that match whole dotted suffixes (<c>["q_proj", "v_proj"]</c>), one regular expression in Python's syntax that must match the
/// whole name, or <c>"all-linear"</c>.
/// </summary>
[CollectionBuilder(typeof(ModulePatterns), nameof(Of))]
public sealed class ModulePatterns : IEnumerable<string>
{
    private readonly string[] _names;

    private ModulePatterns(string[] names, string? regex) => (_names, Regex) = (names, regex);

    /// <summary>Every linear layer but the output head.</summary>
    public static ModulePatterns AllLinear { get; } = Matching("all-linear");

    /// <summary>The suffixes; empty where <see cref="Regex"/> is set.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The regular expression, or null where names are listed.</summary>
    public string? Regex { get; }

    /// <summary>Whether this is the word <c>all-linear</c>, in any case.</summary>
    public bool IsAllLinear => string.Equals(Regex, "all-linear", StringComparison.OrdinalIgnoreCase);

    /// <summary>Module names or dotted suffixes of them.</summary>
    public static ModulePatterns Of(params ReadOnlySpan<string> names) => new(names.ToArray(), null);

    /// <summary>One regular expression that must match a module's whole name.</summary>
    public static ModulePatterns Matching(string regex) => new([], regex);

    /// <summary>As <see cref="Matching"/>.</summary>
    public static implicit operator ModulePatterns(string regex) => Matching(regex);

    /// <summary>Whether a module of this name is meant: it is one of the names or ends in one at a dot, or the expression matches all of it. <c>all-linear</c> asks for a module's kind, and matches no name.</summary>
    /// <param name="name">A module's whole dotted name.</param>
    /// <exception cref="AdapterException">The expression cannot be run.</exception>
    public bool Matches(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Regex is null
            ? _names.Any(suffix => IsNamed(name, suffix))
            : !IsAllLinear && PythonRegex.Matches(PythonRegex.FullMatch(Regex, "a module pattern"), name, "a module pattern");
    }

    /// <summary>PEFT's rule for names in lists: the whole dotted name, or its end at a dot.</summary>
    internal static bool IsNamed(string name, string suffix) => name == suffix || name.EndsWith("." + suffix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => (Regex is null ? _names : [Regex]).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => Regex is null ? $"[{string.Join(", ", _names)}]" : $"'{Regex}'";
}
