using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.TorchSharpApi;

/// <summary>The product can be built against the official TorchSharp package: it uses nothing that the package lacks.</summary>
public sealed class TorchSharpNamesTests
{
    public static TheoryData<string> Products { get; } = ["LoraDiff.Native", "LoraDiff.Adapters", "LoraDiff.Conversion", "loradiff"];

    [Theory]
    [MemberData(nameof(Products))]
    public void ProductAssembly_UsesOnlyMembersOfTheOfficialPackage(string product)
    {
        var list = File.ReadLines(Path.Combine(FixtureFolder.Repository, "tests", "loradiff.Tests", "torchsharp-public-api.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToHashSet(StringComparer.Ordinal);

        var used = TorchSharpReferences.Of(Path.Combine(AppContext.BaseDirectory, product + ".dll"));

        Assert.NotEmpty(used);
        Assert.Equal([], used.Where(name => !list.Contains(name)).ToArray());
    }

    [Theory]
    [InlineData("LoraDiff.Safetensors")]
    [InlineData("LoraDiff.Tokenizers")]
    [InlineData("LoraDiff.Hub")]
    public void AssemblyWithoutTensors_DoesNotReferToTorchSharp(string product)
        => Assert.Empty(TorchSharpReferences.Of(Path.Combine(AppContext.BaseDirectory, product + ".dll")));
}
