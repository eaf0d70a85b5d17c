namespace LoraDiff.Conversion.Data;

/// <summary>Documents in memory.</summary>
internal sealed class MemoryStore : SampleStore
{
    private readonly List<PreparedDocument> _documents = [];

    public override int Count => _documents.Count;

    public override TrainingSample this[int index] => _documents[index].Sample;

    public void Add(PreparedDocument document) => _documents.Add(document);

    public override int Source(int index) => _documents[index].Source;

    public override ulong SplitHash(int index) => _documents[index].SplitHash;
}
