using System.Globalization;

namespace LoraDiff.Cli.Display;

/// <summary>Numbers as people read them.</summary>
internal static class Format
{
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
