using LoraDiff.Adapters;
using LoraDiff.Hub;
using LoraDiff.Hub.Cards;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Publishing;

namespace LoraDiff.Conversion.Publishing;

/// <summary>Publishes adapters: PEFT folder, recipe, tokenizer with the mask token, loss chart and model card, in one commit.</summary>
public static class AdapterPublishing
{
    /// <summary>Pushes the adapter that a conversion made.</summary>
    /// <param name="result">What the conversion made.</param>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="options">Branch, message, base model; null for the defaults.</param>
    /// <param name="client">The client, whose token needs write access; null for one of the environment's settings.</param>
    /// <param name="progress">Told about bytes sent, from several threads.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <returns>Commit and page.</returns>
    /// <exception cref="PublishingException">There is no token, or something is missing.</exception>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public static Task<PublishResult> PushAsync(this ConversionResult result, string repository, PublishOptions? options = null, HubClient? client = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        return PushFolderAsync(result.Output, repository, options, client, progress, cancellationToken);
    }

    /// <summary>Pushes the adapter that a model has on, with its recipe; what is known of its training stays behind.</summary>
    /// <param name="model">A model with an adapter of LoraDiff.</param>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="options">Branch, message, base model; null for the defaults.</param>
    /// <param name="client">The client, whose token needs write access; null for one of the environment's settings.</param>
    /// <param name="progress">Told about bytes sent, from several threads.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <returns>Commit and page.</returns>
    /// <exception cref="PublishingException">There is no token, or something is missing.</exception>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public static Task<PublishResult> PushAsync(this LanguageModel model, string repository, PublishOptions? options = null, HubClient? client = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Adapter is not { } adapter || model.Recipe is not { } recipe)
        {
            throw new PublishingException("The model has no adapter of LoraDiff on. Load one, or convert first.");
        }

        return adapter.PushAsync(repository, recipe, (options ?? new PublishOptions()) with { Checkpoint = options?.Checkpoint ?? model.Checkpoint.Folder }, client, progress, cancellationToken);
    }

    /// <summary>Pushes an adapter as it is in memory; what is known of its training stays behind.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="recipe">How it was trained, and is to be decoded; with its mask token.</param>
    /// <param name="options">Branch, message; the base model's folder or id, for tokenizer and license, has to be named.</param>
    /// <param name="client">The client, whose token needs write access; null for one of the environment's settings.</param>
    /// <param name="progress">Told about bytes sent, from several threads.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <returns>Commit and page.</returns>
    /// <exception cref="PublishingException">There is no token, or something is missing.</exception>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public static async Task<PublishResult> PushAsync(this LoraAdapter adapter, string repository, ConversionRecipe recipe, PublishOptions options, HubClient? client = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(options);
        var folder = Directory.CreateTempSubdirectory("loradiff-push-").FullName;
        try
        {
            adapter.Save(folder, options.Checkpoint ?? options.BaseModel, cancellationToken);
            recipe.Save(folder);
            return await PushFolderAsync(folder, repository, options, client, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Pushes an adapter folder. The repository is made where it is missing; a card that is there keeps what its author wrote.</summary>
    /// <param name="folder">The adapter's folder, as <c>loradiff convert</c> makes it.</param>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="options">Branch, message, base model; null for the defaults.</param>
    /// <param name="client">The client, whose token needs write access; null for one of the environment's settings.</param>
    /// <param name="progress">Told about bytes sent, from several threads.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <returns>Commit and page.</returns>
    /// <exception cref="PublishingException">There is no token, or the folder lacks something.</exception>
    /// <exception cref="ModelCardException">The Hub would refuse the card.</exception>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public static async Task<PublishResult> PushFolderAsync(string folder, string repository, PublishOptions? options = null, HubClient? client = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var own = client is null ? HubClient.Create() : null;
        var hub = client ?? own!;
        var chosen = options ?? new PublishOptions();
        var id = new RepositoryId(repository);
        if (hub.Options.Token is null)
        {
            throw new PublishingException("There is no token to push with. Make one with write access at https://huggingface.co/settings/tokens and set HF_TOKEN (or run `hf auth login`), or publish to a folder with --to-folder DIR.");
        }

        var place = await BaseModelPlace.Find(folder, chosen).WithFolderAsync(hub, cancellationToken).ConfigureAwait(false);
        var isPullRequestReference = chosen.Revision.StartsWith("refs/", StringComparison.Ordinal);
        var staging = Directory.CreateTempSubdirectory("loradiff-push-").FullName;
        try
        {
            // Before anything is made at the Hub: what cannot be published is to leave nothing behind there.
            var filled = Directory.CreateDirectory(Path.Combine(staging, "adapter")).FullName;
            var notes = AdapterStaging.Fill(folder, place, repository, LocalCard(folder), chosen.Datasets, filled);
            await hub.CreateRepositoryAsync(id, chosen.Private, existOk: true, cancellationToken).ConfigureAwait(false);
            if (chosen.Revision != "main" && !isPullRequestReference)
            {
                await hub.CreateBranchAsync(id, chosen.Revision, existOk: true, cancellation: cancellationToken).ConfigureAwait(false);
            }

            if (await RemoteCardAsync(hub, id, chosen.Revision, Path.Combine(staging, "remote"), cancellationToken).ConfigureAwait(false) is { } existing)
            {
                notes = AdapterStaging.Describe(folder, place, repository, existing, chosen.Datasets, filled);
            }

            var upload = new UploadFolderOptions { Commit = new CommitOptions { Revision = chosen.Revision, CreatePullRequest = chosen.CreatePullRequest, Message = chosen.Message ?? "Upload a block-diffusion adapter made with LoraDiff" } };
            var result = await hub.UploadFolderAsync(id, filled, upload, progress, cancellationToken).ConfigureAwait(false);
            return new PublishResult(result.Commit, result.PullRequestUrl ?? result.Url, result.Changed, notes);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Writes what a push would upload into a folder; no token and no network are needed. Files of the same names are replaced; a card that is there keeps what its author wrote.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <param name="target">The folder to write to; made where it is missing.</param>
    /// <param name="repository">What the card's examples call the adapter; null for the target's name.</param>
    /// <param name="options">Base model; null for what the adapter names.</param>
    /// <param name="cancellationToken">Looked at until the files are put in their places; the target is then as it was.</param>
    /// <exception cref="PublishingException">The folder lacks something, or what is there is damaged; or the target is the adapter's own folder or a checkpoint's.</exception>
    /// <exception cref="IOException">Nothing can be written to the target.</exception>
    public static PublishResult SaveToFolder(string folder, string target, string? repository = null, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        WritableFolder.RequireBeside(target);
        WritableFolder.Require(target);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (string.Equals(full, Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), StringComparison.Ordinal))
        {
            throw new PublishingException($"'{target}' is the adapter's own folder; choose another one.");
        }

        if (File.Exists(Path.Combine(full, "config.json")))
        {
            throw new PublishingException($"'{target}' is a checkpoint's folder (it has config.json), whose tokenizer and card would be replaced. Choose another one.");
        }

        var staging = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(staging);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chosen = options ?? new PublishOptions();
            var notes = AdapterStaging.Fill(folder, BaseModelPlace.Find(folder, chosen), repository ?? Path.GetFileName(full), LocalCard(full) ?? LocalCard(folder), chosen.Datasets, staging);
            cancellationToken.ThrowIfCancellationRequested();
            Directory.CreateDirectory(full);
            foreach (var file in Directory.EnumerateFiles(staging))
            {
                File.Move(file, Path.Combine(full, Path.GetFileName(file)), overwrite: true);
            }

            return new PublishResult(null, new Uri(full), true, notes);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private static ModelCard? LocalCard(string folder) => Path.Combine(folder, ModelCard.FileName) is var path && File.Exists(path) ? ModelCard.Parse(File.ReadAllText(path)) : null;

    private static async Task<ModelCard?> RemoteCardAsync(HubClient hub, RepositoryId id, string revision, string folder, CancellationToken cancellationToken)
    {
        if (!await hub.FileExistsAsync(id, ModelCard.FileName, revision, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var path = await hub.DownloadFileAsync(id, ModelCard.FileName, revision, new DownloadOptions { LocalFolder = folder, Force = true }, cancellation: cancellationToken).ConfigureAwait(false);
        return ModelCard.Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
    }
}
