using LoraDiff.Conversion;
using Microsoft.Extensions.DependencyInjection;

namespace LoraDiff.Cli.Tests.Readme;

/// <summary>The README's C#, region by region; <see cref="ReadmeTests"/> compares and runs it.</summary>
internal static class ReadmeCode
{
    public static void Convert()
    {
        #region convert
        var request = new ConversionRequest
        {
            Model = "samples/smallworld/checkpoint",
            Data = "samples/smallworld/data/train.jsonl",
            Output = "artifacts/my-adapter",
            Training = new() { Steps = 30 },   // a taste; { Minutes = 30 } for a good one
            Overwrite = true,                  // a folder that has an adapter is refused otherwise
        };
        var result = new LoraDiffConverter().Convert(request);
        Console.WriteLine($"{result.Parameters} after {result.Training.Step} steps");

        using var model = LanguageModel.Load(request.Model, result.Output);
        var answer = model.Generate("Write a Python function add of a and b that returns a + b plus 1.");
        Console.WriteLine($"{answer.Text} ({answer.Tpf:F1} tokens per forward)");
        #endregion
    }

    public static object Services()
    {
        #region services
        var services = new ServiceCollection().AddLoraDiff(options =>
        {
            options.Model = "samples/smallworld/checkpoint";
        });
        using var provider = services.BuildServiceProvider();
        var converter = provider.GetRequiredService<LoraDiffConverter>();
        var model = provider.GetRequiredService<LanguageModel>();
        #endregion
        return (converter, model.Encode("Hello"));
    }
}
