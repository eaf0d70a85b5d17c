using System.Globalization;
using System.Runtime.CompilerServices;

namespace LoraDiff.Tokenizers.Unicode;

/// <summary>
/// The general category of a code point as one of 31 small numbers, so that a set of categories is a bit mask. Control characters that are white space
/// (U+0009–U+000D, U+0085) have a number of their own; with Zs, Zl and Zp they are Unicode's White_Space.
/// </summary>
internal static class CharClass
{
    /// <summary>The number of a control character that is white space.</summary>
    public const int ControlSpace = 30;

    public const uint Letter = (1u << (int)UnicodeCategory.UppercaseLetter) | (1u << (int)UnicodeCategory.LowercaseLetter) | (1u << (int)UnicodeCategory.TitlecaseLetter)
        | (1u << (int)UnicodeCategory.ModifierLetter) | (1u << (int)UnicodeCategory.OtherLetter);

    public const uint Mark = (1u << (int)UnicodeCategory.NonSpacingMark) | (1u << (int)UnicodeCategory.SpacingCombiningMark) | (1u << (int)UnicodeCategory.EnclosingMark);

    public const uint Number = (1u << (int)UnicodeCategory.DecimalDigitNumber) | (1u << (int)UnicodeCategory.LetterNumber) | (1u << (int)UnicodeCategory.OtherNumber);

    public const uint Separator = (1u << (int)UnicodeCategory.SpaceSeparator) | (1u << (int)UnicodeCategory.LineSeparator) | (1u << (int)UnicodeCategory.ParagraphSeparator);

    public const uint Space = Separator | (1u << ControlSpace);

    public const uint Control = (1u << (int)UnicodeCategory.Control) | (1u << ControlSpace);

    public const uint Other = Control | (1u << (int)UnicodeCategory.Format) | (1u << (int)UnicodeCategory.Surrogate) | (1u << (int)UnicodeCategory.PrivateUse)
        | (1u << (int)UnicodeCategory.OtherNotAssigned);

    public const uint Punctuation = (1u << (int)UnicodeCategory.ConnectorPunctuation) | (1u << (int)UnicodeCategory.DashPunctuation) | (1u << (int)UnicodeCategory.OpenPunctuation)
        | (1u << (int)UnicodeCategory.ClosePunctuation) | (1u << (int)UnicodeCategory.InitialQuotePunctuation) | (1u << (int)UnicodeCategory.FinalQuotePunctuation)
        | (1u << (int)UnicodeCategory.OtherPunctuation);

    public const uint Symbol = (1u << (int)UnicodeCategory.MathSymbol) | (1u << (int)UnicodeCategory.CurrencySymbol) | (1u << (int)UnicodeCategory.ModifierSymbol)
        | (1u << (int)UnicodeCategory.OtherSymbol);

    /// <summary>Upper-case, title-case, modifier and other letters and marks: what may start a capitalised word in the o200k patterns.</summary>
    public const uint WordHead = (Letter & ~(1u << (int)UnicodeCategory.LowercaseLetter)) | Mark;

    /// <summary>Lower-case, modifier and other letters and marks: what may follow in the o200k patterns.</summary>
    public const uint WordTail = (1u << (int)UnicodeCategory.LowercaseLetter) | (1u << (int)UnicodeCategory.ModifierLetter) | (1u << (int)UnicodeCategory.OtherLetter) | Mark;

    public const uint DecimalDigit = 1u << (int)UnicodeCategory.DecimalDigitNumber;

    /// <summary>\w but for <see cref="CircledLetters"/>: letters, marks, decimal and letter numbers and connector punctuation.</summary>
    public const uint Word = Letter | Mark | DecimalDigit | (1u << (int)UnicodeCategory.LetterNumber) | (1u << (int)UnicodeCategory.ConnectorPunctuation);

    /// <summary>Symbols that count as alphabetic.</summary>
    public static readonly (int First, int Last)[] CircledLetters = [(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)];

    private static readonly byte[] Basic = MakeBasic();

    /// <summary>The class number of a code point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(int codePoint) => (uint)codePoint < 0x10000 ? Basic[codePoint] : (int)CharUnicodeInfo.GetUnicodeCategory(codePoint);

    /// <summary>Whether a code point's class is in a mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(int codePoint, uint mask) => ((mask >> Of(codePoint)) & 1) != 0;

    /// <summary>The code point at a position of UTF-16 text and how many units it takes. A lone surrogate counts as itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int At(ReadOnlySpan<char> text, int index, out int length)
    {
        int first = text[index];
        length = 1;
        if ((first & 0xFC00) == 0xD800 && index + 1 < text.Length)
        {
            int second = text[index + 1];
            if ((second & 0xFC00) == 0xDC00)
            {
                length = 2;
                return ((first - 0xD800) << 10) + (second - 0xDC00) + 0x10000;
            }
        }

        return first;
    }

    /// <summary>The code point that ends before a position, and how many units it takes.</summary>
    public static int Before(ReadOnlySpan<char> text, int index, out int length)
    {
        int last = text[index - 1];
        length = 1;
        if ((last & 0xFC00) == 0xDC00 && index > 1 && (text[index - 2] & 0xFC00) == 0xD800)
        {
            length = 2;
            return ((text[index - 2] - 0xD800) << 10) + (last - 0xDC00) + 0x10000;
        }

        return last;
    }

    /// <summary>A code point as UTF-16, written to a buffer of two units.</summary>
    public static ReadOnlySpan<char> Encode(int codePoint, Span<char> units)
    {
        if (codePoint < 0x10000)
        {
            units[0] = (char)codePoint;
            return units[..1];
        }

        units[0] = (char)(0xD7C0 + (codePoint >> 10));
        units[1] = (char)(0xDC00 + (codePoint & 0x3FF));
        return units[..2];
    }

    /// <summary>A code point as text; a lone surrogate stays one.</summary>
    public static string ToText(int codePoint) => new(Encode(codePoint, stackalloc char[2]));

    private static byte[] MakeBasic()
    {
        var table = new byte[0x10000];
        for (var cp = 0; cp < table.Length; cp++)
        {
            table[cp] = (byte)(cp is >= 9 and <= 13 or 0x85 ? ControlSpace : (int)CharUnicodeInfo.GetUnicodeCategory((char)cp));
        }

        return table;
    }
}
