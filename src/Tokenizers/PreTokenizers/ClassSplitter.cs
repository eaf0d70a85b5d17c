using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>Matches characters of some classes, at most so many at a time: <c>\p{N}</c>, <c>\p{N}{1,3}</c>, runs of digits.</summary>
/// <param name="mask">The classes.</param>
/// <param name="most">The largest number of characters in one match.</param>
internal sealed class ClassSplitter(uint mask, int most) : Splitter
{
    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = CharClass.Is(CharClass.At(text, at, out var length), mask);
        at += length;
        for (var count = 1; at < text.Length && CharClass.Is(CharClass.At(text, at, out length), mask) == matched && (!matched || count < most); count++)
        {
            at += length;
        }

        return at;
    }
}
