using System.Text;

namespace LoraDiff.Tokenizers.Regexes;

/// <summary>Characters that are equal but for case.</summary>
internal static class CaseFold
{
    /// <summary>A character with its upper and lower case and the other characters that share them.</summary>
    public static IEnumerable<int> Variants(int codePoint)
    {
        yield return codePoint;
        if (!Rune.IsValid(codePoint))
        {
            yield break;
        }

        // Long s, the Kelvin and Ångström signs and others: the invariant culture leaves them alone.
        codePoint = codePoint switch { 0x17F => 's', 0x212A => 'k', 0x212B => 0xE5, 0x2126 => 0x3C9, 0x1E9E => 0xDF, _ => codePoint };
        yield return codePoint;
        var upper = Rune.ToUpperInvariant(new Rune(codePoint));
        var lower = Rune.ToLowerInvariant(upper);
        yield return upper.Value;
        yield return lower.Value;
        yield return Rune.ToLowerInvariant(new Rune(codePoint)).Value;
        var other = lower.Value switch { 's' => 0x17F, 'k' => 0x212A, 0xE5 => 0x212B, 0x3C9 => 0x2126, 0xDF => 0x1E9E, _ => -1 };
        if (other >= 0)
        {
            yield return other;
        }
    }
}
