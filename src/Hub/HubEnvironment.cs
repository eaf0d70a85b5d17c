using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraDiff.Hub;

/// <summary>The variables and files from which huggingface_hub takes its settings.</summary>
internal sealed partial class HubEnvironment(Func<string, string?> variable, string home, Func<string, string?> readFile)
{
    internal static HubEnvironment OfProcess() => new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path => File.Exists(path) ? File.ReadAllText(path) : null);

    internal HubOptions Options()
    {
        return new()
        {
            Endpoint = Address(),
            Token = Token(),
            CacheFolder = Cache().Path,
            Offline = First("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE") is { } offline && IsTrue(offline),
            DisableSymlinks = OperatingSystem.IsWindows() || IsOn("HF_HUB_DISABLE_SYMLINKS"),
            DisableProgressBars = IsOn("HF_HUB_DISABLE_PROGRESS_BARS"),
            DisableTelemetry = IsOn("HF_HUB_DISABLE_TELEMETRY") || IsOn("DISABLE_TELEMETRY") || IsOn("DO_NOT_TRACK"),
            UserAgent = variable("HF_HUB_USER_AGENT_ORIGIN") is { Length: > 0 } origin ? [$"origin/{origin}"] : [],
            RequestTimeout = Seconds("HF_HUB_ETAG_TIMEOUT"),
            ReadTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT"),
        };
    }

    internal HubLocation Home() => Named("HF_HOME") ?? Below(Named("XDG_CACHE_HOME") ?? new(Path.Combine(home, ".cache"), null), "huggingface");

    internal HubLocation Cache() => Named("HF_HUB_CACHE") ?? Named("HUGGINGFACE_HUB_CACHE") ?? Below(Home(), "hub");

    private HubLocation? Named(string name) => variable(name) is { Length: > 0 } value ? new(Expand(value), name) : null;

    private static HubLocation Below(HubLocation parent, string folder) => parent with { Path = Path.Combine(parent.Path, folder) };

    private Uri Address()
    {
        var text = variable("HF_ENDPOINT") is { Length: > 0 } own ? own.TrimEnd('/') : "https://huggingface.co";
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? new Uri(text) : throw new ArgumentException($"HF_ENDPOINT is '{HubText.Printable(text)}', expected an address that begins with https://.");
    }

    // The variable wins over the file; HF_HUB_DISABLE_IMPLICIT_TOKEN keeps both from being sent unasked.
    private string? Token()
    {
        if (IsOn("HF_HUB_DISABLE_IMPLICIT_TOKEN"))
        {
            return null;
        }
        if (Clean(First("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) is { } direct)
        {
            return direct;
        }
        return Clean(readFile(TokenPath));
    }

    private string TokenPath => (Named("HF_TOKEN_PATH") ?? Below(Home(), "token")).Path;

    private string StoredTokensPath => Path.Combine(Path.GetDirectoryName(TokenPath) ?? "", "stored_tokens");

    internal IReadOnlyList<string> StoredTokenNames() => [.. StoredTokens().Select(token => token.Name)];

    internal string StoredToken(string name)
    {
        var tokens = StoredTokens();
        if (tokens.FirstOrDefault(token => token.Name == name).Token is { } found)
        {
            return found;
        }
        var known = tokens.Count == 0 ? "holds none" : $"holds {string.Join(", ", tokens.Select(token => $"'{HubText.Printable(token.Name)}'"))}";
        throw new ArgumentException($"There is no stored token '{HubText.Printable(name)}': {StoredTokensPath} {known}. Store one with `hf auth login`.", nameof(name));
    }

    /// <summary>The tokens that <c>hf auth login</c> stored by name, from the INI file beside the token file; read as Python's configparser does what it has written.</summary>
    internal IReadOnlyList<(string Name, string Token)> StoredTokens()
    {
        List<(string Name, string Token)> tokens = [];
        string? section = null;
        foreach (var raw in (readFile(StoredTokensPath) ?? "").Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith('[') && line.LastIndexOf(']') is > 1 and var end)
            {
                section = line[1..end];
            }
            else if (line.Length > 0 && line[0] is not ('#' or ';') && section is not (null or "DEFAULT") && line.AsSpan().IndexOfAny('=', ':') is > 0 and var split
                && line[..split].Trim().Equals("hf_token", StringComparison.OrdinalIgnoreCase) && Clean(line[(split + 1)..]) is { } token)
            {
                tokens.RemoveAll(known => known.Name == section);
                tokens.Add((section, token));
            }
        }
        return tokens;
    }

    private static string? Clean(string? text) => text?.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim() is { Length: > 0 } token ? token : null;

    private string? First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (variable(name) is { Length: > 0 } value)
            {
                return value;
            }
        }
        return null;
    }

    private bool IsOn(string name) => variable(name) is { } value && IsTrue(value);

    private static bool IsTrue(string value) => value.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private TimeSpan Seconds(string name)
    {
        if (variable(name) is not { Length: > 0 } text)
        {
            return TimeSpan.FromSeconds(10);
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400 ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"{name} is '{HubText.Printable(text)}', expected a number of seconds above 0.");
    }

    // ~, $NAME and ${NAME}; what is not set stays as it is.
    private string Expand(string path)
    {
        var below = path == "~" ? home : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;
        return Reference().Replace(below, match => variable(match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value) ?? match.Value);
    }

    [GeneratedRegex(@"\$(?:([A-Za-z0-9_]+)|\{([^}]*)\})", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
