using System.Diagnostics;
using System.Globalization;
using LoraDiff.Hub;

namespace LoraDiff.Bench.Hub;

/// <summary>This library's side of a transfer; prints one JSON line.</summary>
internal static class OurClient
{
    public static async Task RunAsync(string direction, string repository, string folder)
    {
        using var client = HubClient.Create();
        var clock = Stopwatch.StartNew();
        if (direction == "download")
        {
            await client.DownloadSnapshotAsync(repository);
        }
        else
        {
            await client.UploadFolderAsync(repository, folder);
        }
        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"seconds\": {seconds:0.0000}, \"peak_mib\": {Transfer.PeakOfThisProcess():0}}}"));
    }
}
