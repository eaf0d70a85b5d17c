namespace LoraDiff.Tokenizers.Unicode;

/// <summary>The arithmetic of Hangul syllables (Unicode standard, 3.12).</summary>
internal static class Hangul
{
    public const int SyllableBase = 0xAC00;
    public const int LeadBase = 0x1100;
    public const int VowelBase = 0x1161;
    public const int TailBase = 0x11A7;
    public const int LeadCount = 19;
    public const int VowelCount = 21;
    public const int TailCount = 28;
    public const int SyllableCount = LeadCount * VowelCount * TailCount;

    public static bool IsSyllable(int codePoint) => (uint)(codePoint - SyllableBase) < SyllableCount;

    /// <summary>Lead + vowel, or syllable without tail + tail; −1 where the two do not compose.</summary>
    public static int Compose(int first, int second)
    {
        var lead = first - LeadBase;
        var vowel = second - VowelBase;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        var tail = second - TailBase;
        return IsSyllable(first) && (first - SyllableBase) % TailCount == 0 && tail > 0 && tail < TailCount ? first + tail : -1;
    }
}
