namespace LoraDiff.Tokenizers.PostProcessors;

/// <summary>Several post-processors, one after another.</summary>
internal sealed class PostProcessorSequence(IReadOnlyList<PostProcessor> steps) : PostProcessor
{
    public override void Process(EncodeJob job, bool addSpecialTokens)
    {
        foreach (var step in steps)
        {
            step.Process(job, addSpecialTokens);
        }
    }
}
