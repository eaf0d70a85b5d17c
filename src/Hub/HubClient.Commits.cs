using System.IO.Enumeration;
using System.Text.Json.Nodes;
using LoraDiff.Hub.Cache;
using LoraDiff.Hub.Cards;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;
using LoraDiff.Hub.Publishing;

namespace LoraDiff.Hub;

// Commits.
public sealed partial class HubClient
{
    private static readonly FilePatterns Uploadable = new([], [".git", ".git/*", "*/.git", "*/.git/*", ".cache/huggingface", ".cache/huggingface/*", "*/.cache/huggingface", "*/.cache/huggingface/*"]);

    internal CommitLimits Limits { get; set; } = new();

    /// <summary>
    /// Makes a commit of files to add and paths to delete. Files that the repository has already are left out; where nothing is left no commit is made. Lost answers do not lead to a second commit, and where somebody
    /// else's push comes between, the change is made on top of it. A <c>README.md</c> is validated first.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="operations">The changes; of several for one path the last counts.</param>
    /// <param name="options">Branch and message; null for <c>main</c>.</param>
    /// <param name="progress">Told about bytes sent, from several threads.</param>
    /// <param name="cancellation">Ends the upload. A commit that is under way may still be made.</param>
    /// <returns>The last commit: more files than the Hub takes in one are split into several.</returns>
    /// <exception cref="HubConflictException">The branch is not at <see cref="CommitOptions.ParentCommit"/>, or moved on too often.</exception>
    /// <exception cref="ModelCardException">The Hub refuses the card's front matter.</exception>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public async Task<CommitResult> CommitAsync(RepositoryId repository, IEnumerable<CommitOperation> operations, CommitOptions? options = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(operations);
        var commit = options ?? new CommitOptions();
        var last = operations.GroupBy(o => o.Path, StringComparer.Ordinal).Select(g => g.Last()).ToArray();
        var files = last.Where(o => o.Source is not null).Select(o => new PlannedFile(o)).ToArray();
        var deletions = last.Where(o => o.Source is null).ToArray();
        if (Array.Find(files, f => f.Path == ModelCard.FileName) is { } card)
        {
            var bytes = await card.Source.ReadAllAsync(cancellation).ConfigureAwait(false);
            await ValidateCardAsync(System.Text.Encoding.UTF8.GetString(bytes.Span), repository.Type, cancellation).ConfigureAwait(false);
        }

        var meter = new UploadMeter(progress);
        var committer = new Committer(this, _http, _options, repository, meter);
        var groups = await SplitAsync(files, repository, commit, cancellation).ConfigureAwait(false);
        var result = await committer.RunAsync(groups[0], deletions, commit, cancellation).ConfigureAwait(false);
        for (var i = 1; i < groups.Count; i++)
        {
            var next = commit with
            {
                Message = $"{commit.Message ?? "Upload files"} (part {i + 1} of {groups.Count})",
                Revision = result.PullRequest ?? commit.Revision,
                CreatePullRequest = commit.CreatePullRequest && result.PullRequest is null,
                ParentCommit = commit.ParentCommit is null ? null : result.Commit,
            };
            var part = await committer.RunAsync(groups[i], [], next, cancellation).ConfigureAwait(false);
            result = part with
            {
                Changed = result.Changed || part.Changed, Uploaded = result.Uploaded + part.Uploaded, Skipped = result.Skipped + part.Skipped,
                PullRequest = part.PullRequest ?? result.PullRequest, PullRequestUrl = part.PullRequestUrl ?? result.PullRequestUrl,
            };
        }

        return result;
    }

    /// <summary>Uploads a folder in one commit, with the promises of <see cref="CommitAsync"/>.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder; links in it are followed to files, not to folders: what lies behind a linked folder is not uploaded.</param>
    /// <param name="options">Which files, where to; null for all.</param>
    /// <param name="progress">Told about bytes sent, from several threads.</param>
    /// <param name="cancellation">Ends the upload.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public async Task<CommitResult> UploadFolderAsync(RepositoryId repository, string folder, UploadFolderOptions? options = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(folder);
        var chosen = options ?? new UploadFolderOptions();
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder} to upload.");
        }

        var prefix = chosen.PathInRepository.Trim('/') is { Length: > 0 } inside ? RepositoryPath.Normalize(inside) + "/" : "";
        var (chosenFiles, delete) = (new FilePatterns(chosen.AllowPatterns, chosen.IgnorePatterns), new FilePatterns(chosen.DeletePatterns, []));
        var operations = FilesBelow(folder)
            .Select(file => (File: file, Path: Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')))
            .Where(f => Uploadable.Takes(f.Path) && chosenFiles.Takes(f.Path))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => CommitOperation.Add(prefix + f.Path, f.File)).ToList();
        if (chosen.DeletePatterns.Count > 0)
        {
            var kept = operations.Select(o => o.Path).ToHashSet(StringComparer.Ordinal);
            var present = await new RepositoryState(this, repository).PathsAsync(chosen.Commit.Revision, cancellation).ConfigureAwait(false);
            operations.AddRange(present.Where(p => p.StartsWith(prefix, StringComparison.Ordinal) && !kept.Contains(p) && p != ".gitattributes" && delete.Takes(p[prefix.Length..])).Select(CommitOperation.Delete));
        }

        return await CommitAsync(repository, operations, chosen.Commit, progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Uploads one file, with the promises of <see cref="CommitAsync"/>.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="file">The file on this machine.</param>
    /// <param name="pathInRepository">Where it goes; null for its own name at the root.</param>
    /// <param name="options">Branch and message; null for <c>main</c>.</param>
    /// <param name="progress">Told about bytes sent.</param>
    /// <param name="cancellation">Ends the upload.</param>
    /// <exception cref="HubException">The Hub refused or could not be reached.</exception>
    public Task<CommitResult> UploadFileAsync(RepositoryId repository, string file, string? pathInRepository = null, CommitOptions? options = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellation = default)
        => CommitAsync(repository, [CommitOperation.Add(pathInRepository ?? Path.GetFileName(file), file)], options, progress, cancellation);

    /// <summary>Asks the Hub whether it takes a card's front matter. <see cref="CommitAsync"/> does so for every <c>README.md</c>.</summary>
    /// <param name="card">The text of the card.</param>
    /// <param name="type">What kind of repository it is for.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="ModelCardException">It does not; the message says why. Warnings are logged.</exception>
    /// <exception cref="HubException">The Hub could not be asked.</exception>
    public async Task ValidateCardAsync(string card, RepositoryType type = RepositoryType.Model, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        var subject = new RequestSubject();
        var body = new JsonObject { ["content"] = card, ["repoType"] = type.ToString().ToLowerInvariant() };
        using var response = await _http.SendAsync(new HubRequest(HttpMethod.Post, _http.At("/api/validate-yaml")) { Content = JsonAnswer.Content(body), Subject = subject, Accepted = [400] }, cancellation).ConfigureAwait(false);
        var answer = await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false);
        foreach (var warning in HubJson.Items(answer, "warnings"))
        {
            HubLog.Warned(_http.Logger, HubText.Printable(HubErrors.Message(warning) ?? warning.ToString()));
        }

        var errors = HubJson.Items(answer, "errors").Select(e => HubText.Printable(HubErrors.Message(e) ?? e.ToString())).ToArray();
        if (errors.Length > 0)
        {
            throw new ModelCardException($"The Hub refuses the front matter of {ModelCard.FileName}: {string.Join("; ", errors)}");
        }

        if (!response.IsSuccessStatusCode)
        {
            throw JsonAnswer.Unusable(response, subject, $"it has status {(int)response.StatusCode} and no errors");
        }
    }

    // A link to a folder may lead anywhere, also to the folder that it lies in.
    private static FileSystemEnumerable<string> FilesBelow(string folder) => new(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) || entry.ToFileSystemInfo().LinkTarget is null,
    };

    /// <summary>One list of files a commit, as large as the Hub takes; one empty list where there are none.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<PlannedFile>>> SplitAsync(PlannedFile[] files, RepositoryId repository, CommitOptions commit, CancellationToken cancellation)
    {
        // Nothing to ask while even the most unfavourable reading fits into one commit.
        if (files.Length <= Math.Min(Limits.LargeFiles, Limits.SmallFiles) && files.Sum(f => f.Source.Length) <= Limits.SmallBytes)
        {
            return [files];
        }

        await new Preupload(_http, repository, _options.ParallelUploads).AskAsync(files, commit, cancellation).ConfigureAwait(false);
        var groups = new List<List<PlannedFile>> { new() };
        var (large, small, bytes) = (0, 0, 0L);
        foreach (var file in files)
        {
            if (file.IsLarge ? large == Limits.LargeFiles : small == Limits.SmallFiles || (bytes > 0 && bytes + file.Source.Length > Limits.SmallBytes))
            {
                groups.Add([]);
                (large, small, bytes) = (0, 0, 0);
            }

            groups[^1].Add(file);
            (large, small, bytes) = file.IsLarge ? (large + 1, small, bytes) : (large, small + 1, bytes + file.Source.Length);
        }

        return groups;
    }
}
