using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LoraDiff.Hub;

/// <summary>The name of a repository, <c>owner/name</c> or a bare <c>name</c>, and its kind.</summary>
public sealed partial record RepositoryId
{
    private const int LongestName = 96;

    /// <summary>A repository by its name.</summary>
    /// <param name="name"><c>owner/name</c> or <c>name</c>: letters, digits, <c>_ . -</c>, at most 96 characters, no <c>--</c> or <c>..</c>, neither end a <c>-</c> or <c>.</c>, not ending in <c>.git</c>.</param>
    /// <param name="type">Its kind.</param>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    public RepositoryId(string name, RepositoryType type = RepositoryType.Model)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Fault(name) is { } fault)
        {
            throw new ArgumentException($"'{HubText.Printable(name)}' is not the name of a repository: {fault}. Expected owner/name, for example Qwen/Qwen3-0.6B.", nameof(name));
        }
        Name = name;
        Type = type;
    }

    /// <summary><c>owner/name</c> or <c>name</c>.</summary>
    public string Name { get; }

    /// <summary>The repository's kind.</summary>
    public RepositoryType Type { get; }

    /// <summary>The part before the slash, or null.</summary>
    public string? Owner => Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? Name[..slash] : null;

    /// <summary>The part after the slash.</summary>
    public string ShortName => Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    // "models", "datasets", "spaces": the part of /api/… addresses and of cache folders.
    internal string Plural => Type switch { RepositoryType.Dataset => "datasets", RepositoryType.Space => "spaces", _ => "models" };

    internal string ApiPath => $"/api/{Plural}/{Name}";

    internal string FilePath => Type == RepositoryType.Model ? $"/{Name}" : $"/{Plural}/{Name}";

    internal string CacheFolder => $"{Plural}--{Name.Replace("/", "--", StringComparison.Ordinal)}";

    /// <summary>A model's name as a repository.</summary>
    /// <param name="name">The name.</param>
    public static implicit operator RepositoryId(string name) => new(name);

    /// <summary>A model's name as a repository.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The repository.</returns>
    public static RepositoryId FromString(string name) => new(name);

    /// <summary>Reads <c>owner/name</c> or <c>owner/name@revision</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The repository, and the revision after the <c>@</c> or null.</returns>
    /// <exception cref="ArgumentException">The text is not of that form.</exception>
    public static (RepositoryId Repository, string? Revision) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at == text.Length - 1 && at >= 0)
        {
            throw new ArgumentException($"'{HubText.Printable(text)}' ends in '@' but names no revision after it.", nameof(text));
        }
        return at < 0 ? (new(text), null) : (new(text[..at]), text[(at + 1)..]);
    }

    /// <summary>Reads <c>owner/name[@revision]</c> where the text has that form; a slash is asked for, so that a folder's name is not taken for a repository.</summary>
    /// <param name="text">The text.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">The revision after the <c>@</c>, or null.</param>
    /// <returns>Whether the text has that form.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryId? repository, out string? revision)
    {
        ArgumentNullException.ThrowIfNull(text);
        (repository, revision) = (null, null);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        if (!name.Contains('/', StringComparison.Ordinal) || Fault(name) is not null || at == text.Length - 1)
        {
            return false;
        }
        (repository, revision) = (new(name), at < 0 ? null : text[(at + 1)..]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string? Fault(string name)
    {
        if (name.Count(c => c == '/') > 1)
        {
            return "it has more than one '/'";
        }
        if (name.Length > LongestName)
        {
            return $"it has {name.Length} characters, at most {LongestName} are allowed";
        }
        if (!Allowed().IsMatch(name))
        {
            return "only letters, digits and '_', '.', '-' are allowed, and neither part may begin or end with '-' or '.'";
        }
        if (name.Contains("--", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal))
        {
            return "'--' and '..' are not allowed";
        }
        return name.EndsWith(".git", StringComparison.Ordinal) ? "it may not end in '.git'" : null;
    }

    [GeneratedRegex(@"^(?![-.])[A-Za-z0-9_.\-]+(?<![-.])(/(?![-.])[A-Za-z0-9_.\-]+(?<![-.]))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
