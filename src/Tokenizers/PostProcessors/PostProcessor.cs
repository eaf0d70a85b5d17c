namespace LoraDiff.Tokenizers.PostProcessors;

/// <summary>What happens to a text's tokens after the model. Thread-safe.</summary>
internal abstract class PostProcessor
{
    /// <summary>Changes the ids and, when they are kept, the offsets in place.</summary>
    public abstract void Process(EncodeJob job, bool addSpecialTokens);
}
