using System.Diagnostics;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Analysis;

/// <summary>Measures how many prompts a model answers right, at how many tokens per forward, and how likely it finds the given completions.</summary>
public sealed class Evaluator
{
    private readonly CausalModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly ITextDecoder _decoder;
    private readonly ChatRendering _rendering;

    /// <summary>Makes an evaluator; everything stays the caller's.</summary>
    /// <param name="model">The model that the decoder decodes with.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="decoder">An <see cref="ArDecoder"/> or a <see cref="BlockDecoder"/> made with the tokenizer.</param>
    /// <param name="rendering">How a prompt becomes a text.</param>
    public Evaluator(CausalModel model, Tokenizer tokenizer, ITextDecoder decoder, ChatRendering rendering)
    {
        (_model, _tokenizer, _decoder, _rendering) = (model, tokenizer, decoder, rendering);
    }

    /// <summary>Decodes every prompt and scores every completion.</summary>
    /// <param name="samples">What to evaluate.</param>
    /// <param name="options">How to decode; null for the defaults. Its seed is also that of the likelihood, where that is an estimate.</param>
    /// <param name="likelihood">Whether to score the given completions as well. Default true.</param>
    /// <param name="progress">Receives a report whenever a sample is decoded.</param>
    /// <param name="steps">Receives every row's state after every forward, for example a <see cref="DenoisingOrder"/>.</param>
    /// <param name="cancellationToken">Looked at before every forward.</param>
    public EvaluationReport Evaluate(IReadOnlyList<EvaluationSample> samples, GenerationOptions? options = null, bool likelihood = true, IProgress<EvaluationProgress>? progress = null, IProgress<DecodingStep>? steps = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        int[][] prompts = [.. samples.Select(s => _tokenizer.EncodeToIds(_rendering(s.Prompt, null)).ToArray())];
        var results = new GenerationResult[samples.Count];
        var right = new bool[samples.Count];
        int done = 0, correct = 0;
        long tokens = 0, nfe = 0;
        var watch = Stopwatch.StartNew();
        foreach (var chunk in _decoder.Stream(prompts, options, steps, cancellationToken))
        {
            if (chunk.Result is not { } result)
            {
                continue;
            }

            var sample = samples[result.Row];
            results[result.Row] = result;
            right[result.Row] = ExactAnswer.IsRight(result.Text ?? _tokenizer.Decode(result.TokenIds, skipSpecialTokens: true), sample.Answer, sample.Kind);
            correct += right[result.Row] ? 1 : 0;
            tokens += result.GeneratedTokens;
            nfe += result.Nfe;
            progress?.Report(new EvaluationProgress(++done, samples.Count, correct, (double)tokens / nfe));
        }

        var seconds = watch.Elapsed.TotalSeconds;
        return new EvaluationReport
        {
            Correct = correct,
            Total = samples.Count,
            ByKind = CountByKind(samples, right),
            NllPerToken = likelihood ? new LikelihoodEstimator(_model, _decoder.Profile, seed: (options ?? new GenerationOptions()).Seed).PerToken([.. samples.Select(Scored).OfType<LikelihoodSample>()], cancellationToken) : null,
            Nfe = nfe,
            GeneratedTokens = tokens,
            TokensPerSecond = seconds > 0 ? tokens / seconds : 0,
            Results = results,
            Right = right,
        };
    }

    private static SortedDictionary<string, KindAccuracy> CountByKind(IReadOnlyList<EvaluationSample> samples, bool[] right)
    {
        var kinds = new SortedDictionary<string, KindAccuracy>(StringComparer.Ordinal);
        foreach (var group in samples.Zip(right).GroupBy(pair => pair.First.Kind ?? "none"))
        {
            kinds[group.Key] = new KindAccuracy(group.Count(pair => pair.Second), group.Count());
        }

        return kinds;
    }

    /// <summary>The sample's completion up to its end-of-turn token, with the boundary found in the tokens of the whole text.</summary>
    private LikelihoodSample? Scored(EvaluationSample sample)
    {
        if (sample.Completion is null)
        {
            return null;
        }

        var prompt = _rendering(sample.Prompt, null);
        var text = _rendering(sample.Prompt, sample.Completion);
        if (!text.StartsWith(prompt, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The chat rendering of '{sample.Prompt}' with a reply does not begin with its rendering without one, so the completion's tokens cannot be told apart.");
        }

        var encoding = _tokenizer.Encode(text);
        int[] ids = [.. encoding.Ids];
        var start = 0;
        while (start < ids.Length && encoding.CharOffsets[start].End <= prompt.Length)
        {
            start++;
        }

        var end = start;
        while (end < ids.Length && !_decoder.Profile.StopTokenIds.Contains(ids[end]))
        {
            end++;
        }

        // What follows the end of the turn is never generated.
        return start == 0 ? null : new LikelihoodSample(ids[..Math.Min(end + 1, ids.Length)], start);
    }
}
