using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>GPT-2's pattern by hand: contractions in lower case; letters, digits or signs, each with a space before them; white space.</summary>
internal sealed class Gpt2Splitter : Splitter
{
    private const uint NotSigns = CharClass.Letter | CharClass.Number | CharClass.Space;

    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = true;
        if (text[at] == '\'' && Contraction.LowerCase(text, at) is var contracted and >= 0)
        {
            return contracted;
        }

        var from = text[at] == ' ' && at + 1 < text.Length ? at + 1 : at;
        var kind = 1u << CharClass.Of(CharClass.At(text, from, out var length));
        if ((kind & CharClass.Space) != 0)
        {
            return WhiteSpace.End(text, at);
        }

        var mask = (kind & CharClass.Letter) != 0 ? CharClass.Letter : (kind & CharClass.Number) != 0 ? CharClass.Number : ~NotSigns;
        for (from += length; from < text.Length && CharClass.Is(CharClass.At(text, from, out length), mask); from += length)
        {
        }

        return from;
    }
}
