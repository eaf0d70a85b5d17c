using LoraDiff.Conversion.Objectives;
using Microsoft.Win32.SafeHandles;

namespace LoraDiff.Conversion.Data;

/// <summary>Where each record starts, so that records can be read in any order without being held: 32 bytes a record.</summary>
internal sealed class RecordIndex : IDisposable
{
    // Keys the order apart from the noise, which is keyed by steps from 0 on, and from the epochs' orders.
    private const long Purpose = -0x1DE7;

    private readonly List<(long Offset, long Line, int File, int Length, bool Continues)> _entries = [];
    private readonly Dictionary<int, string> _problems = [];
    private readonly SafeFileHandle[] _handles;

    private RecordIndex(IReadOnlyList<InputFile> files) => _handles = [.. files.Select(f => File.OpenHandle(f.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess))];

    public int Count => _entries.Count;

    public static RecordIndex Build(IReadOnlyList<InputFile> files, DataOptions options)
    {
        var index = new RecordIndex(files);
        for (var number = 0; number < files.Count; number++)
        {
            using var cutter = RecordCutter.Open(files[number], options);
            while (cutter.MoveNext())
            {
                if (cutter.Problem is not null)
                {
                    index._problems[index.Count] = cutter.Problem;
                }

                index._entries.Add((cutter.Offset, cutter.Number, number, cutter.Bytes.Length, cutter.Continues));
            }
        }

        return index;
    }

    /// <summary>The records' numbers in an order drawn with a seed.</summary>
    public int[] Order(long seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new SampleRandom(seed, Purpose).Shuffle(order);
        return order;
    }

    /// <summary>Reads a record into a batch.</summary>
    public void Read(int number, RawBatch batch)
    {
        var (offset, line, file, length, continues) = _entries[number];
        var bytes = batch.Add(file, line, length, continues, _problems.GetValueOrDefault(number));
        for (var done = 0; done < length;)
        {
            var read = RandomAccess.Read(_handles[file], bytes[done..], offset + done);
            done += read > 0 ? read : throw new DataException($"A data file became shorter while it was read (record at byte {offset}).");
        }
    }

    public void Dispose()
    {
        foreach (var handle in _handles)
        {
            handle.Dispose();
        }
    }
}
