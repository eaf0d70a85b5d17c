using System.Collections;

namespace LoraDiff.Conversion.Data;

/// <summary>One or several <see cref="DataSource"/>, in order. A text stands for one source: <c>Data = "train.jsonl"</c>.</summary>
public sealed class DataSources : IReadOnlyList<DataSource>
{
    private readonly DataSource[] _sources;

    /// <summary>Makes a list of sources.</summary>
    /// <param name="sources">At least one.</param>
    /// <exception cref="DataException">There is none.</exception>
    public DataSources(params IEnumerable<DataSource> sources)
    {
        _sources = [.. sources];
        if (_sources.Length == 0)
        {
            throw new DataException("No data is named: expected a file, a folder or a pattern.");
        }
    }

    /// <inheritdoc/>
    public int Count => _sources.Length;

    /// <inheritdoc/>
    public DataSource this[int index] => _sources[index];

    /// <summary>One source, as <see cref="FromString"/> reads it.</summary>
    /// <param name="text"><c>PATH</c> or <c>PATH@WEIGHT</c>.</param>
    public static implicit operator DataSources(string text) => FromString(text);

    /// <summary>One source.</summary>
    /// <param name="text"><c>PATH</c> or <c>PATH@WEIGHT</c>.</param>
    public static DataSources FromString(string text) => new(DataSource.Parse(text));

    /// <inheritdoc/>
    public IEnumerator<DataSource> GetEnumerator() => ((IEnumerable<DataSource>)_sources).GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _sources.Select(source => source.ToString()));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
