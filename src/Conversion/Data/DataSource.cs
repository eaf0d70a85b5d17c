using System.Globalization;

namespace LoraDiff.Conversion.Data;

/// <summary>Where data is: a file, a folder (all its data files, also in folders below), or a pattern with <c>*</c>, <c>?</c> and <c>**</c>.</summary>
/// <param name="Path">The file, folder or pattern.</param>
/// <param name="Weight">How often each document comes in an epoch: 2 takes every document twice, 0.5 takes half of them, chosen by <see cref="DataOptions.DataSeed"/>. Default 1.</param>
public sealed record DataSource(string Path, double Weight = 1)
{
    /// <summary>The largest weight that a text may give.</summary>
    public const int MaxWeight = 1000;

    /// <summary>Reads <c>PATH</c> or <c>PATH@WEIGHT</c>. A file that has exactly this name is taken as it is.</summary>
    /// <param name="text">As a command line gives it.</param>
    /// <exception cref="DataException">The weight is not a number above 0 and at most <see cref="MaxWeight"/>.</exception>
    public static DataSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf('@');
        if (at <= 0 || at < text.LastIndexOfAny(['/', '\\']) || File.Exists(text) || Directory.Exists(text))
        {
            return new DataSource(text);
        }

        return double.TryParse(text.AsSpan(at + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight is > 0 and <= MaxWeight
            ? new DataSource(text[..at], weight)
            : throw new DataException($"'{text}': expected a file, folder or pattern, and after '@' a weight above 0 and at most {MaxWeight}, such as 'math.jsonl@2'; there is no file of that name either.");
    }

    /// <inheritdoc/>
    public override string ToString() => Weight == 1 ? Path : string.Create(CultureInfo.InvariantCulture, $"{Path}@{Weight}");
}
