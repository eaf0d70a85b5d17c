using LoraDiff.Conversion.Checkpoints;

namespace LoraDiff.Conversion.Models;

/// <summary>
/// Rotary position embedding as a configuration describes it: <c>rope_parameters</c> (transformers 5), or <c>rope_theta</c> and <c>rope_scaling</c> (transformers 4).
/// </summary>
public sealed record RotaryConfig
{
    /// <summary>How frequencies are stretched.</summary>
    public RotaryKind Kind { get; init; }

    /// <summary>The base of the frequencies. Default 10,000.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>The stretch; 1 for <see cref="RotaryKind.Default"/>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>What cosines and sines are multiplied with; 1 except for <see cref="RotaryKind.Yarn"/>.</summary>
    public double AttentionFactor { get; init; } = 1;

    /// <summary>The context length before stretching.</summary>
    public int OriginalMaxPositions { get; init; }

    /// <summary>Llama 3: wavelengths longer than original length / this are divided.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: wavelengths shorter than original length / this are kept.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>YaRN: rotations over the original length from which on a frequency is kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: rotations below which a frequency is divided.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN: whether the ramp's ends are rounded outwards to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>The angle per position of each of the <paramref name="headDim"/> / 2 pairs, in the float32 arithmetic of transformers.</summary>
    public float[] InverseFrequencies(int headDim)
    {
        var plain = new float[headDim / 2];
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = 1f / MathF.Pow((float)Theta, 2 * i / (float)headDim);
        }

        return Kind switch
        {
            RotaryKind.Default => plain,
            RotaryKind.Linear => Array.ConvertAll(plain, f => f / (float)Factor),
            RotaryKind.Llama3 => Array.ConvertAll(plain, Llama3),
            RotaryKind.Yarn => Yarn(plain, headDim),
            _ => throw new InvalidOperationException($"Unknown rotary kind {Kind}."),
        };
    }

    internal static RotaryConfig Read(JsonConfig config, int maxPositions)
    {
        var (key, scaling) = config.OptionalObject("rope_parameters") is { } current
            ? ("rope_parameters", current)
            : ("rope_scaling", config.OptionalObject("rope_scaling"));
        var theta = scaling?.OptionalNumber("rope_theta") ?? config.OptionalNumber("rope_theta") ?? 10_000;
        config.OptionalNumber("rope_theta");
        config.Get("rope_scaling");
        if (theta <= 0)
        {
            throw config.Refuse("rope_theta", "it must be positive.");
        }

        RequireWhole(config, "partial_rotary_factor");
        if (scaling is null)
        {
            return new RotaryConfig { Theta = theta, OriginalMaxPositions = maxPositions };
        }

        RequireWhole(scaling, "partial_rotary_factor");
        if (scaling.Get("full_attention") is not null || scaling.Get("sliding_attention") is not null)
        {
            throw config.Refuse(key, "rotary parameters per layer type are not supported.");
        }

        var type = scaling.OptionalText("rope_type") ?? scaling.OptionalText("type") ?? "default";
        scaling.Get("type"); // transformers 4 wrote both names
        var rotary = type switch
        {
            "default" => new RotaryConfig { Theta = theta, OriginalMaxPositions = maxPositions },
            "linear" => new RotaryConfig { Kind = RotaryKind.Linear, Theta = theta, Factor = Number(scaling, "factor"), OriginalMaxPositions = maxPositions },
            "llama3" => ReadLlama3(scaling, theta),
            "yarn" => ReadYarn(scaling, theta, maxPositions),
            _ => throw config.Refuse(key, $"rope type '{type}' is not supported; supported are default, linear, llama3, yarn."),
        };
        if (type is "default" or "linear")
        {
            scaling.Get("original_max_position_embeddings"); // written by some tools, without effect
        }

        if (type == "default")
        {
            scaling.OptionalNumber("factor"); // likewise
        }

        foreach (var (name, value) in scaling.Unread)
        {
            if (value.ValueKind is not System.Text.Json.JsonValueKind.Null)
            {
                throw config.Refuse(key, $"'{name}' is not known for rope type '{type}'.");
            }
        }

        return rotary.Factor >= 1 ? rotary : throw scaling.Refuse("factor", "it must be at least 1.");
    }

    private static RotaryConfig ReadLlama3(JsonConfig scaling, double theta)
    {
        var rotary = new RotaryConfig
        {
            Kind = RotaryKind.Llama3,
            Theta = theta,
            Factor = Number(scaling, "factor"),
            LowFrequencyFactor = Number(scaling, "low_freq_factor"),
            HighFrequencyFactor = Number(scaling, "high_freq_factor"),
            OriginalMaxPositions = scaling.Size("original_max_position_embeddings"),
        };
        return rotary.LowFrequencyFactor > 0 && rotary.HighFrequencyFactor > rotary.LowFrequencyFactor
            ? rotary
            : throw scaling.Refuse("high_freq_factor", "it must be above low_freq_factor, and both positive.");
    }

    private static RotaryConfig ReadYarn(JsonConfig scaling, double theta, int maxPositions)
    {
        var factor = Number(scaling, "factor");
        var given = scaling.OptionalNumber("attention_factor");
        var scale = scaling.OptionalNumber("mscale");
        var scaleAll = scaling.OptionalNumber("mscale_all_dim");
        return new RotaryConfig
        {
            Kind = RotaryKind.Yarn,
            Theta = theta,
            Factor = factor,
            AttentionFactor = given ?? (scale is > 0 or < 0 && scaleAll is > 0 or < 0 ? YarnScale(factor, scale.Value) / YarnScale(factor, scaleAll!.Value) : YarnScale(factor, 1)),
            OriginalMaxPositions = scaling.OptionalSize("original_max_position_embeddings") ?? maxPositions,
            BetaFast = scaling.OptionalNumber("beta_fast") ?? 32,
            BetaSlow = scaling.OptionalNumber("beta_slow") ?? 1,
            Truncate = scaling.Bool("truncate", true),
        };
    }

    private static double YarnScale(double factor, double weight) => factor <= 1 ? 1 : 0.1 * weight * Math.Log(factor) + 1;

    private static double Number(JsonConfig scaling, string key) => scaling.OptionalNumber(key) ?? throw scaling.Refuse(key, "this rope type needs it.");

    private static void RequireWhole(JsonConfig config, string key)
    {
        if (config.OptionalNumber(key) is { } part and not 1.0)
        {
            throw config.Refuse(key, "rotary embedding of a part of the head is not supported.");
        }
    }

    private float Llama3(float frequency)
    {
        var wavelength = 2 * MathF.PI / frequency;
        if (wavelength < (float)(OriginalMaxPositions / HighFrequencyFactor))
        {
            return frequency;
        }

        if (wavelength > (float)(OriginalMaxPositions / LowFrequencyFactor))
        {
            return frequency / (float)Factor;
        }

        var smooth = (OriginalMaxPositions / wavelength - (float)LowFrequencyFactor) / (float)(HighFrequencyFactor - LowFrequencyFactor);
        return (1 - smooth) * frequency / (float)Factor + smooth * frequency;
    }

    private float[] Yarn(float[] plain, int headDim)
    {
        double Dimension(double rotations) => headDim * Math.Log(OriginalMaxPositions / (rotations * 2 * Math.PI)) / (2 * Math.Log(Theta));
        var (low, high) = (Dimension(BetaFast), Dimension(BetaSlow));
        if (Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, headDim - 1));
        if (low == high)
        {
            high += 0.001;
        }

        var stretched = new float[plain.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            var keep = 1 - (float)Math.Clamp((i - low) / (high - low), 0, 1);
            stretched[i] = plain[i] / (float)Factor * (1 - keep) + plain[i] * keep;
        }

        return stretched;
    }
}
