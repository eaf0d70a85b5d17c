using System.Text;
using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>One record of a data file: a prompt with its completion, a text, or a conversation.</summary>
public sealed record DataRecord
{
    internal DataRecord()
    {
    }

    /// <summary>Where it stands: <c>file:line</c>.</summary>
    public required string Location { get; init; }

    /// <summary>The question, or null.</summary>
    public string? Prompt { get; internal init; }

    /// <summary>The text to learn after the prompt, or null.</summary>
    public string? Completion { get; internal init; }

    /// <summary>A system message for the prompt, or null.</summary>
    public string? System { get; internal init; }

    /// <summary>A whole text to learn, or null.</summary>
    public string? Text { get; internal init; }

    /// <summary>A conversation, or null.</summary>
    public IReadOnlyList<DataTurn>? Messages { get; internal init; }

    /// <summary>The tools that the conversation may call, a JSON array; null for none.</summary>
    public JsonElement? Tools { get; internal init; }

    /// <summary>The exact answer to look for in an evaluation, or null.</summary>
    public string? Answer { get; internal init; }

    /// <summary>What kind of task it is, or null.</summary>
    public string? Kind { get; internal init; }

    /// <summary>Whether the text goes on in the next record: a piece of a large file.</summary>
    internal bool Continues { get; init; }

    /// <summary>Reads one line.</summary>
    /// <param name="line">The JSON object.</param>
    /// <param name="location"><c>file:line</c>, for messages.</param>
    /// <param name="columns">Its keys; null looks for the usual ones.</param>
    /// <exception cref="DataException">It is not such an object.</exception>
    public static DataRecord Parse(string line, string location, DataColumns? columns = null)
    {
        ArgumentNullException.ThrowIfNull(line);
        return Parse(Encoding.UTF8.GetBytes(line), location, columns ?? new DataColumns());
    }

    internal static DataRecord Parse(ReadOnlyMemory<byte> utf8, string location, DataColumns columns)
    {
        Utf8Text.Require(utf8.Span, location);
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return JsonRecord.Read(document.RootElement, location, columns);
        }
        catch (JsonException e)
        {
            // The reader counts lines from the start of what it was given, which is one line.
            var message = e.Message.Split(" LineNumber:")[0];
            var start = utf8.Span.TrimStart((byte)' ') is [(byte)'[', ..] ? " Is the file one JSON array? Then write one object a line: jq -c '.[]'." : "";
            throw new DataException($"{location}: not a line of JSON: {message} (byte {e.BytePositionInLine}).{start}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new DataException($"{location}: a string holds half a surrogate pair (\\ud800 to \\udfff alone), which is no character.", e);
        }
    }
}
