using LoraDiff.Hub.Cache;
using Microsoft.Extensions.Logging.Abstractions;

namespace LoraDiff.Hub.Tests.Cache;

public sealed class FileLockTests
{
    [Fact]
    public async Task Take_OfAHeldLock_Waits()
    {
        using var folder = new TemporaryFolder();
        var held = await FileLock.TakeAsync(folder.At("a.lock"), NullLogger.Instance, default);
        var second = FileLock.TakeAsync(folder.At("a.lock"), NullLogger.Instance, default);

        await Task.Delay(200);
        Assert.False(second.IsCompleted);
        held.Dispose();
        (await second.WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
    }

    [Fact]
    public async Task Take_OfALockThatCannotBeOpened_IsAnErrorAtOnce()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.At("a.lock"), folder.At("a.lock"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<IOException>(() => FileLock.TakeAsync(folder.At("a.lock"), NullLogger.Instance, limit.Token));
    }
}
