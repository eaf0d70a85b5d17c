using System.Runtime.ExceptionServices;

namespace TorchSharp.Tests;

/// <summary>Runs something on a thread of its own and waits; its exception is thrown here.</summary>
internal static class OtherThread
{
    internal static T Run<T>(Func<T> function)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    internal static void Run(Action action) => Run(() =>
    {
        action();
        return 0;
    });
}
