using System.Globalization;
using System.Text.Json;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Http;

/// <summary>Reads the Hub's JSON leniently: absent and null members are null, unknown ones ignored.</summary>
internal static class HubJson
{
    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage response, RequestSubject subject, CancellationToken cancellation)
    {
        try
        {
            using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            using var document = await JsonDocument.ParseAsync(stream, default, cancellation).ConfigureAwait(false);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new HubException($"The Hub's answer for {subject} is not JSON: {HubText.Printable(exception.Message)}", new(response.StatusCode, HubErrors.RequestId(response)), exception);
        }
    }

    internal static JsonElement? Member(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    internal static string? Text(JsonElement value, string name) => Member(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    internal static long Number(JsonElement value, string name) => Member(value, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : 0;

    internal static bool Flag(JsonElement value, string name) => Member(value, name) is { ValueKind: JsonValueKind.True };

    internal static IEnumerable<JsonElement> Items(JsonElement value, string name) => Member(value, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    internal static IReadOnlyList<string> Texts(JsonElement value, string name) => [.. Items(value, name).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)];

    internal static DateTimeOffset? Date(JsonElement value, string name) =>
        Text(value, name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    internal static string Required(JsonElement value, string name, RequestSubject subject) =>
        Text(value, name) ?? throw new HubException($"The Hub's answer for {subject} has no '{name}'; expected a text.");
}
