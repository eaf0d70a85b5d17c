namespace LoraDiff.Hub;

/// <summary>Where the Hub is, who asks, and where downloads are kept. <see cref="FromEnvironment"/> fills it as huggingface_hub does.</summary>
public sealed class HubOptions
{
    /// <summary>The Hub's address. Default <c>https://huggingface.co</c> (<c>HF_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; set; } = new("https://huggingface.co");

    /// <summary>The access token, or null to ask anonymously. It is sent to <see cref="Endpoint"/>'s own host only, and is never logged.</summary>
    public string? Token { get; set; }

    /// <summary>The shared cache of downloads, the same that Python uses. Default <c>~/.cache/huggingface/hub</c> (<c>HF_HUB_CACHE</c>, <c>HF_HOME</c>).</summary>
    public string CacheFolder { get; set; } = DefaultCacheFolder();

    /// <summary>Whether the network is left alone and only the cache answers (<c>HF_HUB_OFFLINE</c>). Default false.</summary>
    public bool Offline { get; set; }

    /// <summary>Whether the cache holds copies instead of symbolic links (<c>HF_HUB_DISABLE_SYMLINKS</c>). Default: only on Windows.</summary>
    public bool DisableSymlinks { get; set; } = OperatingSystem.IsWindows();

    /// <summary>Whether the user agent names only this library (<c>HF_HUB_DISABLE_TELEMETRY</c>, <c>DO_NOT_TRACK</c>). Default false.</summary>
    public bool DisableTelemetry { get; set; }

    /// <summary>Whether programs over this client show no progress (<c>HF_HUB_DISABLE_PROGRESS_BARS</c>); the client itself never prints. Default false.</summary>
    public bool DisableProgressBars { get; set; }

    /// <summary>Further items of the user agent, each <c>key/value</c>. Default none.</summary>
    public IReadOnlyList<string> UserAgent { get; set; } = [];

    /// <summary>How long one answer's headers may take; its body has <see cref="ReadTimeout"/>. Default 10 s (<c>HF_HUB_ETAG_TIMEOUT</c>).</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a download, or the body of any other answer, may stand still between two reads before it is taken up or asked for again. Default 10 s (<c>HF_HUB_DOWNLOAD_TIMEOUT</c>).</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write to the Hub (a commit, an upload's part), or the whole of an answer that is not a file, may take. Default 30 minutes.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a failed request is sent again. Default 5.</summary>
    public int MaxRetries { get; set; } = 5;

    /// <summary>The longest wait that the Hub may ask for before the request fails instead; its rate limits count windows of 5 minutes. Default 6 minutes.</summary>
    public TimeSpan MaxRetryWait { get; set; } = TimeSpan.FromMinutes(6);

    /// <summary>Files downloaded at the same time. Default 8.</summary>
    public int ParallelDownloads { get; set; } = 8;

    /// <summary>Files uploaded at the same time. Default 5.</summary>
    public int ParallelUploads { get; set; } = 5;

    /// <summary>Options as huggingface_hub reads them from environment variables and from the token file of <c>hf auth login</c>.</summary>
    /// <returns>Fresh options.</returns>
    /// <exception cref="ArgumentException">A variable has a value that cannot be read; it is named.</exception>
    public static HubOptions FromEnvironment() => HubEnvironment.OfProcess().Options();

    /// <summary>The names of the tokens that <c>hf auth login</c> keeps on this machine, in <c>stored_tokens</c> beside the token file (<c>HF_TOKEN_PATH</c>, <c>HF_HOME</c>).</summary>
    /// <returns>The names as <c>hf auth list</c> shows them, in the file's order; none where there is no such file.</returns>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public static IReadOnlyList<string> StoredTokenNames() => HubEnvironment.OfProcess().StoredTokenNames();

    /// <summary>Takes one of the stored tokens as <see cref="Token"/>, whichever is the active one (<c>hf auth switch</c>) and whatever <c>HF_TOKEN</c> says. Nothing on disk changes.</summary>
    /// <param name="name">Its name, one of <see cref="StoredTokenNames"/>.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">There is no token of this name; the message lists the names that there are.</exception>
    /// <exception cref="IOException">The file of the tokens is there and cannot be read.</exception>
    public HubOptions UseStoredToken(string name) => UseStoredToken(name, HubEnvironment.OfProcess());

    internal HubOptions UseStoredToken(string name, HubEnvironment environment)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Token = environment.StoredToken(name);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{HubText.WithoutQuery(Endpoint)} ({(Token is null ? "no token" : "with a token")}{(Offline ? ", offline" : "")}), cache {CacheFolder}";

    internal string? Fault()
    {
        if (Endpoint is not { IsAbsoluteUri: true } || Endpoint.Scheme is not ("http" or "https"))
        {
            return $"Endpoint is '{HubText.WithoutQuery(Endpoint)}', expected an address that begins with https://.";
        }
        if (Endpoint.UserInfo.Length > 0)
        {
            return $"Endpoint holds a user name or a password before {Endpoint.Host}: they are not sent, and addresses are shown. Expected one without; a token goes into Token (HF_TOKEN).";
        }
        if (string.IsNullOrWhiteSpace(CacheFolder))
        {
            return "CacheFolder is empty, expected a folder.";
        }
        if (Token is not null && (Token.Length == 0 || Token.Any(c => c is <= ' ' or > '~')))
        {
            return "Token holds a character that no token has (a space or a line break?). Its text is not shown.";
        }
        if (RequestTimeout <= TimeSpan.Zero || ReadTimeout <= TimeSpan.Zero || WriteTimeout <= TimeSpan.Zero || MaxRetryWait < TimeSpan.Zero)
        {
            return $"RequestTimeout is {RequestTimeout}, ReadTimeout {ReadTimeout}, WriteTimeout {WriteTimeout}, MaxRetryWait {MaxRetryWait}; expected more than 0, and at least 0 for the last.";
        }
        return MaxRetries < 0 || ParallelDownloads < 1 || ParallelUploads < 1 ? $"MaxRetries is {MaxRetries}, ParallelDownloads {ParallelDownloads}, ParallelUploads {ParallelUploads}; expected at least 0, 1 and 1." : null;
    }

    private static string DefaultCacheFolder() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface", "hub");
}
