using System.Reflection;
using LoraDiff.Fixtures;

namespace LoraDiff.PublicApi;

/// <summary>The public surface of the tested assembly is the approved one. A change on purpose: run with <c>LORADIFF_APPROVE=1</c> and look at the diff.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_IsTheApprovedOne()
    {
        var tests = typeof(PublicApiTests).Assembly.GetName().Name!;
        var product = typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PublicApiOf").Value!;
        var path = Path.Combine(FixtureFolder.Repository, "tests", tests, "PublicApi.approved.txt");
        var actual = PublicApiText.Of(Assembly.Load(product));
        if (Environment.GetEnvironmentVariable("LORADIFF_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no {path}. Run this test with LORADIFF_APPROVE=1 and look at what it writes.");
        Assert.Equal(File.ReadAllText(path).Split('\n'), actual.Split('\n'));
    }
}
