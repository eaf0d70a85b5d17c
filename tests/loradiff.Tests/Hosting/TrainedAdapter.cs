using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>An adapter that the tool trained for two steps, once for all tests of a class; each takes a copy.</summary>
public sealed class TrainedAdapter : IDisposable
{
    private readonly Places _places = new();

    public TrainedAdapter() => Assert.Equal(ExitCode.Success, Train(Places.Checkpoint, _places.At("adapter")).Code);

    internal static Run Train(string model, string output)
        => Run.Of("convert", "--model", model, "--data", Places.Train, "--out", output, "--steps", "2", "--set", "batch_size=2", "--set", "limit=8", "--device", "cpu");

    public void CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(_places.At("adapter")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    public void Dispose() => _places.Dispose();
}
