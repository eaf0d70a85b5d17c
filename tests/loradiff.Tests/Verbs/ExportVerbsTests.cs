using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>merge and export of the bundled adapter.</summary>
public sealed class ExportVerbsTests
{
    private static readonly string Adapter = Path.Combine(Path.GetDirectoryName(Places.Checkpoint)!, "adapter");

    [Fact]
    public void Merge_OfTheBundledAdapter_GivesAFolderThatDecodesTheSame()
    {
        using var places = new Places();

        var run = Run.Of("merge", "--model", Places.Checkpoint, "--adapter", Adapter, "--out", places.At("merged"), "--max-shard-size", "1.5MB", "--json");

        Assert.Equal((ExitCode.Success, ""), (run.Code, run.Error));
        var json = run.Json;
        Assert.Equal((places.At("merged"), "plain", 894, 16), (json.GetProperty("path").GetString(), json.GetProperty("target").GetString(), json.GetProperty("mask_token_id").GetInt32(), json.GetProperty("block_size").GetInt32()));
        var shards = Directory.GetFiles(places.At("merged"), "*.safetensors");
        Assert.Equal((shards.Length, shards.Sum(file => new FileInfo(file).Length)), (json.GetProperty("shards").GetInt32(), json.GetProperty("bytes").GetInt64()));
        Assert.InRange(shards.Length, 3, 4);
        Assert.InRange(json.GetProperty("max_relative_difference").GetDouble(), 0, 0.01);
        Assert.True(json.GetProperty("max_difference").GetDouble() < 0.2);

        Assert.Empty(ModelCardRules.Check(ModelCard.Parse(File.ReadAllText(places.At("merged", "README.md")))));

        string[] prompt = ["--prompt", "Spell the word lamp.", "--max-new-tokens", "16", "--json", "--dtype", "float32"];
        var merged = Run.Of(["generate", "--model", places.At("merged"), .. prompt]).Json;
        var adapted = Run.Of(["generate", "--model", Places.Checkpoint, "--adapter", Adapter, .. prompt]).Json;
        Assert.Equal(adapted.GetProperty("text").GetString(), merged.GetProperty("text").GetString());
        Assert.Equal(adapted.GetProperty("nfe").GetInt32(), merged.GetProperty("nfe").GetInt32());
    }

    [Fact]
    public void Merge_AsText_IsOneLine()
    {
        using var places = new Places();

        var run = Run.Of("merge", "--model", Places.Checkpoint, "--adapter", Adapter, "--out", places.At("merged"), "--dtype", "float32");

        Assert.Matches(@"^.*merged \(plain\): 7\.0 MB in 1 file; its logits differ from base and adapter by at most [0-9.e-]+ \([0-9.e-]+ of the largest\)\.\n$", run.Out);
    }

    [Fact]
    public void Export_OfWhatTheTargetCannotServe_IsOneLineAndLeavesNothing()
    {
        using var places = new Places();

        var run = Run.Of("export", "--model", Places.Checkpoint, "--adapter", Adapter, "--out", places.At("sdar"), "--target", "sdar", "--json");

        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.StartsWith("loradiff: Target 'sdar' cannot serve this: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("Targets that can: plain.\n", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(places.Folder));
    }

    [Theory]
    [InlineData("is a file; the output is a folder", "taken")]
    [InlineData("is a file. Choose another folder", "taken/below")]
    [InlineData("is '', expected a name", "")]
    [InlineData("cannot be written to", "/proc/loradiff")]
    public void Merge_ToAFolderThatCannotBeWritten_IsOneLineAndLeavesNothing(string expected, string output)
    {
        using var places = new Places();
        File.WriteAllText(places.At("taken"), "");

        var run = Run.Of("merge", "--model", Places.Checkpoint, "--adapter", Adapter, "--out", output.StartsWith("taken", StringComparison.Ordinal) ? places.At(output) : output);

        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal([places.At("taken")], Directory.EnumerateFileSystemEntries(places.Folder));
    }

    [Theory]
    [InlineData("No target is called 'tgi'", "--target", "tgi")]
    [InlineData("--max-shard-size", "--max-shard-size", "huge")]
    [InlineData("--mask-token", "--mask-token", "other")]
    [InlineData("--dtype", "--dtype", "int4")]
    [InlineData("--pad-vocabulary-to", "--pad-vocabulary-to", "0")]
    public void Export_WithAnArgumentThatMakesNoSense_SaysWhich(string named, string option, string value)
    {
        using var places = new Places();

        string[] rest = option == "--target" ? [option, value] : ["--target", "plain", option, value];
        var run = Run.Of(["export", "--model", Places.Checkpoint, "--adapter", Adapter, "--out", places.At("x"), .. rest]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }
}
