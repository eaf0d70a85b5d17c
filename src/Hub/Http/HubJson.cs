using System.Globalization;
using System.Text.Json;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Http;

/// <summary>Reads the Hub's JSON leniently: absent and null members are null, unknown ones ignored.</summary>
internal static class HubJson
{
    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage response, RequestSubject subject, CancellationToken cancellation)
    {
        subject.Answer = new(response.StatusCode, HubErrors.RequestId(response), Address: HubText.WithoutQuery(response.RequestMessage?.RequestUri));
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        try
        {
            return Parse(bytes);
        }
        catch (JsonException exception)
        {
            throw new HubException($"The Hub's answer for {subject} is not JSON: {HubText.Printable(exception.Message)}", subject.Answer, exception);
        }
    }

    /// <summary>The same, of an answer that must be a list.</summary>
    internal static async Task<JsonElement> ReadListAsync(HttpResponseMessage response, RequestSubject subject, CancellationToken cancellation)
    {
        var value = await ReadAsync(response, subject, cancellation).ConfigureAwait(false);
        return value.ValueKind == JsonValueKind.Array ? value : throw new HubException($"The Hub's answer for {subject} is {value.ValueKind}, expected a list.", subject.Answer);
    }

    /// <summary>Parses bytes, and looks at every text in them: a lone surrogate, which JSON lets through, is found here and not where the text is used.</summary>
    /// <exception cref="JsonException">They are not JSON, or hold text that is not Unicode.</exception>
    internal static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes.Span.StartsWith("\uFEFF"u8) ? bytes["\uFEFF"u8.Length..] : bytes);
        try
        {
            RequireText(document.RootElement);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("it holds text that is not Unicode", exception);
        }
        return document.RootElement.Clone();
    }

    private static void RequireText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    RequireText(member.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    RequireText(item);
                }
                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
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
        Text(value, name) ?? throw new HubException($"The Hub's answer for {subject} has no '{name}'; expected a text.", subject.Answer);
}
