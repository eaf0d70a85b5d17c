using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion.Tests.Training;

public sealed class MetricsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loradiff-metrics");

    private string PathOfFile => Path.Combine(_folder.FullName, MetricsFile.FileName);

    [Fact]
    public void Open_ForAResumedRun_DropsLinesBeyondTheStepAndTheCutOffOne()
    {
        using (var file = MetricsFile.Open(_folder.FullName, 0))
        {
            foreach (var step in new[] { 10, 20, 30 })
            {
                file.Write(Progress(step));
            }
        }

        File.AppendAllText(PathOfFile, "{\"step\": 2");
        using (var file = MetricsFile.Open(_folder.FullName, 20))
        {
            file.Write(Progress(25) with { Evaluation = new Dictionary<string, double> { ["accuracy"] = 0.5 } });
        }

        var lines = File.ReadAllLines(PathOfFile);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("{\"step\":20,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("\"evaluation\":{\"accuracy\":0.5}}", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ForAFreshRun_StartsAnew()
    {
        File.WriteAllText(PathOfFile, "{\"step\": 2}\n");
        MetricsFile.Open(_folder.FullName, 0).Dispose();
        Assert.Empty(File.ReadAllText(PathOfFile));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static TrainingProgress Progress(int step) => new()
    {
        Step = step, Steps = 30, Fraction = 0.5, Elapsed = TimeSpan.FromSeconds(1), Remaining = TimeSpan.FromSeconds(1), Epoch = 0, BlockSize = 4, LearningRate = 0.1, Loss = 1,
        DiffusionLoss = 0.5, ArLoss = 1, GradientNorm = 2, Positions = 10, Masked = 5, TokensPerSecond = 9, PositionsPerSecond = 10,
    };
}
