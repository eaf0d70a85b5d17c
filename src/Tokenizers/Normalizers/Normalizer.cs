namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Rewrites text before it is cut into words. Thread-safe.</summary>
internal abstract class Normalizer
{
    /// <summary>The rewritten text; the same object where nothing changes.</summary>
    public abstract TextView Normalize(TextView view, bool tracked);

    /// <summary>Rewrites a text whose offsets nobody needs.</summary>
    public string Normalize(string text) => Normalize(new TextView(text.AsMemory(), 0), tracked: false).Chars.ToString();
}
