using System.Reflection;

namespace LoraDiff.Hub.Http;

/// <summary>The user agent: <c>key/value</c> items joined by <c>"; "</c>, each once.</summary>
internal static class UserAgent
{
    private static readonly string Version = typeof(UserAgent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    internal static string Of(HubOptions options)
    {
        IEnumerable<string> items = [$"loradiff/{Version}"];
        if (!options.DisableTelemetry)
        {
            items = items.Append($"dotnet/{Environment.Version}").Concat(options.UserAgent);
        }
        return string.Join("; ", items.Select(item => new string([.. item.Where(c => c is >= ' ' and <= '~')])).Distinct());
    }
}
