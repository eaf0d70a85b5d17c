using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Conversion;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>Every number that a command line can give, with values that make no sense. What is accepted goes on to the model, which is not there.</summary>
public sealed class NumbersTests
{
    private const string NoModel = "/no/such/place";
    private static readonly string[] Values = ["0", "-1", "1", "NaN", "1e999", "99999999999999999999999", "", "x"];

    private static readonly Dictionary<string, string[]> Verbs = new()
    {
        ["generate"] = ["--model", NoModel, "--prompt", "x"],
        ["eval"] = ["--model", NoModel, "--data", Places.Eval],
        ["convert"] = ["--model", NoModel, "--data", Places.Train, "--out", Path.Combine(Path.GetTempPath(), "loradiff-never-made")],
        ["data inspect"] = [Places.Train, "--model", NoModel],
        ["data prepare"] = [Places.Train, "--model", NoModel],
        ["merge"] = ["--model", NoModel, "--adapter", NoModel, "--out", "x"],
        ["export"] = ["--target", "plain", "--model", NoModel, "--adapter", NoModel, "--out", "x"],
    };

    [Theory]
    [InlineData("generate", "--threshold", "a number above 0", "1", "99999999999999999999999")]
    [InlineData("generate", "--max-new-tokens", "a whole number from 1 to 2147483647", "1")]
    [InlineData("generate", "--block-size", "a whole number from 1 to 2147483647", "1")]
    [InlineData("generate", "--temperature", "a number of at least 0", "0", "1", "99999999999999999999999")]
    [InlineData("generate", "--top-p", "a number above 0 and at most 1", "1")]
    [InlineData("generate", "--top-k", "a whole number from 0 to 2147483647", "0", "1")]
    [InlineData("generate", "--seed", "a whole number from -9223372036854775808 to 9223372036854775807", "0", "-1", "1")]
    [InlineData("eval", "--threshold", "a number above 0", "1", "99999999999999999999999")]
    [InlineData("eval", "--max-new-tokens", "a whole number from 1 to 2147483647", "1")]
    [InlineData("eval", "--block-size", "a whole number from 1 to 2147483647", "1")]
    [InlineData("eval", "--limit", "a whole number from 1 to 2147483647", "1")]
    [InlineData("eval", "--seed", "a whole number from -9223372036854775808 to 9223372036854775807", "0", "-1", "1")]
    [InlineData("convert", "--minutes", "a number above 0 and at most 525600000", "1")]
    [InlineData("convert", "--steps", "a whole number from 1 to 2147483647", "1")]
    [InlineData("convert", "--seed", "a whole number from -9223372036854775808 to 9223372036854775807", "0", "-1", "1")]
    [InlineData("data inspect", "--limit", "a whole number from 1 to 2147483647", "1")]
    [InlineData("data inspect", "--show", "a whole number from 0 to 2147483647", "0", "1")]
    [InlineData("merge", "--pad-vocabulary-to", "a whole number from 1 to 1048576", "1")]
    [InlineData("merge", "--max-shard-size", "a size of at least one byte", "1")]
    [InlineData("export", "--pad-vocabulary-to", "a whole number from 1 to 1048576", "1")]
    [InlineData("export", "--max-shard-size", "a size of at least one byte", "1")]
    public void AnOption_OutOfRange_NamesItselfItsValueAndTheRange(string verb, string option, string range, params string[] accepted)
        => Assert.All(Values, value =>
        {
            var error = Refusal([.. verb.Split(' '), .. Verbs[verb], option, value]);

            if (accepted.Contains(value))
            {
                Assert.DoesNotContain(option, error, StringComparison.Ordinal);
            }
            else
            {
                Assert.Matches($"^loradiff: {option} is '?({System.Text.RegularExpressions.Regex.Escape(value)}|Infinity|1E\\+23)'?; it must be {range}\\b", error);
            }
        });

    [Theory]
    [InlineData("generate")]
    [InlineData("eval")]
    [InlineData("convert")]
    [InlineData("merge")]
    [InlineData("export")]
    public void Device_ThatDoesNotExist_IsSaidBeforeAnythingIsRead(string verb)
        => Assert.All(["", "tpu", "cuda:", "cuda:-1", "cuda:x", "cuda:99999999999", "cpu:0"], device =>
            Assert.StartsWith($"loradiff: --device is '{device}'; expected auto, cpu, cuda or cuda:N.", Refusal([.. verb.Split(' '), .. Verbs[verb], "--device", device]), StringComparison.Ordinal));

    [Theory]
    [InlineData("@0")]
    [InlineData("@-1")]
    [InlineData("@NaN")]
    [InlineData("@1e999")]
    [InlineData("@1000.5")]
    [InlineData("@99999999999999999999999")]
    [InlineData("@")]
    public void Weight_OutOfRange_NamesTheSource(string weight)
        => Assert.Contains($"'data.jsonl{weight}': ", Refusal(["convert", "--model", NoModel, "--data", "data.jsonl" + weight, "--out", "x"]), StringComparison.Ordinal);

    /// <summary>Each key of <c>--set</c> with each value: either the approved list has it as accepted, or the one line names the key and what is expected.</summary>
    [Fact]
    public void Set_WithEveryKeyAndValue_AcceptsWhatIsApproved()
    {
        List<string> accepted = [];
        foreach (var (verb, keys) in new[] { ("convert", ConversionRequest.Keys), ("data inspect", Conversion.Data.DataOptions.Keys), ("data prepare", Conversion.Data.DataOptions.Keys) })
        {
            foreach (var key in keys)
            {
                accepted.Add($"{verb} --set {key}={string.Join('|', Values.Where(value => IsAccepted(verb, key, value)))}");
            }
        }

        Golden.Check("set-values.txt", string.Join('\n', accepted) + "\n");
    }

    private static bool IsAccepted(string verb, string key, string value)
    {
        string[] others = key switch
        {
            "layers_to_transform" => ["--set", "target_modules=q_proj"],
            "layers_pattern" => ["--set", "target_modules=q_proj", "--set", "layers_to_transform=0"],
            _ => [],
        };
        var error = Refusal([.. verb.Split(' '), .. Verbs[verb], .. others, "--set", $"{key}={value}"]);
        if (error.Contains(NoModel, StringComparison.Ordinal))
        {
            return true;
        }

        Assert.Contains(key.Split('.')[^1], error, StringComparison.Ordinal);
        Assert.Matches("must be|expected|must not|missing", error);
        return false;
    }

    /// <summary>The line on standard error, without what only code should see.</summary>
    private static string Refusal(string[] args)
    {
        var run = Run.Of(args);

        Assert.NotEqual(ExitCode.Success, run.Code);
        Assert.Empty(run.Out);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.All(["(Parameter", "System.", "Exception", "   at ", "Actual value"], leak => Assert.DoesNotContain(leak, run.Error, StringComparison.Ordinal));
        return run.Error;
    }
}
