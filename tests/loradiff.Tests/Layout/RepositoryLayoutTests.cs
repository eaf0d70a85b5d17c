using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Layout;

/// <summary>Rules about where source files lie.</summary>
public sealed class RepositoryLayoutTests
{
    private static readonly string[] Nameless = ["Common", "Core", "Utils", "Helpers"];

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    [InlineData("samples")]
    public void Folders_SayWhatTheyHold(string part)
    {
        var files = Directory.GetFiles(Path.Combine(FixtureFolder.Repository, part), "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(FixtureFolder.Repository, file)).ToList();

        Assert.NotEmpty(files);
        Assert.Equal([], files.Where(file => Path.GetDirectoryName(file)!.Split(Path.DirectorySeparatorChar).Intersect(Nameless, StringComparer.OrdinalIgnoreCase).Any()));
    }
}
