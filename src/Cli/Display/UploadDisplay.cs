using System.Diagnostics;
using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Hub;
using LoraDiff.Hub.Publishing;

namespace LoraDiff.Cli.Display;

/// <summary>Says on standard error how far an upload is, every few seconds.</summary>
internal sealed class UploadDisplay(CliConsole console, HubClient client) : IProgress<UploadProgress>, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next = Every;

    public void Report(UploadProgress value)
    {
        lock (_gate)
        {
            if (!client.Options.DisableProgressBars && _watch.Elapsed >= _next)
            {
                _next = _watch.Elapsed + Every;
                console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Bytes / 1e6:F1} of {value.TotalBytes / 1e6:F1} MB sent"));
            }
        }
    }

    /// <summary>Nothing is said any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _next = TimeSpan.MaxValue;
        }
    }
}
