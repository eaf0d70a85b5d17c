using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>What cannot be used is named in one line, and nothing is written.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly string Adapter = Path.Combine(Path.GetDirectoryName(Places.Checkpoint)!, "adapter");

    private readonly Places _places = new();

    [Theory]
    [InlineData("There is no evaluation file ", "missing.jsonl")]
    [InlineData("is a folder. Expected a JSONL file", "")]
    public void Eval_OfWhatIsNoFile_SaysWhatItExpects(string expected, string data)
        => AssertRefused(expected, "eval", "--model", Places.Checkpoint, "--data", _places.At(data));

    /// <summary>Found out only afterwards, it would cost the measurement.</summary>
    [Fact]
    public void Eval_IntoARecordThatIsDamaged_IsRefusedBeforeItMeasures()
    {
        File.Copy(Path.Combine(Adapter, "adapter_config.json"), _places.At("adapter_config.json"));
        File.WriteAllText(_places.At("eval.json"), "[{");

        AssertRefused("eval.json cannot be read: ", "eval", "--model", Places.Checkpoint, "--data", Places.Eval, "--record", _places.Folder);
        Assert.Equal("[{", File.ReadAllText(_places.At("eval.json")));
    }

    [SkippableFact]
    public void Eval_IntoAFolderThatCannotBeWritten_IsRefusedBeforeItMeasures()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Who may write everywhere cannot be refused.");
        File.Copy(Path.Combine(Adapter, "adapter_config.json"), _places.At("adapter_config.json"));
        Allow(_places.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        AssertRefused("cannot be written to", "eval", "--model", Places.Checkpoint, "--data", Places.Eval, "--record", _places.Folder);
    }

    [Fact]
    public void AFileWhereAFolderBelongs_IsNamed()
    {
        File.WriteAllText(_places.At("file"), "");

        AssertRefused("file' is a file; expected a folder", "generate", "--model", _places.At("file"), "--prompt", "x");
        AssertRefused("file' is a file; expected a folder", "generate", "--model", Places.Checkpoint, "--adapter", _places.At("file"), "--prompt", "x");
    }

    [SkippableFact]
    public void AFolderThatMayNotBeRead_IsNamed()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Who may read everything cannot be refused.");
        Allow(_places.Folder, UnixFileMode.None);

        AssertRefused($"The folder '{_places.Folder}' cannot be read: ", "generate", "--model", Places.Checkpoint, "--adapter", _places.Folder, "--prompt", "x");
    }

    public void Dispose()
    {
        Allow(_places.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _places.Dispose();
    }

    private static void Allow(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    private static void AssertRefused(string expected, params string[] arguments)
    {
        var run = Run.Of(arguments);

        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
