using System.Text.RegularExpressions;

namespace LoraDiff.Cli.Doctor;

/// <summary>A program that building the repository needs.</summary>
/// <param name="Name">What it is called on PATH.</param>
/// <param name="Path">Where it is, or null where no folder of PATH has it.</param>
/// <param name="Version">What it says of itself, or null where it is missing or does not say.</param>
/// <param name="Package">The package of Debian and Ubuntu that has it.</param>
internal sealed partial record BuildTool(string Name, string? Path, string? Version, string Package)
{
    private static readonly (string Name, string Package)[] Needed = [("cmake", "cmake"), ("c++", "g++"), ("ninja", "ninja-build")];

    /// <summary>The programs that the build of src/Torch calls, each the first of its name on PATH.</summary>
    public static IReadOnlyList<BuildTool> All(Func<string, string?> environment) => [.. Needed.Select(tool => Of(tool.Name, tool.Package, Find(tool.Name, environment("PATH") ?? "")))];

    /// <summary>One sentence on all that are missing, or null.</summary>
    public static string? Problem(IReadOnlyList<BuildTool> tools)
    {
        var missing = tools.Where(tool => tool.Path is null).ToList();
        return missing.Count == 0 ? null
            : $"Building LoraDiff from source needs what is not on PATH: {string.Join(", ", missing.Select(tool => tool.Name))}. Get it: sudo apt-get install {string.Join(' ', missing.Select(tool => tool.Package))}";
    }

    private static BuildTool Of(string name, string package, string? path) => new(name, path, path is null ? null : VersionIn(ProgramOutput.FirstLine(path, "--version")), package);

    // "c++ (Debian 12.2.0-14) 12.2.0": what stands in brackets is the packager's.
    private static string? VersionIn(string? line) => line is not null && Number().Match(Brackets().Replace(line, "")) is { Success: true } found ? found.Value : null;

    private static string? Find(string name, string folders) => folders.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(IsProgram);

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    [GeneratedRegex(@"[0-9]+(\.[0-9]+)+")]
    private static partial Regex Number();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Brackets();
}
