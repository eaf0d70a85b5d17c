using System.Text;

namespace LoraDiff.Conversion.Data;

/// <summary>Reads JSONL files. Empty lines are ignored.</summary>
public static class DataFile
{
    /// <summary>The records of a file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="options">What to do about broken lines, and how many to read.</param>
    /// <param name="problems">Receives a sentence with file and line for each line that was left out.</param>
    /// <param name="cancellationToken">Stops between lines.</param>
    /// <exception cref="DataException">The file is missing or has no record, or a line is broken and <see cref="DataOptions.SkipBroken"/> is off.</exception>
    public static IReadOnlyList<DataRecord> Read(string path, DataOptions options, ICollection<string> problems, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(problems);
        if (!File.Exists(path))
        {
            throw new DataException($"There is no data file '{path}'. Expected JSONL: one object with \"prompt\" and \"completion\", \"text\", or \"messages\" a line.");
        }

        List<DataRecord> records = [];
        foreach (var (line, location) in Lines(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (records.Count == options.Limit)
            {
                break;
            }

            try
            {
                records.Add(DataRecord.Parse(line, location));
            }
            catch (DataException e) when (options.SkipBroken)
            {
                problems.Add(e.Message);
            }
        }

        return records.Count > 0 ? records : throw new DataException($"'{path}' has no usable line.{(problems.Count > 0 ? $" The first of {problems.Count} problems: {problems.First()}" : "")}");
    }

    private static IEnumerable<(string Line, string Location)> Lines(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (line, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}:{number}"));
            }
        }
    }
}
