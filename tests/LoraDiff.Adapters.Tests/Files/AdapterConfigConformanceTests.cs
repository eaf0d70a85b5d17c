using LoraDiff.Fixtures;

namespace LoraDiff.Adapters.Tests.Files;

[Trait("Category", "Conformance")]
public sealed class AdapterConfigConformanceTests
{
    public static TheoryData<string> Cases() => [.. FixtureFolder.Cases("adapters")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Config_ReadAndWritten_IsTheSameTextUpToThePeftVersion(string name)
    {
        var folder = FixtureFolder.Require("adapters", name);
        var original = File.ReadAllLines(Path.Combine(folder, "adapter_config.json"));

        var options = LoraOptions.Read(folder);
        var written = options.ToJson().Split('\n');

        Assert.Empty(options.Warnings);
        Assert.Equal(WithoutVersion(original), WithoutVersion(written));
    }

    private static IEnumerable<string> WithoutVersion(IEnumerable<string> lines) => lines.Where(line => !line.Contains("\"peft_version\"", StringComparison.Ordinal));
}
