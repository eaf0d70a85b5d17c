using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>Compares with a text under <c>tests/loradiff.Tests/Golden</c>; <c>LORADIFF_APPROVE=1</c> writes it instead.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(FixtureFolder.Repository, "tests", "loradiff.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable("LORADIFF_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
