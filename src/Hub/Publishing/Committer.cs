using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub.Publishing;

/// <summary>Makes one commit, exactly once: every attempt names its parent, and before anything is sent again it looks whether the attempt before went through.</summary>
internal sealed class Committer(HubClient client, HubHttp http, HubOptions options, RepositoryId repository, UploadMeter meter)
{
    private const int MostConflicts = 10;

    private readonly Preupload _preupload = new(http, repository, options.ParallelUploads);
    private readonly LfsUpload _lfs = new(http, options, repository, meter);
    private readonly RepositoryState _state = new(client, repository);

    public async Task<CommitResult> RunAsync(IReadOnlyList<PlannedFile> files, IReadOnlyList<CommitOperation> deletions, CommitOptions commit, CancellationToken cancellation)
    {
        string? since = null;   // the parent of the first attempt that may have gone through unseen
        IReadOnlySet<string> pullRequests = commit.CreatePullRequest ? await _state.PullRequestsAsync(cancellation).ConfigureAwait(false) : new HashSet<string>();
        for (var (conflicts, losses) = (0, 0); ;)
        {
            var head = await _state.HeadAsync(commit.Revision, cancellation).ConfigureAwait(false);
            await _preupload.AskAsync(files, commit, cancellation).ConfigureAwait(false);
            var changed = await Preupload.ChangedAsync(files, cancellation).ConfigureAwait(false);
            var gone = await PresentAsync(deletions, head, cancellation).ConfigureAwait(false);
            if (changed.Count == 0 && gone.Count == 0)
            {
                return Unchanged(head, files.Count);
            }

            await _lfs.RunAsync(changed.Where(f => f.IsLarge), commit, cancellation).ConfigureAwait(false);
            var parent = commit.ParentCommit ?? head;
            var message = commit.Message ?? (changed.Count == 0 ? $"Delete {Files(gone.Count)}" : $"Upload {(changed.Count == 1 ? changed[0].Path : Files(changed.Count))}");
            var body = await CommitBody.MakeAsync(commit, message, parent, changed, gone, cancellation).ConfigureAwait(false);
            try
            {
                return await SendAsync(body, commit, changed.Count, files.Count, cancellation).ConfigureAwait(false);
            }
            catch (HubException e) when (IsUncertain(e) || (since is not null && IsConflict(e)))
            {
                since ??= parent;
                var made = await FindAsync(since, pullRequests, message, changed, gone, commit, cancellation).ConfigureAwait(false);
                if (made is not null)
                {
                    return made with { Uploaded = changed.Count, Skipped = files.Count - changed.Count };
                }

                if (IsConflict(e) ? commit.ParentCommit is not null || ++conflicts >= MostConflicts : ++losses > options.MaxRetries)
                {
                    throw;
                }

                HubLog.Rebased(http.Logger, new RequestSubject(repository, commit.Revision).ToString(), conflicts + losses + 1);
                await Task.Delay(RetryDelay.After(conflicts + losses - 1, null), http.Time, cancellation).ConfigureAwait(false);
            }
            catch (HubException e) when (IsConflict(e) && commit.ParentCommit is null && ++conflicts < MostConflicts)
            {
                HubLog.Rebased(http.Logger, new RequestSubject(repository, commit.Revision).ToString(), conflicts + losses + 1);
            }
        }
    }

    private static bool IsConflict(HubException e) => e.StatusCode is System.Net.HttpStatusCode.PreconditionFailed;

    // The connection broke, or the Hub failed at something: the commit may have been made.
    private static bool IsUncertain(HubException e) => e is not HubOfflineException && (e.StatusCode is null or System.Net.HttpStatusCode.RequestTimeout || (int)e.StatusCode >= 500);

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";

    private async Task<CommitResult> SendAsync(Func<HttpContent> body, CommitOptions commit, int uploaded, int all, CancellationToken cancellation)
    {
        var subject = new RequestSubject(repository, commit.Revision);
        var request = new HubRequest(HttpMethod.Post, http.At($"{repository.ApiPath}/commit/{Uri.EscapeDataString(commit.Revision)}{(commit.CreatePullRequest ? "?create_pr=1" : "")}"))
        {
            Content = body, Retries = Retries.OnlyRefused, Timeout = options.WriteTimeout, Subject = subject,
        };
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        var answer = await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false);
        var id = HubJson.Required(answer, "commitOid", subject);
        var pullRequest = HubJson.Text(answer, "pullRequestUrl");
        return new CommitResult
        {
            Commit = id,
            Url = Uri.TryCreate(HubJson.Text(answer, "commitUrl"), UriKind.Absolute, out var url) ? url : Page(id),
            PullRequestUrl = Uri.TryCreate(pullRequest, UriKind.Absolute, out var page) ? page : null,
            PullRequest = pullRequest is null ? null : "refs/pr/" + pullRequest[(pullRequest.LastIndexOf('/') + 1)..],
            Changed = true,
            Uploaded = uploaded,
            Skipped = all - uploaded,
        };
    }

    /// <summary>The commit of an attempt whose answer was lost, or null where none was made.</summary>
    private async Task<CommitResult?> FindAsync(string since, IReadOnlySet<string> pullRequests, string message, IReadOnlyList<PlannedFile> files, IReadOnlyList<CommitOperation> gone, CommitOptions commit, CancellationToken cancellation)
    {
        if (!commit.CreatePullRequest)
        {
            return await _state.FindAsync(commit.Revision, since, message, files, gone, cancellation).ConfigureAwait(false) is { } id ? Found(id, null) : null;
        }

        foreach (var reference in (await _state.PullRequestsAsync(cancellation).ConfigureAwait(false)).Except(pullRequests))
        {
            if (await _state.FindAsync(reference, since, message, files, gone, cancellation).ConfigureAwait(false) is { } id)
            {
                return Found(id, reference);
            }
        }

        return null;
    }

    private CommitResult Found(string id, string? pullRequest) => new()
    {
        Commit = id,
        Url = Page(id),
        PullRequest = pullRequest,
        PullRequestUrl = pullRequest is null ? null : http.At($"{repository.FilePath}/discussions/{pullRequest[(pullRequest.LastIndexOf('/') + 1)..]}"),
        Changed = true,
        Uploaded = 0,
        Skipped = 0,
    };

    private CommitResult Unchanged(string head, int files) => new() { Commit = head, Url = Page(head), Changed = false, Uploaded = 0, Skipped = files };

    private Uri Page(string id) => http.At($"{repository.FilePath}/commit/{id}");

    // Deleting what is not there is an error at the Hub; here it is done already.
    private async Task<IReadOnlyList<CommitOperation>> PresentAsync(IReadOnlyList<CommitOperation> deletions, string head, CancellationToken cancellation)
    {
        if (deletions.Count == 0)
        {
            return [];
        }

        var paths = await _state.PathsAsync(head, cancellation).ConfigureAwait(false);
        return [.. deletions.Where(d => d.IsFolder ? paths.Any(p => p.StartsWith(d.Path + "/", StringComparison.Ordinal)) : paths.Contains(d.Path))];
    }
}
