using System.CommandLine;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Hub;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff pull REPO</c>: a repository of the Hub into the shared cache, or into a folder.</summary>
internal static class PullVerb
{
    public static Command Create(CliConsole console)
    {
        var repository = new Argument<string>("repo") { Description = "The repository: org/name or org/name@revision.", HelpName = "REPO" };
        var revision = new Option<string?>("--revision") { Description = "Branch, tag, commit or refs/pr/N. Default: main.", HelpName = "R" };
        var include = new Option<string[]>("--include") { Description = "Only files that match; may be given several times. * also crosses /.", HelpName = "GLOB" };
        var exclude = new Option<string[]>("--exclude") { Description = "No file that matches; may be given several times.", HelpName = "GLOB" };
        var local = new Option<string?>("--local-dir") { Description = "Write real files into this folder instead of the shared cache.", HelpName = "DIR" };
        var json = CommonOptions.Json();
        var command = new Command("pull", "Fetch a model, an adapter or any other repository from the Hub.") { repository, revision, include, exclude, local, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, named) = RepositoryId.Parse(parsed.GetRequiredValue(repository));
            if (string.IsNullOrWhiteSpace(parsed.GetValue(revision) ?? "main"))
            {
                throw new CliException("--revision is empty; expected a branch, a tag, a commit or refs/pr/N. Leave it out for main.");
            }

            if (named is not null && parsed.GetValue(revision) is { } other && other != named)
            {
                throw new CliException($"REPO names the revision '{named}' and --revision '{other}'; give one of them.");
            }

            using var client = HubClient.Create();
            var options = new DownloadOptions { LocalFolder = parsed.GetValue(local), Include = parsed.GetValue(include) ?? [], Exclude = parsed.GetValue(exclude) ?? [] };
            string path;
            using (var display = TransferDisplay.Start(console, client))
            {
                path = await client.DownloadSnapshotAsync(name, parsed.GetValue(revision) ?? named, options, display, cancellationToken).ConfigureAwait(false);
            }

            if (parsed.GetValue(json))
            {
                JsonOutput.Write(console, new { Path = path });
            }
            else
            {
                console.Out.WriteLine(path);
            }
        });
        return command;
    }
}
