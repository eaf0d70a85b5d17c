using LoraDiff.Conversion.Training;
using LoraDiff.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.DependencyInjection;

public sealed class AddLoraDiffTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loradiff-").FullName;

    private static string Samples => Path.Combine(FixtureFolder.Repository, "samples", "smallworld");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Services_WithoutAModel_AreTheConverterAlone()
    {
        using var provider = new ServiceCollection().AddLoraDiff().BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.Same(provider.GetRequiredService<LoraDiffConverter>(), provider.GetRequiredService<LoraDiffConverter>());
        Assert.Null(provider.GetService<LanguageModel>());
    }

    [Fact]
    public void Converter_LogsToTheContainersLoggerAndReadsItsClock()
    {
        var lines = new List<string>();
        var services = new ServiceCollection().AddLoraDiff();
        services.AddSingleton<ILogger<LoraDiffConverter>>(new ListLogger(lines));
        services.AddSingleton<TimeProvider>(new HourlyClock());
        using var provider = services.BuildServiceProvider();

        var result = provider.GetRequiredService<LoraDiffConverter>().Convert(new ConversionRequest
        {
            Model = Path.Combine(Samples, "checkpoint"),
            Data = Path.Combine(Samples, "data", "eval.jsonl"),
            Output = _folder,
            Load = new() { Device = CPU },
            Training = new TrainingOptions { Minutes = 600, Steps = 200, BatchSize = 1 },
        });

        // Ten hours are over after a few steps where each look at the clock is an hour later.
        Assert.InRange(result.Training.Step, 1, 10);
        Assert.True(result.Training.Elapsed >= TimeSpan.FromHours(10), result.Training.Elapsed.ToString());
        Assert.Contains(lines, line => line.Contains(_folder, StringComparison.Ordinal));
    }

    [Fact]
    public void Model_IsLoadedWhenAskedForAndGoesWithTheContainer()
    {
        LanguageModel model;
        using (var provider = new ServiceCollection().AddLoraDiff(options => (options.Model, options.Load) = (Path.Combine(Samples, "checkpoint"), new() { Device = CPU })).BuildServiceProvider())
        {
            model = provider.GetRequiredService<LanguageModel>();
            Assert.Same(model, provider.GetRequiredService<LanguageModel>());
            Assert.NotNull(provider.GetRequiredService<LoraDiffConverter>());
            Assert.All(model.Model.parameters(), parameter => Assert.False(parameter.IsInvalid));
        }

        Assert.All(model.Model.parameters(), parameter => Assert.True(parameter.IsInvalid));
    }

    [Fact]
    public void Model_ThatIsNotThere_FailsWhenAskedForAndNotBefore()
    {
        using var provider = new ServiceCollection().AddLoraDiff(options => options.Model = Path.Combine(_folder, "absent")).BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<LoraDiffConverter>());
        var error = Assert.ThrowsAny<IOException>(provider.GetRequiredService<LanguageModel>);
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A clock that is an hour later whenever somebody looks.</summary>
    private sealed class HourlyClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 3600 * Interlocked.Increment(ref _looks);
    }

    private sealed class ListLogger(List<string> lines) : ILogger<LoraDiffConverter>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Add(formatter(state, exception));
    }
}
