using LoraDiff.Hub.Cache;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Tests.Cache;

public sealed class SafePathTests
{
    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/..")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/x")]
    [InlineData("a\\..\\x")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/.")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("")]
    [InlineData("sub/NUL")]
    [InlineData("con.txt")]
    [InlineData("a./b")]
    [InlineData("name ")]
    [InlineData("x:stream")]
    [InlineData(".git/hooks/post-checkout")]
    [InlineData("sub/.GIT/config")]
    public void Below_OfAPathThatLeadsOut_IsRefused(string path) => Assert.Throws<UnsafePathException>(() => SafePath.Below("/root", path));

    [Theory]
    [InlineData("config.json")]
    [InlineData("a/b/c.bin")]
    [InlineData(".gitattributes")]
    [InlineData("..data/x..y")]
    [InlineData("über/日本.txt")]
    [InlineData("console.txt")]
    public void Below_OfAnHonestPath_StaysBelow(string path) => Assert.Equal(Path.Combine(["/root", .. path.Split('/')]), SafePath.Below("/root", path));

    [Fact]
    public void CheckLinks_OfAFolderThatIsALink_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("root"));
        Directory.CreateDirectory(folder.At("elsewhere"));
        Directory.CreateSymbolicLink(folder.At("root", "sub"), folder.At("elsewhere"));

        Assert.Throws<UnsafePathException>(() => SafePath.CheckLinks(folder.At("root"), folder.At("root", "sub", "file")));
        SafePath.CheckLinks(folder.At("root"), folder.At("root", "other", "file"));
    }
}
