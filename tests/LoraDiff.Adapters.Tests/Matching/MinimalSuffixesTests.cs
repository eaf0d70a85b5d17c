using LoraDiff.Adapters.Matching;

namespace LoraDiff.Adapters.Tests.Matching;

public sealed class MinimalSuffixesTests
{
    // PEFT's own example.
    [Fact]
    public void Shorten_ManyNames_FindsTheSuffixesThatTellThemApart()
    {
        string[] targets = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { $"model.decoder.layers.{i}.self_attn.q_proj", $"model.decoder.layers.{i}.self_attn.v_proj" })];
        var others = Enumerable.Range(0, 100).Select(i => $"model.encoder.layers.{i}.self_attn.k_proj");

        Assert.Equal(["q_proj", "v_proj"], MinimalSuffixes.Shorten(targets, targets.Concat(others)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shorten_WhereTheLastPartIsShared_TakesMoreParts()
    {
        string[] targets = [.. Enumerable.Range(0, 30).Select(i => $"decoder.{i}.attn.q_proj")];
        var others = Enumerable.Range(0, 30).Select(i => $"encoder.{i}.self.q_proj");

        Assert.Equal(["attn.q_proj"], MinimalSuffixes.Shorten(targets, targets.Concat(others)));
    }

    [Fact]
    public void Shorten_BelowTwentyNames_LeavesThem()
    {
        string[] targets = [.. Enumerable.Range(0, 19).Select(i => $"layers.{i}.q_proj")];

        Assert.Equal(targets, MinimalSuffixes.Shorten(targets, targets));
    }
}
