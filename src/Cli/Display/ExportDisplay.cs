using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Export;

namespace LoraDiff.Cli.Display;

/// <summary>Shows an export as a bar on standard error; nothing where that is no terminal.</summary>
internal sealed class ExportDisplay : IProgress<ExportProgress>, IDisposable
{
    private readonly LiveBar? _bar;

    private ExportDisplay(CliConsole console) => _bar = console.IsLive ? new LiveBar(console.Progress) : null;

    public static ExportDisplay Start(CliConsole console) => new(console);

    public void Report(ExportProgress value) => _bar?.Update(
        (double)value.BytesWritten / value.BytesTotal,
        value.BytesWritten < value.BytesTotal ? string.Create(CultureInfo.InvariantCulture, $"{value.BytesWritten / 1e9:F1} of {value.BytesTotal / 1e9:F1} GB") : "comparing logits");

    public void Dispose() => _bar?.Dispose();
}
