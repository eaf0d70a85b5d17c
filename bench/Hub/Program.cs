using System.Diagnostics;
using System.Globalization;
using LoraDiff.Bench.Hub;
using LoraDiff.Hub.Tests.Fake;

// hub-bench [--big-mib 2048] [--small 2000] [--repeat 3]: download and upload on loopback, this library and Python's huggingface_hub against the same fake Hub, each in a process of its own.
// One JSON line a transfer (the quickest of the repeats), then the ratios. See bench/README.md.
if (args is ["client", var direction, var repository, var folder])
{
    await OurClient.RunAsync(direction, repository, folder);
    return 0;
}
int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
var bigMiB = Option("--big-mib", 2048);
var smallFiles = Option("--small", 2000);
var repeats = Option("--repeat", 3);
var peers = Environment.GetEnvironmentVariable("LORADIFF_PYTHON_PEERS") ?? "/tmp/peers";
var hasPython = Directory.Exists(Path.Combine(peers, "huggingface_hub"));
var root = Directory.CreateTempSubdirectory("loradiff-hub-bench-").FullName;
try
{
    var workload = new Workload(root, (long)bigMiB << 20, smallFiles, 4096);
    workload.Write();
    await using var hub = await FakeHub.StartAsync();
    hub.StoreFolder = Directory.CreateDirectory(Path.Combine(root, "store")).FullName;
    hub.PartSize = 64L << 20;
    workload.Publish(hub);
    foreach (var way in new[] { "download", "upload" })
    {
        foreach (var (what, source) in new[] { ("big", workload.Big), ("small", workload.Small) })
        {
            var name = what == "big" ? $"{way} of one file of {bigMiB} MiB" : $"{way} of {smallFiles} files of 4 KiB";
            var ours = await BestAsync("LoraDiff.Hub", name, way, what, source, python: false);
            Console.WriteLine(ours);
            if (hasPython)
            {
                var theirs = await BestAsync("huggingface_hub", name, way, what, source, python: true);
                Console.WriteLine(theirs);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: time ours/peer = {ours.Seconds / theirs.Seconds:0.00}, memory ours/peer = {ours.PeakMiB / theirs.PeakMiB:0.00}"));
            }
        }
    }

    async Task<Transfer> BestAsync(string client, string name, string way, string what, string source, bool python)
    {
        List<Transfer> all = [];
        for (var i = 0; i < repeats; i++)
        {
            var cache = Path.Combine(root, "cache");
            if (Directory.Exists(cache))
            {
                Directory.Delete(cache, recursive: true);
            }
            var repository = way == "download" ? $"bench/{what}" : $"bench/{client.Replace("_", "-", StringComparison.Ordinal)}-{what}-{i}";
            if (way == "upload")
            {
                hub.Add(repository);
            }
            hub.Requests.Clear();
            all.Add(Transfer.Parse(client, name, await RunAsync(python, way, repository, source, cache)));
            if (way == "upload")
            {
                hub.Forget(repository);
            }
        }
        return all.MinBy(t => t.Seconds)!;
    }

    async Task<string> RunAsync(bool python, string way, string repository, string source, string cache)
    {
        const string script = """
            import sys, time, resource, huggingface_hub as h
            start = time.perf_counter()
            if sys.argv[1] == 'download': h.snapshot_download(sys.argv[2])
            else: h.upload_folder(repo_id=sys.argv[2], folder_path=sys.argv[3])
            seconds = time.perf_counter() - start
            print('{"seconds": %.4f, "peak_mib": %d}' % (seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
            """;
        var start = python ? new ProcessStartInfo("python3.11", ["-s", "-c", script, way, repository, source]) : new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "client", way, repository, source]);
        start.RedirectStandardOutput = true;
        start.Environment["PYTHONPATH"] = peers;
        start.Environment["HF_ENDPOINT"] = hub.Address.ToString().TrimEnd('/');
        start.Environment["HF_HUB_CACHE"] = cache;
        start.Environment["HF_HOME"] = Path.Combine(root, "home");
        start.Environment["HF_TOKEN"] = hub.Token;
        start.Environment["HF_HUB_DISABLE_XET"] = "1";
        start.Environment["HF_HUB_DISABLE_PROGRESS_BARS"] = "1";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim().Split('\n')[^1] : throw new InvalidOperationException($"{(python ? "huggingface_hub" : "LoraDiff.Hub")} failed at the {way} of {repository}.");
    }
}
finally
{
    Directory.Delete(root, recursive: true);
}
return 0;
