using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>Matches one punctuation character: Unicode's, and every ASCII sign.</summary>
internal sealed class PunctuationSplitter : Splitter
{
    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = IsPunctuation(text, at, out var length);
        at += length;
        while (!matched && at < text.Length && !IsPunctuation(text, at, out length))
        {
            at += length;
        }

        return at;
    }

    private static bool IsPunctuation(ReadOnlySpan<char> text, int at, out int length)
    {
        var cp = CharClass.At(text, at, out length);
        return CharClass.Is(cp, cp < 0x80 ? CharClass.Punctuation | CharClass.Symbol : CharClass.Punctuation);
    }
}
