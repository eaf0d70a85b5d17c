using System.Diagnostics;
using System.Globalization;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>
/// The tests run without ICU, as the tool does. A program that uses the library may have ICU and any culture, so the tests that compare with recorded results run once more in a process
/// that has: with Turkish, whose letters i differ, and which writes numbers with commas.
/// </summary>
public sealed class GlobalizationTests
{
    private const string Variable = "LORADIFF_TEST_GLOBALIZATION", Icu = "icu", MissingIcu = "valid ICU package";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Shows that the other process is what it should be; in this one there is no culture but the invariant.</summary>
    [Fact]
    public void Process_HasTheCultureThatItWasStartedWith()
    {
        var isTurkish = Environment.GetEnvironmentVariable(Variable) == Icu;
        Assert.Equal(isTurkish ? "tr-TR" : "", CultureInfo.CurrentCulture.Name);
        Assert.Equal(isTurkish ? "\u0131" : "i", "I".ToLower(CultureInfo.CurrentCulture));
        Assert.Equal(isTurkish ? "0,5" : "0.5", 0.5.ToString(CultureInfo.CurrentCulture));
    }

    [SkippableFact]
    public void RecordedResults_AreTheSameWithIcuAndATurkishCulture()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows takes a process's culture from the user's settings, not from its environment.");
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, Icu)).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        var name = typeof(GlobalizationTests).Assembly.GetName().Name;
        var settings = Path.Combine(folder, $"{name}.runtimeconfig.json");
        const string Invariant = "\"System.Globalization.Invariant\": true";
        var text = File.ReadAllText(settings);
        Assert.Contains(Invariant, text, StringComparison.Ordinal);
        File.WriteAllText(settings, text.Replace(Invariant, Invariant.Replace("true", "false", StringComparison.Ordinal), StringComparison.Ordinal));

        string[] classes = [nameof(TokenizerConformanceTests), nameof(SplitRegexConformanceTests), nameof(ChatTemplates.ChatTemplateConformanceTests), nameof(ChatTemplates.JinjaSemanticsTests), nameof(Process_HasTheCultureThatItWasStartedWith)];
        ProcessStartInfo start = new(Environment.ProcessPath!, ["vstest", Path.Combine(folder, $"{name}.dll"), $"--TestCaseFilter:{string.Join('|', classes.Select(c => $"FullyQualifiedName~{c}"))}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in new[] { (Variable, Icu), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("DOTNET_CLI_UI_LANGUAGE", "en") })
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
        }

        var said = $"{output.Result}\n{errors.Result}";
        Skip.If(said.Contains(MissingIcu, StringComparison.Ordinal), "This machine has no ICU library (libicu).");
        Assert.True(process.ExitCode == 0, said);
        Assert.Contains("Passed", said, StringComparison.Ordinal);
    }
}
