namespace LoraDiff.Tokenizers.Unicode;

/// <summary>Unicode normalization over own tables: string.Normalize does nothing under InvariantGlobalization.</summary>
internal static class UnicodeNormalizer
{
    /// <summary>The first position from which text may have to change; −1 when all of it is already normalized.</summary>
    public static int FirstUnsafe(ReadOnlySpan<char> text, int start, NormalizationKind kind)
    {
        var limit = FirstInteresting(kind);
        var tables = default(UnicodeTables);
        var mask = Mask(kind);
        var i = start;
        while (i < text.Length)
        {
            var skip = text[i..].IndexOfAnyExceptInRange('\0', (char)(limit - 1));
            if (skip < 0)
            {
                return -1;
            }

            i += skip;
            tables ??= UnicodeTables.Instance;
            var before = 0;
            while (i < text.Length && text[i] >= limit)
            {
                var cp = CharClass.At(text, i, out var length);
                var flags = tables.Flags(cp);
                var combining = (flags & UnicodeTables.Mark) != 0 ? tables.CombiningClass(cp) : 0;
                if ((flags & mask) != 0 || (combining != 0 && combining < before))
                {
                    return RunStart(text, start, i);
                }

                before = combining;
                i += length;
            }
        }

        return -1;
    }

    /// <summary>
    /// The end of the shortest stretch from an unsafe position on that can be normalized by itself: the next character that neither changes nor
    /// combines with what stands before it.
    /// </summary>
    public static int UnsafeEnd(ReadOnlySpan<char> text, int start, NormalizationKind kind)
    {
        var tables = UnicodeTables.Instance;
        var mask = Mask(kind) | UnicodeTables.Mark;
        var i = start;
        while (i < text.Length)
        {
            var cp = CharClass.At(text, i, out var length);
            if ((tables.Flags(cp) & mask) == 0)
            {
                break;
            }

            i += length;
        }

        return i;
    }

    /// <summary>Normalizes a stretch that stands by itself, as code points.</summary>
    public static List<int> Stretch(ReadOnlySpan<char> text, NormalizationKind kind)
    {
        var compatibility = kind is NormalizationKind.CompatibilityComposed or NormalizationKind.CompatibilityDecomposed;
        var points = new List<int>(text.Length + 8);
        for (var i = 0; i < text.Length;)
        {
            var cp = CharClass.At(text, i, out var length);
            Decompose(cp, compatibility, points);
            i += length;
        }

        Reorder(points);
        return kind is NormalizationKind.Composed or NormalizationKind.CompatibilityComposed ? Compose(points) : points;
    }

    // The first of the marks that end before a position: with them its order has to be looked at.
    private static int RunStart(ReadOnlySpan<char> text, int start, int at)
    {
        while (at > start && (UnicodeTables.Instance.Flags(CharClass.Before(text, at, out var length)) & UnicodeTables.Mark) != 0)
        {
            at -= length;
        }

        return at;
    }

    private static byte Mask(NormalizationKind kind) => kind switch
    {
        NormalizationKind.Composed => UnicodeTables.UnsafeComposed,
        NormalizationKind.Decomposed => UnicodeTables.UnsafeDecomposed,
        NormalizationKind.CompatibilityComposed => UnicodeTables.UnsafeComposed | UnicodeTables.Compatibility,
        _ => UnicodeTables.UnsafeDecomposed | UnicodeTables.Compatibility,
    };

    // No character below these changes in the form, nor combines.
    private static int FirstInteresting(NormalizationKind kind) => kind == NormalizationKind.Composed ? 0x300 : 0xA0;

    private static void Decompose(int codePoint, bool compatibility, List<int> into)
    {
        if (Hangul.IsSyllable(codePoint))
        {
            var index = codePoint - Hangul.SyllableBase;
            into.Add(Hangul.LeadBase + (index / (Hangul.VowelCount * Hangul.TailCount)));
            into.Add(Hangul.VowelBase + (index % (Hangul.VowelCount * Hangul.TailCount) / Hangul.TailCount));
            if (index % Hangul.TailCount is var tail and not 0)
            {
                into.Add(Hangul.TailBase + tail);
            }
        }
        else if (UnicodeTables.Instance.Decomposition(codePoint, compatibility) is { } parts)
        {
            foreach (var part in parts)
            {
                Decompose(part, compatibility, into);
            }
        }
        else
        {
            into.Add(codePoint);
        }
    }

    // Each run of combining marks is sorted by class; the sort is stable, so marks of one class keep their order.
    private static void Reorder(List<int> points)
    {
        var tables = UnicodeTables.Instance;
        for (var i = 0; i < points.Count; i++)
        {
            if (tables.CombiningClass(points[i]) == 0)
            {
                continue;
            }

            var end = i + 1;
            while (end < points.Count && tables.CombiningClass(points[end]) != 0)
            {
                end++;
            }

            if (end - i > 1)
            {
                var sorted = points.GetRange(i, end - i).OrderBy(tables.CombiningClass).ToList();
                for (var k = 0; k < sorted.Count; k++)
                {
                    points[i + k] = sorted[k];
                }
            }

            i = end;
        }
    }

    private static List<int> Compose(List<int> points)
    {
        var tables = UnicodeTables.Instance;
        var result = new List<int>(points.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var cp in points)
        {
            var ccc = tables.CombiningClass(cp);
            var blocked = starter >= 0 && result.Count - 1 > starter && (lastClass == 0 || lastClass >= ccc);
            if (starter >= 0 && !blocked)
            {
                var composed = Hangul.Compose(result[starter], cp);
                composed = composed >= 0 ? composed : tables.Compose(result[starter], cp);
                if (composed >= 0)
                {
                    result[starter] = composed;
                    continue;
                }
            }

            if (ccc == 0)
            {
                starter = result.Count;
            }

            lastClass = ccc;
            result.Add(cp);
        }

        return result;
    }
}
