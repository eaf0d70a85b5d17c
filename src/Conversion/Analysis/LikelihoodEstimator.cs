using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Analysis;

/// <summary>The negative log-likelihood that a model gives to completions, per token, in nats.</summary>
/// <remarks>
/// With token-causal clean rows it is exact: a completion's tokens are predicted by the clean rows before them, which is decoding with blocks of one token, and for a
/// base model or autoregressive decoding the ordinary likelihood. With block-causal clean rows no row may predict the next token; then it is a Monte-Carlo estimate
/// of the bound −log p ≤ Σ over blocks of E[n/k · Σ over k masked tokens of −log p(token)], k uniform on 1…n and the masked set uniform of size k, which equals the
/// bound of uniform noise levels with weight 1/t but has no unbounded weights. k is stratified over the draws; the draws are fixed by a seed.
/// </remarks>
internal sealed class LikelihoodEstimator
{
    private const int RowsPerForward = 4096;

    private readonly CausalModel _model;
    private readonly DecodingProfile _profile;
    private readonly int _draws;
    private readonly long _seed;

    public LikelihoodEstimator(CausalModel model, DecodingProfile profile, int draws = 4, long seed = 0)
        => (_model, _profile, _draws, _seed) = (model, profile, draws, seed);

    /// <summary>Mean −log p over all scored tokens; null where none is scored.</summary>
    public double? PerToken(IReadOnlyList<LikelihoodSample> samples, CancellationToken cancellationToken)
    {
        var exact = _profile.CleanHalf == CleanHalf.TokenCausal && _profile.Shift;
        long tokens = 0;
        double sum = 0;
        var stream = new LikelihoodStream(_profile);
        for (var i = 0; i < samples.Count; i++)
        {
            tokens += samples[i].Targets;
            for (var draw = 0; draw < (exact ? 1 : _draws); draw++)
            {
                if (exact)
                {
                    stream.AddCausal(samples[i]);
                }
                else
                {
                    stream.AddMasked(samples[i], i, draw, _draws, _seed);
                }
            }

            if (stream.Rows >= RowsPerForward || i == samples.Count - 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum += Run(stream);
                stream = new LikelihoodStream(_profile);
            }
        }

        return tokens == 0 ? null : sum / tokens;
    }

    private double Run(LikelihoodStream stream)
    {
        if (stream.HeadRows.Count == 0)
        {
            return 0;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var device = _model.Device;
        using var plan = new AttentionPlan(new SegmentTable(stream.Rows, stream.Rows, stream.Segments));
        var training = _model.training;
        if (training)
        {
            _model.eval();
        }

        try
        {
            var hidden = _model.forward(tensor(stream.Ids.ToArray(), device: device), tensor(stream.Positions.ToArray(), device: device), plan);
            var losses = _model.HeadLosses(hidden.index_select(0, tensor(stream.HeadRows.ToArray(), device: device)), tensor(stream.Targets.ToArray(), device: device));
            return (losses.to(float64) * tensor(stream.Weights.ToArray(), device: device)).sum().item<double>();
        }
        finally
        {
            if (training)
            {
                _model.train();
            }
        }
    }
}
