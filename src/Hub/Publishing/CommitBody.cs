using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraDiff.Hub.Publishing;

/// <summary>A commit as lines of JSON, of known length; small files are read and encoded as they go out.</summary>
internal sealed class CommitBody : HttpContent
{
    private readonly List<(byte[] Before, UploadSource? Content, byte[] After)> _lines = [];
    private readonly long _length;

    private CommitBody(IEnumerable<(byte[] Before, UploadSource? Content, byte[] After)> lines)
    {
        _lines.AddRange(lines);
        _length = _lines.Sum(line => line.Before.Length + line.After.Length + (line.Content is { } content ? (content.Length + 2) / 3 * 4 : 0));
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    public static async Task<Func<HttpContent>> MakeAsync(CommitOptions options, string message, string? parent, IEnumerable<PlannedFile> files, IEnumerable<CommitOperation> deletions, CancellationToken cancellation)
    {
        var header = new JsonObject { ["summary"] = message, ["description"] = options.Description };
        if (parent is not null)
        {
            header["parentCommit"] = parent;
        }

        var lines = new List<(byte[], UploadSource?, byte[])> { Line("header", header) };
        foreach (var file in files)
        {
            if (file.IsLarge)
            {
                lines.Add(Line("lfsFile", new JsonObject { ["path"] = file.Path, ["algo"] = "sha256", ["oid"] = await file.IdAsync(cancellation).ConfigureAwait(false), ["size"] = file.Source.Length }));
            }
            else
            {
                var path = JsonSerializer.Serialize(file.Path);
                lines.Add(("{\"key\":\"file\",\"value\":{\"content\":\""u8.ToArray(), file.Source, Encoding.UTF8.GetBytes($"\",\"path\":{path},\"encoding\":\"base64\"}}}}\n")));
            }
        }

        lines.AddRange(deletions.Select(d => Line(d.IsFolder ? "deletedFolder" : "deletedFile", new JsonObject { ["path"] = d.IsFolder ? d.Path + "/" : d.Path })));
        return () => new CommitBody(lines);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(stream, 1 << 16);
        foreach (var (before, content, after) in _lines)
        {
            await buffered.WriteAsync(before, cancellationToken).ConfigureAwait(false);
            if (content is not null)
            {
                var bytes = await content.ReadAllAsync(cancellationToken).ConfigureAwait(false);
                await buffered.WriteAsync(Encoded(bytes.Span), cancellationToken).ConfigureAwait(false);
            }

            await buffered.WriteAsync(after, cancellationToken).ConfigureAwait(false);
        }

        await buffered.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Encoded(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes, text, out _, out var written);
        return text[..written];
    }

    private static (byte[] Before, UploadSource? Content, byte[] After) Line(string key, JsonObject value)
        => ([.. JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["key"] = key, ["value"] = value }), (byte)'\n'], null, []);
}
