namespace LoraDiff.Conversion.Data;

/// <summary>Tokenised documents, in memory or in a file.</summary>
internal abstract class SampleStore : IDisposable
{
    public abstract int Count { get; }

    public abstract TrainingSample this[int index] { get; }

    /// <summary>Number of the source that a document is from.</summary>
    public abstract int Source(int index);

    /// <summary>Sends a document to training or evaluation.</summary>
    public abstract ulong SplitHash(int index);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
