using System.Text.RegularExpressions;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Readme;

/// <summary>What the README shows compiles, runs, and is the same text.</summary>
public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("convert")]
    [InlineData("services")]
    public void CodeSnippet_IsTheCompiledRegion(string name)
    {
        var source = File.ReadAllText(Path.Combine(FixtureFolder.Repository, "tests", "loradiff.Tests", "Readme", "ReadmeCode.cs"));
        var region = Regex.Match(source, $@"#region {name}\n(.*?)\n\s*#endregion", RegexOptions.Singleline).Groups[1].Value;

        Assert.Equal(string.Join('\n', region.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim())), Snippet(name, "csharp"));
    }

    [Fact]
    public void ConvertSnippet_IsAtMostFifteenLines()
        => Assert.True(Snippet("convert", "csharp").Split('\n').Count(line => line.Length > 0) <= 15);

    [Fact]
    public void CodeSnippets_Run() => InARepository(() =>
    {
        ReadmeCode.Convert();
        Assert.True(File.Exists("artifacts/my-adapter/adapter_model.safetensors"));
        Assert.NotNull(ReadmeCode.Services());
    });

    [Theory]
    [InlineData("shell", "README.md")]
    [InlineData("exporting", "docs/exporting.md")]
    public void ShellSnippet_RunsWithSmallSettings(string name, string page) => InARepository(() =>
    {
        foreach (var line in Snippet(name, "bash", page).Split('\n'))
        {
            var small = line.Replace("--minutes 3", "--steps 3", StringComparison.Ordinal).Replace("--limit 100", "--limit 6", StringComparison.Ordinal);
            var words = Word().Matches(small).Select(word => word.Value.Trim('"')).ToArray();
            Assert.Equal("loradiff", words[0]);

            var run = Run.Of(words[1..]);

            Assert.True(run.Code == 0, $"{line}\n{run.Error}");
        }
    });

    [Theory]
    [InlineData("quickstart")]
    [InlineData("test")]
    [InlineData(".ci/run")]
    [InlineData("eng/setup.sh")]
    public void Command_ThatTheReadmeNames_IsThere(string path) => Assert.True(File.Exists(Path.Combine(FixtureFolder.Repository, path)));

    private static string Snippet(string name, string language, string page = "README.md")
    {
        var readme = File.ReadAllText(Path.Combine(FixtureFolder.Repository, page));
        var match = Regex.Match(readme, $@"<!-- snippet: {name} -->\n```{language}\n(.*?)\n```", RegexOptions.Singleline);
        Assert.True(match.Success, $"{page} has no {language} snippet '{name}'.");
        return match.Groups[1].Value;
    }

    /// <summary>Runs in a folder that looks like the repository to relative paths, and goes away.</summary>
    private static void InARepository(Action action)
    {
        using var places = new Places();
        Directory.CreateSymbolicLink(places.At("samples"), Path.Combine(FixtureFolder.Repository, "samples"));
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = places.Folder;
        try
        {
            action();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
