using System.Globalization;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>Python's upper, lower and title case: with the mappings that make one character several, and independent of the culture.</summary>
internal static class PythonCase
{
    // Text of one character, and its place in the result twice.
    private const int CharacterBytes = 40;

    private static readonly string[] Ascii = [.. Enumerable.Range(0, 0x80).Select(code => ((char)code).ToString())];

    public static string Upper(string text) => Map(text, (cp, _) => One(cp, 'U'));

    public static string Lower(string text) => Map(text, Lower);

    /// <summary>The first character in title case, the rest in lower case.</summary>
    public static string Capitalize(string text) => Map(text, (cp, i) => i == 0 ? One(cp, 'T') : Lower(text, cp, i));

    /// <summary>Each run of letters capitalised.</summary>
    public static string Title(string text)
    {
        var inWord = false;
        return Map(text, (cp, i) =>
        {
            var mapped = inWord ? Lower(text, cp, i) : One(cp, 'T');
            inWord = IsCased(cp);
            return mapped;
        });
    }

    public static string Swap(string text) => Map(text, (cp, i) => CharClass.Is(cp, 1u << (int)UnicodeCategory.UppercaseLetter) ? Lower(text, cp, i) : One(cp, 'U'));

    /// <summary>Whether a character has case at all.</summary>
    public static bool IsCased(int codePoint)
        => CharClass.Is(codePoint, (1u << (int)UnicodeCategory.UppercaseLetter) | (1u << (int)UnicodeCategory.LowercaseLetter) | (1u << (int)UnicodeCategory.TitlecaseLetter));

    private static string Map(string text, Func<int, int, string> map)
    {
        Budget.Current?.Work(text.Length);
        Budget.Current?.Reserve((long)text.Length * (System.Text.Ascii.IsValid(text) ? 2 * sizeof(char) : CharacterBytes));
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var cp = CharClass.At(text, i, out var length);
            result.Append(map(cp, i));
            i += length;
        }

        return result.ToString();
    }

    private static string Map(string text, Func<string, int, int, string> map) => Map(text, (cp, i) => map(text, cp, i));

    // A capital sigma at the end of a word has a small letter of its own.
    private static string Lower(string text, int codePoint, int at)
    {
        if (codePoint != 0x3A3)
        {
            return One(codePoint, 'L');
        }

        var before = at > 0 && IsCased(CharClass.Before(text, at, out _));
        var after = at + 1 < text.Length && IsCased(CharClass.At(text, at + 1, out _));
        return before && !after ? "\u03C2" : "\u03C3";
    }

    private static string One(int codePoint, char kind)
    {
        if (codePoint < 0x80)
        {
            return Ascii[kind == 'L' ? (codePoint is >= 'A' and <= 'Z' ? codePoint | 0x20 : codePoint) : codePoint is >= 'a' and <= 'z' ? codePoint & ~0x20 : codePoint];
        }

        if (UnicodeTables.Instance.LongCase(kind, codePoint) is { } several)
        {
            return several;
        }

        if (!Rune.IsValid(codePoint))
        {
            return CharClass.ToText(codePoint);
        }

        var rune = new Rune(codePoint);
        return kind == 'L' ? Rune.ToLowerInvariant(rune).ToString()
            : kind == 'T' && TitleOf(codePoint) is var title and >= 0 ? CharClass.ToText(title)
            : codePoint == 0x17F ? "S" : codePoint == 0x131 ? "I" : Rune.ToUpperInvariant(rune).ToString();
    }

    // The digraphs, whose title case is not their upper case, and the letters whose title case is themselves.
    private static int TitleOf(int codePoint) => codePoint switch
    {
        >= 0x1C4 and <= 0x1C6 => 0x1C5,
        >= 0x1C7 and <= 0x1C9 => 0x1C8,
        >= 0x1CA and <= 0x1CC => 0x1CB,
        >= 0x1F1 and <= 0x1F3 => 0x1F2,
        >= 0x10D0 and <= 0x10FF => codePoint,
        _ => -1,
    };
}
