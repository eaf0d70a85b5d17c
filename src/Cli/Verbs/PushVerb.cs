using System.CommandLine;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Hub;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff push FOLDER REPO</c>: an adapter to the Hub, or as it would be there to a folder.</summary>
internal sealed class PushVerb
{
    private readonly CliConsole _console;
    private readonly Argument<string> _folder = new("folder") { Description = "The adapter's folder, as convert makes it.", HelpName = "FOLDER" };
    private readonly Argument<string?> _repository = new("repository") { Description = "Where to: owner/name. Made where it is missing.", HelpName = "REPO", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _private = new("--private") { Description = "Make the repository private, where it has to be made." };
    private readonly Option<string> _revision = new("--revision") { Description = "The branch; made where it is missing.", DefaultValueFactory = _ => "main", HelpName = "R" };
    private readonly Option<bool> _pullRequest = new("--create-pr") { Description = "Open a pull request instead of committing to the branch." };
    private readonly Option<string?> _message = new("--message") { Description = "The commit's message.", HelpName = "M" };
    private readonly Option<string?> _model = new("--model") { Description = "The base model's folder, or owner/name, for tokenizer and license. Default: what the adapter names.", HelpName = "DIR" };
    private readonly Option<string?> _baseModel = new("--base-model") { Description = "Hub id of the base model. Default: what the adapter names, where that is one.", HelpName = "ID" };
    private readonly Option<string[]> _datasets = new("--dataset") { Description = "Hub id of a data set that it was trained on, for the card; may be given several times.", HelpName = "ID" };
    private readonly Option<string?> _toFolder = new("--to-folder") { Description = "Write the files there instead; no token and no network are needed.", HelpName = "DIR" };
    private readonly Option<bool> _json = CommonOptions.Json();

    private PushVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new PushVerb(console);
        var command = new Command("push", "Publish an adapter on the Hugging Face Hub: weights, recipe, tokenizer and card, in one commit.")
        {
            verb._folder, verb._repository, verb._private, verb._revision, verb._pullRequest, verb._message, verb._model, verb._baseModel, verb._datasets, verb._toFolder, verb._json,
        };
        command.SetAction((parsed, cancellationToken) => verb.RunAsync(parsed, cancellationToken));
        return command;
    }

    private async Task RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = parsed.GetRequiredValue(_folder);
        var repository = parsed.GetValue(_repository);
        var model = parsed.GetValue(_model);
        if (!Directory.Exists(folder))
        {
            throw new CliException($"there is no folder '{folder}'.");
        }

        HubFolder.RequireReadable(folder);
        var named = model is null ? null : HubFolder.Base(model).Name;
        var options = new PublishOptions
        {
            Private = parsed.GetValue(_private),
            Revision = parsed.GetRequiredValue(_revision),
            CreatePullRequest = parsed.GetValue(_pullRequest),
            Message = parsed.GetValue(_message),
            Checkpoint = model is null || named is not null ? null : Directory.Exists(model) ? model : throw new CliException($"--model is '{model}': there is no such folder, and it is not a repository's owner/name."),
            BaseModel = parsed.GetValue(_baseModel) ?? named,
            Datasets = parsed.GetValue(_datasets) ?? [],
        };
        PublishResult result;
        if (parsed.GetValue(_toFolder) is { } target)
        {
            result = AdapterPublishing.SaveToFolder(folder, target, repository, options, cancellationToken);
        }
        else if (repository is null)
        {
            throw new CliException("push needs a repository, owner/name, or --to-folder DIR.");
        }
        else if (!RepositoryId.TryParse(repository, out _, out var revision) || revision is not null)
        {
            throw new CliException($"'{repository}' is not the name of a repository; expected owner/name (and --revision for a branch).");
        }
        else
        {
            using var hub = HubClient.Create(logger: new ConsoleLogger<HubClient>(_console));
            using var progress = new UploadDisplay(_console, hub);
            result = await AdapterPublishing.PushFolderAsync(folder, repository, options, hub, progress, cancellationToken).ConfigureAwait(false);
        }

        Report(parsed, result);
    }

    private void Report(ParseResult parsed, PublishResult result)
    {
        foreach (var note in result.Notes)
        {
            _console.Error.WriteLine($"Note: {note}");
        }

        if (parsed.GetValue(_json))
        {
            JsonOutput.Write(_console, new { result.Commit, Url = result.Url.ToString(), result.Changed, result.Notes });
        }
        else
        {
            _console.Out.WriteLine(result.Commit is null ? $"The adapter is in {result.Url.LocalPath}." : result.Changed ? $"Published: {result.Url}" : $"Nothing has changed since {result.Url}");
        }
    }
}
