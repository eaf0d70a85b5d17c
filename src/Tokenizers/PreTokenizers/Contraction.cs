using System.Runtime.CompilerServices;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>English contractions after an apostrophe: 's 't 're 've 'm 'll 'd.</summary>
internal static class Contraction
{
    /// <summary>The end of a contraction that begins at <paramref name="at"/>, in any case (long s counts as s); −1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int AnyCase(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length || text[at] != '\'')
        {
            return -1;
        }

        var second = at + 2 < text.Length ? Fold(text[at + 2]) : '\0';
        return End(Fold(text[at + 1]), second, at);
    }

    /// <summary>The same in lower case only.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int LowerCase(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length || text[at] != '\'')
        {
            return -1;
        }

        return End(text[at + 1], at + 2 < text.Length ? text[at + 2] : '\0', at);
    }

    private static int End(char first, char second, int at) => (first, second) switch
    {
        ('s' or 't' or 'm' or 'd', _) => at + 2,
        ('r' or 'v', 'e') or ('l', 'l') => at + 3,
        _ => -1,
    };

    private static char Fold(char c) => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c == '\u017F' ? 's' : c;
}
