using System.Text.Json;

namespace LoraDiff.Conversion.Training;

/// <summary><c>metrics.jsonl</c>: one object a report, with snake_case keys.</summary>
internal sealed class MetricsFile : IDisposable
{
    public const string FileName = "metrics.jsonl";

    private readonly FileStream _stream;

    private MetricsFile(FileStream stream) => _stream = stream;

    /// <summary>Opens the file of a run at a step: lines beyond it, which a resumed run writes again, are dropped; so is a line that was cut off.</summary>
    public static MetricsFile Open(string folder, long step)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
        {
            var kept = File.ReadLines(path).Where(line => StepOf(line) is { } s && s <= step).ToArray();
            File.WriteAllLines(path + ".tmp", step == 0 ? [] : kept);
            File.Move(path + ".tmp", path, overwrite: true);
        }

        return new MetricsFile(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read));
    }

    /// <summary>Writes one line.</summary>
    public void Write(TrainingProgress progress)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("step", progress.Step);
            json.WriteNumber("seconds", Math.Round(progress.Elapsed.TotalSeconds, 3));
            json.WriteNumber("epoch", progress.Epoch);
            json.WriteNumber("block_size", progress.BlockSize);
            json.WriteNumber("learning_rate", progress.LearningRate);
            json.WriteNumber("loss", progress.Loss);
            json.WriteNumber("diffusion_loss", progress.DiffusionLoss);
            json.WriteNumber("ar_loss", progress.ArLoss);
            json.WriteNumber("grad_norm", progress.GradientNorm);
            json.WriteNumber("positions", progress.Positions);
            json.WriteNumber("masked", progress.Masked);
            json.WriteNumber("positions_per_second", Math.Round(progress.PositionsPerSecond, 1));
            json.WriteNumber("tokens_per_second", Math.Round(progress.TokensPerSecond, 1));
            if (progress.Evaluation is { } evaluation)
            {
                json.WriteStartObject("evaluation");
                foreach (var (key, value) in evaluation)
                {
                    json.WriteNumber(key, value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        buffer.WriteTo(_stream);
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();

    private static long? StepOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("step", out var step) && step.TryGetInt64(out var value) ? value : null;
        }
        catch (JsonException)
        {
            return null;   // the last line of a run that was killed while writing it
        }
    }
}
