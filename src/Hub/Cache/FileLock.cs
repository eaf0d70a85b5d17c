using LoraDiff.Hub.Http;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Cache;

/// <summary>A lock between processes on a file, the one that Python's clients take too (flock).</summary>
internal static class FileLock
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockElsewhere = 35;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Python gives its locks the same mode: a group that shares a cache shares its locks.
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    /// <summary>Waits until the lock is free; disposing the result gives it up.</summary>
    internal static async Task<IDisposable> TakeAsync(string path, ILogger logger, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix.
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = Mode;
        }
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return new FileStream(path, how);
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                if (isFirst)
                {
                    HubLog.WaitsForLock(logger, path);
                }
                await Task.Delay(Pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    // A read-only file system or too many open files are errors, whether the lock's file is there or not.
    private static bool IsHeld(IOException exception) => exception.HResult == (OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsLinux() ? WouldBlockOnLinux : WouldBlockElsewhere);
}
