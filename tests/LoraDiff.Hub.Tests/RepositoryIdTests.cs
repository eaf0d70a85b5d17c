namespace LoraDiff.Hub.Tests;

public sealed class RepositoryIdTests
{
    [Theory]
    [InlineData("gpt2", null, "gpt2")]
    [InlineData("Qwen/Qwen3-0.6B", "Qwen", "Qwen3-0.6B")]
    [InlineData("a_b.c/d-e_f", "a_b.c", "d-e_f")]
    public void Name_WithinTheRules_IsTakenApart(string name, string? owner, string shortName)
    {
        var id = new RepositoryId(name);

        Assert.Equal((owner, shortName), (id.Owner, id.ShortName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("a//b")]
    [InlineData("/b")]
    [InlineData("a/")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a--b/c")]
    [InlineData("a/b..c")]
    [InlineData("-a/b")]
    [InlineData("a/b-")]
    [InlineData("a/b.")]
    [InlineData("a/.b")]
    [InlineData("a/b.git")]
    [InlineData("a b/c")]
    [InlineData("a/b\n")]
    [InlineData("C:\\models")]
    public void Name_AgainstTheRules_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new RepositoryId(name));

    [Fact]
    public void Name_LongerThan96Characters_IsRefused()
    {
        Assert.Equal(96, new RepositoryId("a/" + new string('b', 94)).Name.Length);
        Assert.Throws<ArgumentException>(() => new RepositoryId("a/" + new string('b', 95)));
    }

    [Theory]
    [InlineData("Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B", null)]
    [InlineData("Qwen/Qwen3-0.6B@main", "Qwen/Qwen3-0.6B", "main")]
    [InlineData("a/b@refs/pr/1", "a/b", "refs/pr/1")]
    public void Parse_OfNameAndRevision_GivesBoth(string text, string name, string? revision)
    {
        Assert.Equal((new RepositoryId(name), revision), RepositoryId.Parse(text));
        Assert.True(RepositoryId.TryParse(text, out var id, out var found));
        Assert.Equal((name, revision), (id.Name, found));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("./a")]
    [InlineData("/a/b")]
    [InlineData("a/b/c")]
    [InlineData("a/b@")]
    public void TryParse_OfAFolder_IsFalse(string text) => Assert.False(RepositoryId.TryParse(text, out _, out _));
}
