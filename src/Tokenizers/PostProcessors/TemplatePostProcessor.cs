namespace LoraDiff.Tokenizers.PostProcessors;

/// <summary>TemplateProcessing of a single text: tokens before and after it.</summary>
internal sealed class TemplatePostProcessor(IReadOnlyList<int> before, IReadOnlyList<int> after) : PostProcessor
{
    public override void Process(EncodeJob job, bool addSpecialTokens)
    {
        if (!addSpecialTokens)
        {
            return;
        }

        job.Ids.InsertRange(0, before);
        job.Ids.AddRange(after);
        if (job.Tracked)
        {
            job.Offsets.InsertRange(0, Enumerable.Repeat(default(TokenOffset), before.Count));
            job.Offsets.AddRange(Enumerable.Repeat(default(TokenOffset), after.Count));
        }
    }
}
