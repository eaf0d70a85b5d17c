using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LoraDiff.Hub.Tests.Fake;

/// <summary>A repository in memory: commits, branches, tags, pull requests, and the LFS objects that were uploaded to it. All members under its own lock.</summary>
public sealed class FakeRepository
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeCommit> _commits = [];
    private int _count;

    public FakeRepository(string name, RepositoryType type = RepositoryType.Model)
    {
        (Name, Type) = (name, type);
        Branches["main"] = Add(null, "initial commit", "", new SortedDictionary<string, FakeFile>(StringComparer.Ordinal)).Id;
    }

    public string Name { get; set; }

    public RepositoryType Type { get; }

    public bool IsPrivate { get; set; }

    public bool IsGated { get; set; }

    public bool IsDisabled { get; set; }

    public SortedDictionary<string, string> Branches { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>refs/pr/N → commit.</summary>
    public SortedDictionary<string, string> PullRequests { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, FakeFile> LfsObjects { get; } = [];

    public FakeCommit Head => Find("main")!;

    public int CommitCount { get { lock (_gate) { return _commits.Count; } } }

    public FakeCommit? Find(string revision)
    {
        lock (_gate)
        {
            revision = revision == "HEAD" ? "main" : revision;
            var id = Branches.GetValueOrDefault(revision) ?? Tags.GetValueOrDefault(revision) ?? PullRequests.GetValueOrDefault(revision)
                ?? (revision.StartsWith("refs/heads/", StringComparison.Ordinal) ? Branches.GetValueOrDefault(revision[11..]) : null) ?? revision;
            return _commits.GetValueOrDefault(id);
        }
    }

    public IReadOnlyList<FakeCommit> History(string revision)
    {
        List<FakeCommit> list = [];
        for (var commit = Find(revision); commit is not null; commit = commit.Parent is null ? null : Find(commit.Parent))
        {
            list.Add(commit);
        }
        return list;
    }

    /// <summary>The newest commit, from one on backwards, that changed a file.</summary>
    public FakeCommit LastChange(FakeCommit from, string path)
    {
        var commit = from;
        while (commit.Parent is { } id && Find(id) is { } parent && parent.Files.GetValueOrDefault(path)?.Etag == from.Files[path].Etag)
        {
            commit = parent;
        }
        return commit;
    }

    /// <summary>A commit of files given as text, on a branch; files over 1,000 bytes, and .safetensors, are LFS files.</summary>
    public FakeCommit Commit(IReadOnlyDictionary<string, string> files, string branch = "main") =>
        Commit(branch, "commit", "", commit => { foreach (var (path, text) in files) { commit[path] = Of(path, Encoding.UTF8.GetBytes(text)); } });

    public FakeCommit CommitBytes(string path, byte[] bytes, string branch = "main") => Commit(branch, "commit", "", files => files[path] = Of(path, bytes));

    public FakeCommit Commit(string reference, string title, string description, Action<SortedDictionary<string, FakeFile>> change)
    {
        lock (_gate)
        {
            var parent = Find(reference)!;
            var files = new SortedDictionary<string, FakeFile>(StringComparer.Ordinal);
            foreach (var (path, file) in parent.Files)
            {
                files[path] = file;
            }
            change(files);
            var commit = Add(parent.Id, title, description, files);
            (Branches.ContainsKey(reference) ? Branches : PullRequests)[reference] = commit.Id;
            return commit;
        }
    }

    public static bool IsLfs(string path, long size) => size > 0 && (size > 1000 || path.EndsWith(".safetensors", StringComparison.Ordinal));

    private static FakeFile Of(string path, byte[] bytes) => new(bytes, IsLfs(path, bytes.Length));

    private FakeCommit Add(string? parent, string title, string description, IReadOnlyDictionary<string, FakeFile> files)
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"{Name} {_count++} {title} {string.Join(",", files.Select(f => f.Key + f.Value.Etag))}");
        var commit = new FakeCommit(Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(seed))), parent, title, description, files);
        _commits[commit.Id] = commit;
        return commit;
    }
}
