using System.Runtime.InteropServices;
using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Generation;

/// <summary>Turns a step's logits into predictions, with one copy to the CPU and therefore one wait for the device.</summary>
internal sealed class Predictor
{
    private readonly DecodingProfile _profile;
    private readonly GenerationOptions _options;
    private readonly TokenSampler _sampler;

    public Predictor(DecodingProfile profile, GenerationOptions options)
    {
        (_profile, _options) = (profile, options);
        _sampler = new TokenSampler(options.Temperature, options.TopK, options.TopP, options.Confidence);
    }

    /// <summary>Predicts each target's token.</summary>
    /// <param name="logits">[N, V], one row per target; changed in place.</param>
    /// <param name="targets">What the rows predict.</param>
    public TokenPrediction[] Predict(Tensor logits, IReadOnlyList<DecodingTarget> targets)
    {
        using var scope = NewDisposeScope();
        var vocabulary = (int)Math.Min(logits.size(1), _profile.VocabularySize ?? int.MaxValue);
        if (_profile.MaskTokenId is { } mask && mask < vocabulary)
        {
            logits.select(1, mask).fill_(float.NegativeInfinity);
        }

        return _sampler.IsGreedy && _options.Confidence == ConfidenceMeasure.Probability
            ? Greedy(logits.narrow(1, 0, vocabulary), targets)
            : Sampled(logits.narrow(1, 0, vocabulary), targets);
    }

    /// <summary>The arg-max and its softmax probability, reduced where the logits are: only two numbers a row are copied.</summary>
    private static TokenPrediction[] Greedy(Tensor logits, IReadOnlyList<DecodingTarget> targets)
    {
        var both = FusedOps.Current.MostLikely(logits).cpu();
        var values = MemoryMarshal.Cast<byte, float>(both.bytes);
        var predictions = new TokenPrediction[targets.Count];
        for (var i = 0; i < predictions.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw NotNumbers(targets[i], null);
            }

            predictions[i] = new TokenPrediction((int)values[predictions.Length + i], values[i]);
        }

        return predictions;
    }

    private TokenPrediction[] Sampled(Tensor logits, IReadOnlyList<DecodingTarget> targets)
    {
        var copy = logits.to(float32).cpu().contiguous();
        var values = MemoryMarshal.Cast<byte, float>(copy.bytes);
        var vocabulary = values.Length / targets.Count;
        var predictions = new TokenPrediction[targets.Count];
        for (var i = 0; i < predictions.Length; i++)
        {
            var (row, position) = targets[i];
            var uniform = CounterRandom.Uniform(_options.Seed, _options.FirstRow + row.Index, row.Nfe, position);
            try
            {
                predictions[i] = _sampler.Predict(values.Slice(i * vocabulary, vocabulary), uniform);
            }
            catch (GenerationException exception)
            {
                throw NotNumbers(targets[i], exception);
            }
        }

        return predictions;
    }

    private static GenerationException NotNumbers(DecodingTarget target, GenerationException? cause)
    {
        var what = $"Prompt {target.Row.Index}, token {target.Position - target.Row.PromptLength} of its completion, forward {target.Row.Nfe}: ";
        return cause is null
            ? new GenerationException(what + "the logits hold NaN or infinity; the model diverged or its compute type overflowed. Try --dtype float32, or an earlier checkpoint of the adapter.")
            : new GenerationException(what + cause.Message, cause);
    }
}
