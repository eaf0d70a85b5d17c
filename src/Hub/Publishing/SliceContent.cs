using System.Net;

namespace LoraDiff.Hub.Publishing;

/// <summary>A slice of a source as a request's body, of known length: stores refuse bodies in chunks.</summary>
internal sealed class SliceContent(UploadSource source, long offset, long count, UploadMeter meter, UploadMeter.Part part) : HttpContent
{
    protected override bool TryComputeLength(out long length)
    {
        length = count;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        meter.Restart(part);
        return source.CopyAsync(stream, offset, count, bytes => meter.Sent(part, bytes), cancellationToken);
    }
}
