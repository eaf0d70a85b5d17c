using System.Runtime.CompilerServices;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>Keeps the tests' tokenised data out of the user's cache.</summary>
internal static class CacheForTests
{
    [ModuleInitializer]
    internal static void Set()
    {
        var folder = Directory.CreateTempSubdirectory("loradiff-cache-").FullName;
        Environment.SetEnvironmentVariable("LORADIFF_CACHE", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
