using LoraDiff.Hub.Cache;

namespace LoraDiff.Hub.Tests.Cache;

public sealed class FilePatternsTests
{
    // Expected values: Python's fnmatch.fnmatchcase.
    [Theory]
    [InlineData("*.json", "config.json", true)]
    [InlineData("*.json", "a/b/config.json", true)]
    [InlineData("*.json", "config.json5", false)]
    [InlineData("data/", "data/x/y.bin", true)]
    [InlineData("data/", "data", false)]
    [InlineData("model-0000?-of-*.safetensors", "model-00001-of-00002.safetensors", true)]
    [InlineData("[ab]*", "b.txt", true)]
    [InlineData("[!ab]*", "b.txt", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("Config.json", "config.json", false)]
    [InlineData("a[", "a[", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("sub\\*.txt", "sub/a.txt", true)]
    public void Takes_IsWhatPythonSays(string pattern, string path, bool expected)
    {
        Assert.Equal(expected, new FilePatterns([pattern], []).Takes(path));
        Assert.Equal(!expected, new FilePatterns([], [pattern]).Takes(path));
    }
}
