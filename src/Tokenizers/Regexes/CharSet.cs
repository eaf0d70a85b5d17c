using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Regexes;

/// <summary>A set of characters: classes, ranges, other sets, all of it possibly inverted or cut with another set. Immutable once built.</summary>
internal sealed class CharSet
{
    private readonly uint _mask;
    private readonly (int First, int Last)[] _ranges;
    private readonly CharSet[] _parts;
    private readonly CharSet? _and;
    private readonly bool _inverted;
    private readonly bool _ignoresCase;
    private readonly ulong _low;
    private readonly ulong _high;

    public CharSet(uint mask = 0, IEnumerable<(int First, int Last)>? ranges = null, IEnumerable<CharSet>? parts = null, CharSet? and = null, bool inverted = false, bool ignoresCase = false)
    {
        (_mask, _ranges, _parts, _and, _inverted, _ignoresCase) = (mask, [.. ranges ?? []], [.. parts ?? []], and, inverted, ignoresCase);
        for (var cp = 0; cp < 64; cp++)
        {
            _low |= Compute(cp) ? 1ul << cp : 0;
            _high |= Compute(cp + 64) ? 1ul << cp : 0;
        }
    }

    public static CharSet Any { get; } = new(inverted: true);

    public static CharSet NotNewline { get; } = new(ranges: [('\n', '\n')], inverted: true);

    public static CharSet Word { get; } = new(CharClass.Word, CharClass.CircledLetters);

    public static CharSet Space { get; } = new(CharClass.Space);

    public static CharSet Digit { get; } = new(CharClass.DecimalDigit);

    public static CharSet HexDigit { get; } = new(ranges: [('0', '9'), ('a', 'f'), ('A', 'F')]);

    public static CharSet Of(int codePoint, bool ignoresCase) => new(ranges: [(codePoint, codePoint)], ignoresCase: ignoresCase);

    public CharSet Invert() => new(parts: [this], inverted: true);

    public bool Contains(int codePoint)
        => codePoint < 64 ? ((_low >> codePoint) & 1) != 0 : codePoint < 128 ? ((_high >> (codePoint - 64)) & 1) != 0 : Compute(codePoint);

    private bool Compute(int codePoint)
        => (_ignoresCase ? CaseFold.Variants(codePoint).Any(Plain) : Plain(codePoint)) != _inverted && (_and is null || _and.Contains(codePoint));

    private bool Plain(int codePoint)
    {
        if (CharClass.Is(codePoint, _mask))
        {
            return true;
        }

        foreach (var (first, last) in _ranges)
        {
            if (codePoint >= first && codePoint <= last)
            {
                return true;
            }
        }

        foreach (var part in _parts)
        {
            if (part.Contains(codePoint))
            {
                return true;
            }
        }

        return false;
    }
}
