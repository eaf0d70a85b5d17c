using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoraDiff.Conversion.Publishing;

/// <summary>Small JSON files beside an adapter, with snake_case keys, replaced in one step.</summary>
internal static class RecordFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static T? Read<T>(string path)
        where T : class
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options) ?? throw new PublishingException($"{path} is null; delete it to go on without it.");
        }
        catch (JsonException e)
        {
            throw new PublishingException($"{path} cannot be read: {e.Message} Delete it to go on without it.", e);
        }
    }

    public static void Write<T>(string path, T value) => ReplacedFile.Write(path, JsonSerializer.Serialize(value, Options) + "\n");
}
