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
    [InlineData("CON .txt")]
    [InlineData("com¹")]
    [InlineData("LPT³.bin")]
    [InlineData("conin$")]
    [InlineData("CONOUT$.txt")]
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
    [InlineData("com4x.txt")]
    [InlineData("conin$1")]
    public void Below_OfAnHonestPath_StaysBelow(string path) => Assert.Equal(Path.Combine(["/root", .. path.Split('/')]), SafePath.Below("/root", path));

    [Fact]
    public void Below_OfANameLongerThanFileSystemsTake_IsRefused()
    {
        Assert.Throws<UnsafePathException>(() => SafePath.Below("/root", "a/" + new string('n', 256)));
        Assert.EndsWith("n", SafePath.Below("/root", "a/" + new string('n', 255)), StringComparison.Ordinal);
    }

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
