using LoraDiff.Hub.Cards;

namespace LoraDiff.Hub.Tests.Cards;

public sealed class ModelCardTests
{
    [Theory]
    [InlineData("---\nlicense: mit\n---\n# A\n")]
    [InlineData("---\r\nlicense: mit\r\ntags:\r\n- a\r\n---\r\n# A\r\n")]
    [InlineData("---\n# a comment\nlicense: mit   # mine\n\ntags: [a, b]\nmodel-index:\n- name: x\n  results: []\n---\nbody --- with\n---\nmarks\n")]
    [InlineData("no front matter\n---\nlicense: mit\n---\n")]
    [InlineData("")]
    public void Card_ThatNobodyChanges_IsWrittenAsItWas(string text) => Assert.Equal(text, ModelCard.Parse(text).ToString());

    [Fact]
    public void Card_WithAByteOrderMarkAndSpace_IsRead()
    {
        var card = ModelCard.Parse("\uFEFF\n ---\nlicense: mit\n---\nbody");
        Assert.Equal("mit", card.Metadata["license"]);
        Assert.Equal("body", card.Body);
    }

    [Fact]
    public void Values_AreReadByTheirTypes()
    {
        var metadata = ModelCard.Parse("---\na: 1\nb: 1.5\nc: true\nd: '1'\ne:\nf: [x, 2]\ng: {h: i}\n---\n").Metadata;

        Assert.Equal([1L, 1.5, true, "1", null], new[] { "a", "b", "c", "d", "e" }.Select(k => metadata[k]));
        Assert.Equal(["x"], metadata.Texts("f"));
        Assert.Equal("i", Assert.IsType<Dictionary<string, object?>>(metadata["g"])["h"]);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g"], metadata.Keys);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("ON")]
    [InlineData("1e3")]
    [InlineData("1_000")]
    [InlineData("0x1F")]
    [InlineData("012")]
    [InlineData("12:30:45")]
    [InlineData("2024-01-01")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData(".inf")]
    [InlineData("a: b")]
    [InlineData("# c")]
    [InlineData("- d")]
    [InlineData("e\nf")]
    [InlineData("\"g\"")]
    [InlineData("häl 🤗")]
    [InlineData("---")]
    public void Text_ThatLooksLikeSomethingElse_ComesBackAsText(string text)
    {
        var card = new ModelCard();
        card.Metadata.Set("x", text);
        card.Metadata.Set("list", new List<object?> { text });
        var again = ModelCard.Parse(card.ToString()).Metadata;

        Assert.Equal(text, again["x"]);
        Assert.Equal([text], again.Texts("list"));
    }

    [Fact]
    public void Set_ChangesItsKeyAlone()
    {
        var card = ModelCard.Parse("---\na: 1 # one\nb:\n  - x\n  - y # why\nc: 3\n---\n");
        card.Metadata.Set("b", "z");
        card.Metadata.Remove("c");
        card.Metadata.Set("d", 4);
        Assert.Equal("---\na: 1 # one\nb: z\nd: 4\n---\n", card.ToString());
    }

    [Theory]
    [InlineData("---\n- a\n---\n", "must be 'key: value'")]
    [InlineData("---\na: 1\na: 2\n---\n", "not valid YAML")]
    [InlineData("---\nok: 1\na: [\n---\n", "not valid YAML")]
    [InlineData("---\na: {b: 1\n---\n", "not valid YAML")]
    public void Card_WithBrokenYaml_IsRefused(string text, string part)
        => Assert.Contains(part, Assert.Throws<ModelCardException>(() => ModelCard.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Card_ThatNestsWithoutEnd_IsRefused() => Assert.Throws<ModelCardException>(() => ModelCard.Parse($"---\na: {new string('[', 100_000)}\n---\n"));

    [Fact]
    public void Card_WhoseAliasesMultiply_IsRefused()
    {
        var lines = Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]");
        var card = ModelCard.Parse($"---\na0: &a0 [x,x,x]\n{string.Join('\n', lines)}\n---\n");
        Assert.Throws<ModelCardException>(() => card.Metadata["a9"]);
    }

    [Theory]
    [InlineData("base_model: ./model", "base_model")]
    [InlineData("base_model: /home/me/model", "base_model")]
    [InlineData("base_model: C:\\model", "base_model")]
    [InlineData("base_model_relation: child", "base_model_relation")]
    [InlineData("license: other", "license_name")]
    [InlineData("license: 3", "license")]
    [InlineData("tags: [a, no, 1]", "tags")]
    [InlineData("model-index: {}", "model-index")]
    [InlineData("model-index: [{name: x}]", "model-index")]
    [InlineData("model-index: [{name: x, results: [{task: {type: t}, dataset: {name: d}, metrics: [{type: a, value: 1}]}]}]", "dataset.type")]
    [InlineData("model-index: [{name: x, results: [{task: {type: t}, dataset: {name: d, type: d}, metrics: [{type: a}]}]}]", "metrics")]
    public void Rules_NameWhatTheHubWouldRefuse(string yaml, string part) => Assert.Contains(part, Assert.Single(ModelCardRules.Check(ModelCard.Parse($"---\n{yaml}\n---\n"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Qwen/Qwen3-0.6B", true)]
    [InlineData("gpt2", false)]
    [InlineData("a/b/c", false)]
    [InlineData("../model", false)]
    [InlineData("/model", false)]
    [InlineData("a/b--c", false)]
    [InlineData("a/b.git", false)]
    [InlineData("a/b ", false)]
    [InlineData(null, false)]
    public void IsHubId_TellsIdsFromPaths(string? text, bool expected) => Assert.Equal(expected, ModelCardRules.IsHubId(text));
}
