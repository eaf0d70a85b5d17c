using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("inspect")]
    [InlineData("data")]
    [InlineData("data inspect")]
    [InlineData("data prepare")]
    [InlineData("convert")]
    [InlineData("generate")]
    [InlineData("eval")]
    [InlineData("merge")]
    [InlineData("export")]
    [InlineData("pull")]
    [InlineData("push")]
    [InlineData("doctor")]
    public void Help_OfAVerb_IsTheApprovedText(string verb)
    {
        var run = Run.Of([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(ExitCode.Success, run.Code);
        // The program's own name is that of whoever hosts the tests.
        var text = System.Text.RegularExpressions.Regex.Replace(run.Out, @"(?<=Usage:\r?\n  )\S+", "loradiff");
        Golden.Check($"help{(verb.Length == 0 ? "" : "-" + verb.Replace(' ', '-'))}.txt", string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n");
    }

    [Theory]
    [InlineData(2, "unknownverb")]
    [InlineData(2, "inspect")]
    [InlineData(2, "eval", "--model", "x", "--data", "y", "--limit", "many")]
    [InlineData(2, "generate", "--model", "x", "--prompt", "y", "--frobnicate")]
    [InlineData(1, "inspect", "/no/such/place")]
    [InlineData(1, "generate", "--model", "/no/such/place", "--prompt", "x")]
    [InlineData(1, "generate", "--model", "/no/such/place", "--prompt", "x", "--device", "tpu")]
    [InlineData(1, "generate", "--model", "/no/such/place", "--prompt", "x", "--dtype", "int3")]
    [InlineData(1, "eval", "--model", "/no/such/place", "--data", "/no/such/file")]
    [InlineData(1, "merge", "--model", "/no/such/place", "--adapter", "/no/such/file", "--out", "z")]
    [InlineData(1, "convert", "--model", "x", "--data", "y", "--out", "z", "--recipe", "nothing")]
    [InlineData(1, "convert", "--model", "x", "--data", "y", "--out", "z", "--set", "no_such_key=1")]
    [InlineData(1, "convert", "--model", "x", "--data", "y", "--out", "z", "--set", "learning_rate")]
    [InlineData(1, "convert", "--model", "x", "--data", "y", "--out", "z", "--set", "r=much")]
    public void AnError_IsOneLineOnStandardError(int code, params string[] args)
    {
        var run = Run.Of([.. args, .. (string[])(code == 1 ? ["--json"] : [])]);

        Assert.Equal(code, run.Code);
        Assert.Empty(run.Out);
        Assert.StartsWith("loradiff: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', run.Error.TrimEnd('\n'));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownSetting_IsAnsweredWithAllKeys()
    {
        var run = Run.Of("convert", "--model", "x", "--data", "y", "--out", "z", "--set", "no_such_key=1");

        Assert.All(["no_such_key", "block_schedule.max", "learning_rate", "lora_alpha", "max_length"], key => Assert.Contains(key, run.Error, StringComparison.Ordinal));
    }
}
