namespace LoraDiff.Safetensors;

/// <summary>A safetensors file or index broke a rule; says which file, which tensor and which rule.</summary>
public sealed class SafetensorsException : IOException
{
    /// <summary>Names a broken rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="file">The file or index.</param>
    /// <param name="tensor">The tensor, where the fault lies in one.</param>
    /// <param name="detail">What was found and what was expected.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public SafetensorsException(SafetensorsRule rule, string file, string? tensor, string detail, Exception? inner = null)
        : base($"{file}: {(tensor is null ? "" : $"tensor '{Printable(tensor)}': ")}{detail} [{rule}]", inner)
    {
        Rule = rule;
        File = file;
        Tensor = tensor;
    }

    /// <summary>The rule that was broken.</summary>
    public SafetensorsRule Rule { get; }

    /// <summary>The file or index that broke it.</summary>
    public string File { get; }

    /// <summary>The tensor, or null where the fault is not in one.</summary>
    public string? Tensor { get; }

    // Names come out of files that may be hostile: keep them on one line and short.
    internal static string Printable(string text)
    {
        var line = text.Length > 200 ? string.Concat(text.AsSpan(0, 200), "…") : text;
        return string.Concat(line.Select(c => char.IsControl(c) || char.IsSurrogate(c) && line.Length > 200 ? '\uFFFD' : c));
    }
}
