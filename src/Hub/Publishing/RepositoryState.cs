namespace LoraDiff.Hub.Publishing;

/// <summary>What a push has to know of the repository: where a branch is, what is in it, what was committed.</summary>
internal sealed class RepositoryState(HubClient client, RepositoryId repository)
{
    public async Task<string> HeadAsync(string revision, CancellationToken cancellation)
        => (await client.GetInfoAsync(repository, revision, cancellation: cancellation).ConfigureAwait(false)).Commit
            ?? throw new Errors.HubException($"The Hub does not say which commit {repository}@{revision} is at.");

    /// <summary>Every file of a revision.</summary>
    public async Task<IReadOnlySet<string>> PathsAsync(string revision, CancellationToken cancellation)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in client.ListTreeAsync(repository, revision, cancellation: cancellation).ConfigureAwait(false))
        {
            if (!entry.IsFolder)
            {
                paths.Add(entry.Path);
            }
        }

        return paths;
    }

    /// <summary>The commit with a message, after another one, that holds these files and lacks what was deleted; null where there is none.</summary>
    public async Task<string?> FindAsync(string revision, string since, string message, IReadOnlyList<PlannedFile> files, IReadOnlyList<CommitOperation> gone, CancellationToken cancellation)
    {
        await foreach (var commit in client.ListCommitsAsync(repository, revision, cancellation).ConfigureAwait(false))
        {
            if (commit.Id == since)
            {
                return null;
            }

            if (commit.Title.Trim() == message.Split('\n')[0].Trim() && await HasAsync(commit.Id, files, gone, cancellation).ConfigureAwait(false))
            {
                return commit.Id;
            }
        }

        return null;
    }

    public async Task<IReadOnlySet<string>> PullRequestsAsync(CancellationToken cancellation)
        => (await client.GetReferencesAsync(repository, cancellation).ConfigureAwait(false)).PullRequests.Select(p => p.Reference).ToHashSet(StringComparer.Ordinal);

    private async Task<bool> HasAsync(string commit, IReadOnlyList<PlannedFile> files, IReadOnlyList<CommitOperation> gone, CancellationToken cancellation)
    {
        var found = (await client.GetPathsAsync(repository, [.. files.Select(f => f.Path), .. gone.Select(d => d.Path)], commit, cancellation).ConfigureAwait(false)).DistinctBy(e => e.Path).ToDictionary(e => e.Path, StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!found.TryGetValue(file.Path, out var entry) || entry.Etag != await file.IdAsync(cancellation).ConfigureAwait(false))
            {
                return false;
            }
        }

        return !gone.Any(d => found.TryGetValue(d.Path, out var entry) && entry.IsFolder == d.IsFolder);
    }
}
