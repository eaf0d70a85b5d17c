using System.Text.Json;
using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>One run of the tool in this process.</summary>
internal sealed record Run(int Code, string Out, string Error)
{
    /// <summary>What <c>--json</c> printed; fails unless it is exactly one object on one line.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.EndsWith("\n", Out, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', Out.TrimEnd('\n'));
            var root = JsonDocument.Parse(Out).RootElement;
            Assert.Equal(JsonValueKind.Object, root.ValueKind);
            return root;
        }
    }

    public static Run Of(params string[] args) => Of(new StringWriter(), CancellationToken.None, args);

    public static Run Of(StringWriter error, CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter();
        var code = LoraDiffCommand.RunAsync(args, CliConsole.ForWriters(output, error), cancellationToken).GetAwaiter().GetResult();
        return new Run(code, output.ToString(), error.ToString());
    }
}
