using LoraDiff.Cli.Display;
using LoraDiff.Hub;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Cli.Hosting;

/// <summary>A folder as the user names it: one on this machine, or <c>org/name[@revision]</c> on the Hub, which is then fetched into the shared cache.</summary>
internal static class HubFolder
{
    // Weights in safetensors and what describes them: no second copy in another format, no pictures.
    private static readonly string[] Wanted = ["*.safetensors", "*.json", "*.jinja", "merges.txt", "vocab.txt", "*.model", "README.md", "LICENSE*"];
    private static readonly string[] Unwanted = ["original/", "onnx/", "consolidated*.safetensors", "checkpoints/", "*.onnx*"];

    // Tokenizer and chat template alone.
    private static readonly string[] Text = ["*.json", "*.jinja", "merges.txt", "vocab.txt", "*.model"];

    /// <summary>A folder or file that exists wins over a repository of the same name.</summary>
    public static string Find(string name, CliConsole console, CancellationToken cancellationToken, bool textOnly = false)
    {
        if (File.Exists(name))
        {
            throw new CliException($"'{name}' is a file; expected a folder, or org/name[@revision] on the Hub.");
        }

        return FindAny(name, console, cancellationToken, textOnly);
    }

    /// <summary>The same where one file is enough.</summary>
    public static string FindAny(string name, CliConsole console, CancellationToken cancellationToken, bool textOnly = false)
    {
        RequireReadable(name);
        if (Directory.Exists(name) || File.Exists(name) || !RepositoryId.TryParse(name, out var repository, out var revision))
        {
            return name; // whoever opens it says what is missing
        }

        try
        {
            using var client = HubClient.Create();
            using var display = TransferDisplay.Start(console, client);
            return client.DownloadSnapshotAsync(repository, revision, new DownloadOptions { Include = textOnly ? Text : Wanted, Exclude = Unwanted }, display, cancellationToken).GetAwaiter().GetResult();
        }
        catch (HubException error)
        {
            throw new CliException($"There is no folder '{name}' here, and it cannot be had from the Hub: {error.Message}");
        }
    }

    /// <summary>Refuses a folder that may not be read: in it no file seems to be.</summary>
    public static void RequireReadable(string folder)
    {
        try
        {
            _ = Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CliException($"The folder '{folder}' cannot be read: {error.Message} Allow it (chmod u+rx), or name another one.");
        }
    }

    /// <summary>What an adapter's configuration says of its base where that is a repository: its name, and branch, tag or commit where one is named. Both null where it is a folder.</summary>
    public static (string? Name, string? Revision) Base(string name) => !Directory.Exists(name) && RepositoryId.TryParse(name, out var repository, out var revision) ? (repository.Name, revision) : (null, null);
}
