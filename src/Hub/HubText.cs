using System.Text.RegularExpressions;

namespace LoraDiff.Hub;

/// <summary>What others wrote, made fit for a message: one line, short, without secrets.</summary>
internal static partial class HubText
{
    private const int Longest = 300;

    internal static string WithoutSecrets(string text) => UserInfo().Replace(Secret().Replace(text, "hf_***"), "://***@");

    internal static string Printable(string text)
    {
        var line = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        return WithoutSecrets(string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)));
    }

    // Signed addresses carry their right of access in the query, others a password before the host.
    internal static string WithoutQuery(Uri? address) => address is null ? "" : Printable(address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : address.OriginalString.Split('?')[0]);

    [GeneratedRegex("hf_[A-Za-z0-9_]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex(@"://[^/?#\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
