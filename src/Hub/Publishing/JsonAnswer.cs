using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub.Publishing;

/// <summary>JSON that is sent, and answers to it that cannot be used.</summary>
internal static class JsonAnswer
{
    public const string Lfs = "application/vnd.git-lfs+json";

    public static Func<HttpContent> Content(JsonNode body, string mediaType = "application/json")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
    }

    public static HubException Unusable(HttpResponseMessage response, RequestSubject subject, string why)
        => new($"The Hub's answer for {subject} cannot be used: {why}.", new HubFailure(response.StatusCode, HubErrors.RequestId(response), null, HubText.WithoutQuery(response.RequestMessage?.RequestUri)));
}
