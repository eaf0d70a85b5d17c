using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Turns native messages into exceptions, and carries managed exceptions through native frames.</summary>
internal static unsafe class NativeError
{
    private const string Marker = "managed exception #";
    private static readonly ConcurrentDictionary<long, ExceptionDispatchInfo> Kept = new();
    private static long _next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check(byte* message)
    {
        if (message != null)
        {
            Throw(message);
        }
    }

    /// <summary>True when the failure is an exhausted memory, which a collection of garbage may cure; the message is then freed.</summary>
    internal static bool IsOutOfMemory(byte* message) => message != null && message[0] == (byte)'M';

    /// <summary>Keeps an exception that must not cross native frames; the number travels through them instead.</summary>
    internal static long Keep(Exception exception)
    {
        var number = Interlocked.Increment(ref _next);
        Kept[number] = ExceptionDispatchInfo.Capture(exception);
        return number;
    }

    private static void Throw(byte* message)
    {
        var text = Marshal.PtrToStringUTF8((IntPtr)message) ?? "";
        NativeMethods.ld_free(message);
        text = text.Length > 0 ? text[1..] : text;
        var at = text.IndexOf(Marker, StringComparison.Ordinal);
        if (at >= 0)
        {
            var digits = text[(at + Marker.Length)..];
            var end = digits.IndexOf('#', StringComparison.Ordinal);
            if (end > 0 && long.TryParse(digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Kept.TryRemove(number, out var kept))
            {
                kept.Throw();
            }
        }
        throw new ExternalException(text);
    }
}
