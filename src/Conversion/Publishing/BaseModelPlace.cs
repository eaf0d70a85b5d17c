using LoraDiff.Adapters;
using LoraDiff.Hub;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Conversion.Publishing;

/// <summary>Where an adapter's base model is: a folder on this machine, an id on the Hub, both or neither.</summary>
internal sealed record BaseModelPlace(string? Folder, string? Id, string Named, string? Revision)
{
    // Enough for tokenizer, chat template and license; no weights.
    private static readonly string[] SmallFiles = [.. TokenizerCopy.Files, ModelCard.FileName];

    /// <summary>What an adapter's configuration and the options say.</summary>
    public static BaseModelPlace Find(string adapter, PublishOptions options)
    {
        var lora = LoraOptions.Read(adapter);
        var named = lora.BaseModel ?? "";
        var folder = options.Checkpoint ?? (Directory.Exists(named) ? named : null);
        var id = options.BaseModel ?? (Directory.Exists(named) ? CachePlace.Repository(named, "models") : ModelCardRules.IsHubId(named) ? named : null) ?? (options.Checkpoint is { } checkpoint ? CachePlace.Repository(checkpoint, "models") : null);
        return id is not null && !ModelCardRules.IsHubId(id) ? throw new PublishingException($"'{id}' is not the id of a model on the Hub; expected owner/name.") : new BaseModelPlace(folder, id, named, id == named ? lora.Revision : null);
    }

    /// <summary>The same with a folder, where the Hub has one; weights are not downloaded.</summary>
    public async Task<BaseModelPlace> WithFolderAsync(HubClient client, CancellationToken cancellationToken)
        => Folder is not null || Id is null ? this
            : this with { Folder = await client.DownloadSnapshotAsync(new RepositoryId(Id), Revision, options: new DownloadOptions { Include = SmallFiles }, cancellation: cancellationToken).ConfigureAwait(false) };
}
