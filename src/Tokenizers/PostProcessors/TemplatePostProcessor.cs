namespace LoraDiff.Tokenizers.PostProcessors;

/// <summary>TemplateProcessing of a single text: pieces in order, of which null is the text and the others are tokens.</summary>
internal sealed class TemplatePostProcessor(IReadOnlyList<int[]?> pieces) : PostProcessor
{
    public override void Process(EncodeJob job, bool addSpecialTokens)
    {
        if (!addSpecialTokens)
        {
            return;
        }

        int[] text = [.. job.Ids];
        TokenOffset[] offsets = [.. job.Offsets];
        job.Ids.Clear();
        job.Offsets.Clear();
        foreach (var piece in pieces)
        {
            job.Ids.AddRange(piece ?? text);
            if (job.Tracked)
            {
                job.Offsets.AddRange(piece is null ? offsets : new TokenOffset[piece.Length]);
            }
        }
    }
}
