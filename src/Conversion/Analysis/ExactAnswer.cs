namespace LoraDiff.Conversion.Analysis;

/// <summary>The rule by which a completion counts as right.</summary>
public static class ExactAnswer
{
    /// <summary>The kind of sample whose completion only has to contain the answer.</summary>
    public const string ContainsKind = "story";

    /// <summary>
    /// True where the completion, stripped and without a final full stop, ends with the answer stripped the same way;
    /// for the kind <c>story</c>, where it contains the answer.
    /// </summary>
    /// <param name="completion">The generated text.</param>
    /// <param name="answer">The expected answer.</param>
    /// <param name="kind">Kind of the sample, or null.</param>
    public static bool IsRight(string completion, string answer, string? kind = null)
    {
        ArgumentNullException.ThrowIfNull(completion);
        ArgumentNullException.ThrowIfNull(answer);
        return kind == ContainsKind
            ? completion.Contains(answer, StringComparison.Ordinal)
            : Strip(completion).EndsWith(Strip(answer), StringComparison.Ordinal);
    }

    private static string Strip(string text)
    {
        var stripped = text.Trim();
        return stripped.EndsWith('.') ? stripped[..^1] : stripped;
    }
}
