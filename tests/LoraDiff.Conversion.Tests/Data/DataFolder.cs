using System.Text;
using LoraDiff.Conversion.Data;
using LoraDiff.Fixtures;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Tests.Data;

/// <summary>A folder for data files that goes away, and the bundled tokenizer with a small chat template.</summary>
internal sealed class DataFolder : IDisposable
{
    public const int End = 870, Mask = 887;

    public static string Checkpoint { get; } = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint");

    public static string Smallworld { get; } = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "data");

    public static Tokenizer Tokens { get; } = Tokenizer.FromFolder(Checkpoint);

    public static ConversationRenderer Chat { get; } = new(
        (turns, ask) => string.Concat(turns.Select(t => $"<|im_start|>{t.Role}\n{t.Content}<|im_end|>\n")) + (ask ? "<|im_start|>assistant\n" : ""), End, Mask) { Fingerprint = "chat" };

    public string Root { get; } = Directory.CreateTempSubdirectory("loradiff-data").FullName;

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static TrainingData Load(DataSources sources, DataOptions? options = null, ConversationRenderer? renderer = null) => TrainingData.Load(sources, Tokens, renderer ?? Chat, options);

    /// <summary>The learnt text of each document.</summary>
    public static string[] Learnt(IEnumerable<TrainingSample> samples) => [.. samples.Select(s => Tokens.Decode(s.Ids[s.CompletionStart..]))];

    /// <summary>Everything of the samples that training looks at.</summary>
    public static string[] Facts(IEnumerable<TrainingSample> samples) => [.. samples.Select(s => $"{string.Join(',', s.Ids)} {s.CompletionStart} {s.Complete} {s.Kind}")];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
