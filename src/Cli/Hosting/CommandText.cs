using System.CommandLine;

namespace LoraDiff.Cli.Hosting;

/// <summary>The command line as a record keeps it: quoted for a shell, folders of the machine cut down to their names.</summary>
internal static class CommandText
{
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => Quoted(Short(token.Value))).Prepend("loradiff"));

    private static string Short(string word) => Path.IsPathRooted(word) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(word)) : word;

    private static string Quoted(string word)
        => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:@%+,".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
