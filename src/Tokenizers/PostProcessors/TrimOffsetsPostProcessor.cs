using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PostProcessors;

/// <summary>ByteLevel's <c>trim_offsets</c>: white space at a token's ends is left out of its offset.</summary>
/// <param name="read">A token's text as it stands in the vocabulary, or null for an added token, which is looked at in the source.</param>
/// <param name="prefixSpace">Whether encoding put a space before the text.</param>
internal sealed class TrimOffsetsPostProcessor(Func<int, string?> read, bool prefixSpace) : PostProcessor
{
    public override void Process(EncodeJob job, bool addSpecialTokens)
    {
        for (var i = 0; i < job.Offsets.Count; i++)
        {
            var (start, end) = job.Offsets[i];
            var token = read(job.Ids[i]) ?? job.Source[start..end];
            var leading = token.TakeWhile(IsSpace).Count();
            var trailing = token.Reverse().TakeWhile(IsSpace).Count();
            if (leading > 0 && prefixSpace && (i == 0 || start == 0))
            {
                leading--;
            }

            start = Math.Min(start + leading, end);
            end = trailing > 0 && end >= trailing ? Math.Max(end - trailing, start) : end;
            job.Offsets[i] = new TokenOffset(start, end);
        }
    }

    // U+0120 stands for the space in the byte alphabet.
    private static bool IsSpace(char c) => c == '\u0120' || CharClass.Is(c, CharClass.Space);
}
