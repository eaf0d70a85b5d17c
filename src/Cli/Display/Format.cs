using System.Globalization;

namespace LoraDiff.Cli.Display;

/// <summary>Numbers as people read them.</summary>
internal static class Format
{
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>Names and values in two columns.</summary>
    public static void Pairs(TextWriter writer, IEnumerable<(string Name, string Value)> pairs)
    {
        var lines = pairs.ToArray();
        var width = lines.Max(line => line.Name.Length);
        foreach (var (name, value) in lines)
        {
            writer.WriteLine($"{name.PadRight(width)}  {value}");
        }
    }
}
