using System.Globalization;

namespace LoraDiff.Samples.Quickstart;

/// <summary>What the command line asked for.</summary>
internal sealed record Settings
{
    private const string Usage = """
        ./quickstart [--minutes M] [--steps N] [--limit N] [--out DIR]
          --minutes M  train for so long (default 3)
          --steps N    stop after so many steps, if that comes first
          --limit N    evaluate on the first N prompts only (default: all 600)
          --out DIR    where adapter and pictures go (default: artifacts/quickstart); its adapter folder is made anew
        """;

    public double Minutes { get; init; } = 3;

    public int? Steps { get; init; }

    public int? Limit { get; init; }

    public string Out { get; init; } = Path.Combine(Repository, "artifacts", "quickstart");

    public string Adapter => Path.Combine(Out, "adapter");

    public string Checkpoint { get; } = Path.Combine(Repository, "samples", "smallworld", "checkpoint");

    public string Data { get; } = Path.Combine(Repository, "samples", "smallworld", "data");

    public string Bundled { get; } = Path.Combine(Repository, "samples", "smallworld", "adapter");

    private static string Repository { get; } = FindRepository();

    /// <returns>Null after saying how to use it.</returns>
    public static Settings? Parse(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var next = args[i] switch
            {
                "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0 => settings with { Minutes = minutes },
                "--steps" when int.TryParse(value, CultureInfo.InvariantCulture, out var steps) && steps > 0 => settings with { Steps = steps },
                "--limit" when int.TryParse(value, CultureInfo.InvariantCulture, out var limit) && limit > 0 => settings with { Limit = limit },
                "--out" when value.Length > 0 => settings with { Out = Path.GetFullPath(value) },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine(Usage);
                return null;
            }

            settings = next;
        }

        return settings;
    }

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "LoraDiff.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No LoraDiff.sln above {AppContext.BaseDirectory}: run the sample from the repository.");
    }
}
