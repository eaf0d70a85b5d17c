using System.Collections.Concurrent;
using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Hub;

namespace LoraDiff.Cli.Display;

/// <summary>Shows a download as a bar on standard error; nothing where that is no terminal.</summary>
internal sealed class TransferDisplay : IProgress<TransferProgress>, IDisposable
{
    private readonly LiveBar? _bar;
    private readonly ConcurrentDictionary<string, (long Bytes, long Size)> _files = new();

    private TransferDisplay(CliConsole console, HubClient client) => _bar = console.IsLive && !client.Options.DisableProgressBars ? new LiveBar(console.Progress) : null;

    public static TransferDisplay Start(CliConsole console, HubClient client) => new(console, client);

    public void Report(TransferProgress value)
    {
        if (_bar is null)
        {
            return;
        }

        _files[value.Path] = (value.Bytes, value.Size ?? value.Bytes);
        var (bytes, size) = _files.Values.Aggregate((Bytes: 0L, Size: 0L), (sum, file) => (sum.Bytes + file.Bytes, sum.Size + file.Size));
        _bar.Update(size == 0 ? 1 : (double)bytes / size, string.Create(CultureInfo.InvariantCulture, $"{_files.Count} files, {bytes / 1e6:F1} of {size / 1e6:F1} MB"));
    }

    public void Dispose() => _bar?.Dispose();
}
