using LoraDiff.Adapters.Matching;

namespace LoraDiff.Adapters.Tests.Matching;

public sealed class TargetMatcherTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "bar", false)]
    [InlineData("base.foo", "foo", true)]
    [InlineData("basefoo", "foo", false)]
    [InlineData("foo.bar", "foo", false)]
    [InlineData("layers.11.q_proj", "1.q_proj", false)]
    public void Match_ListedName_IsTheWholeNameOrADottedSuffix(string name, string target, bool hit)
        => Assert.Equal(hit, Match(new LoraOptions(), [target], name) == TargetMatch.Targeted);

    // (name, layers, pattern) → hit, for target "baz".
    [Theory]
    [InlineData("foo.bar.1.baz", 1, "bar", true)]
    [InlineData("foo.bar.1.baz", 0, "bar", false)]
    [InlineData("foo.bar.001.baz", 1, "bar", true)]
    [InlineData("foo.bar.1.baz", 1, "ar", false)]
    [InlineData("foo.whatever.1.baz", 1, null, true)]
    [InlineData("foo.bar.1.x.7.baz", 1, null, true)]
    [InlineData("foo.bar.1.x.7.baz", 7, null, false)]
    [InlineData("foo.bar.baz", 1, null, false)]
    [InlineData("bar.1.baz", 1, "bar", true)]
    [InlineData("bar.1.baz", 1, null, false)]
    public void Match_WithLayers_TakesTheFirstNumberedSegment(string name, int layer, string? pattern, bool hit)
    {
        var options = new LoraOptions { LayersToTransform = layer, LayersPattern = pattern is null ? null : (OneOrMany<string>)pattern };

        Assert.Equal(hit, Match(options, ["baz"], name) == TargetMatch.Targeted);
    }

    [Fact]
    public void Match_FullNameListed_IgnoresLayers()
        => Assert.Equal(TargetMatch.Targeted, Match(new LoraOptions { LayersToTransform = 5 }, ["a.1.q"], "a.1.q"));

    [Fact]
    public void Match_ModulesToSave_ExcludesTheModuleAndWhatLiesBelow()
    {
        var options = new LoraOptions { ModulesToSave = ["head"] };

        Assert.Equal(TargetMatch.Excluded, Match(options, ["dense"], "head"));
        Assert.Equal(TargetMatch.Excluded, Match(options, ["dense"], "model.head.dense"));
        Assert.Equal(TargetMatch.Targeted, Match(options, ["dense"], "model.overhead.dense"));
    }

    [Theory]
    [InlineData(@".*\.(?P<which>q|k)_(?P=which)", "a.q_q", true)]
    [InlineData(@".*\.(?P<which>q|k)_(?P=which)", "a.q_k", false)]
    [InlineData(@"a{,2}\Z", "aa", true)]
    [InlineData(@"[]a]+", "]a", true)]
    [InlineData(@"[a[b]+", "a[b", true)]
    [InlineData("q_proj", "q_proj\n", false)]
    public void Match_PythonSyntax_MeansWhatItMeansInPython(string pattern, string name, bool hit)
        => Assert.Equal(hit, Match(new LoraOptions(), pattern, name) == TargetMatch.Targeted);

    [Fact]
    public void Match_BadPattern_NamesTheKey()
    {
        var error = Assert.Throws<AdapterException>(() => Match(new LoraOptions(), "(", "a"));

        Assert.Contains("target_modules", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_CatastrophicPattern_StopsInTime()
    {
        var error = Assert.Throws<AdapterException>(() => Match(new LoraOptions(), "(a+)+b", new string('a', 60)));

        Assert.Contains("(a+)+b", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.layers.1.self_attn.q_proj", 3)]
    [InlineData("model.layers.0.self_attn.q_proj", 2)]
    [InlineData("model.layers.0.self_attn.xq_proj", 8)]
    public void PatternTable_FirstMatchInOrder_Wins(string name, int rank)
    {
        var table = new PatternTable<int>(
            new OrderedDictionary<string, int> { ["^model.layers.1.self_attn.q_proj"] = 3, ["q_proj"] = 2 }, "rank_pattern");

        Assert.Equal(rank, table.For(name, 8));
    }

    private static TargetMatch Match(LoraOptions options, ModulePatterns targets, string name) => new TargetMatcher(options, targets).Match(name);
}
