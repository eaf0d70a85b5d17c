using System.Numerics.Tensors;

namespace LoraDiff.Conversion.Generation;

/// <summary>From one row of logits to a token and its confidence. Keeps scratch memory, so one instance serves one thread.</summary>
internal sealed class TokenSampler
{
    private readonly double _temperature;
    private readonly int _topK;
    private readonly double _topP;
    private readonly ConfidenceMeasure _measure;
    private float[] _weights = [];
    private float[] _keys = [];
    private int[] _tokens = [];

    public TokenSampler(double temperature, int topK, double topP, ConfidenceMeasure measure)
    {
        _temperature = temperature >= 0 && double.IsFinite(temperature) ? temperature : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be 0 (greedy) or a positive number.");
        _topK = topK >= 0 ? topK : throw new ArgumentOutOfRangeException(nameof(topK), topK, "top-k must be 0 (all tokens) or a positive number.");
        _topP = topP is > 0 and <= 1 ? topP : throw new ArgumentOutOfRangeException(nameof(topP), topP, "top-p must be above 0 and at most 1 (all tokens).");
        _measure = measure;
    }

    /// <summary>True where the token is the arg-max: no random number is used.</summary>
    public bool IsGreedy => _temperature == 0;

    /// <summary>Predicts a token.</summary>
    /// <param name="logits">The logits of the ids that may be generated. Forbidden ones hold −∞.</param>
    /// <param name="uniform">A number in [0, 1); unused when greedy.</param>
    /// <exception cref="GenerationException">A logit is NaN or +∞, or every one is −∞.</exception>
    public TokenPrediction Predict(ReadOnlySpan<float> logits, double uniform)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        var max = best < 0 ? float.NegativeInfinity : logits[best];
        if (!float.IsFinite(max))
        {
            throw new GenerationException($"The largest of {logits.Length} logits is {max}: the model diverged or its compute type overflowed. Try --dtype float32, or an earlier checkpoint of the adapter.");
        }

        // exp(logit − max) once; every measure and every filter reads it.
        if (_weights.Length < logits.Length)
        {
            _weights = new float[logits.Length];
        }

        var weights = _weights.AsSpan(0, logits.Length);
        TensorPrimitives.Subtract(logits, max, weights);
        TensorPrimitives.Exp(weights, weights);
        var total = TensorPrimitives.Sum(weights);
        var confidence = _measure switch
        {
            ConfidenceMeasure.Margin => (1 - SecondLargest(weights, best)) / total,
            ConfidenceMeasure.NegativeEntropy => NegativeEntropy(logits, weights, max, total),
            _ => float.NaN,
        };
        var token = IsGreedy ? best : Draw(logits, weights, max, uniform);
        return new TokenPrediction(token, _measure == ConfidenceMeasure.Probability ? MathF.Exp(logits[token] - max) / total : confidence);
    }

    private static float SecondLargest(Span<float> weights, int best)
    {
        var kept = weights[best];
        weights[best] = 0;
        var second = TensorPrimitives.Max<float>(weights);
        weights[best] = kept;
        return second;
    }

    private static float NegativeEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float max, float total)
    {
        double sum = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            // An impossible token contributes nothing; 0 · −∞ would be NaN.
            sum += weights[i] > 0 ? weights[i] * (double)(logits[i] - max) : 0;
        }

        return (float)((sum / total) - Math.Log(total));
    }

    /// <summary>Temperature, then top-k, then top-p on what top-k left, renormalised: the order transformers uses.</summary>
    private int Draw(ReadOnlySpan<float> logits, Span<float> weights, float max, double uniform)
    {
        if (_temperature != 1)
        {
            // (logit − max) / T from the logits: the difference is taken before it is scaled up, so a tiny temperature gives −∞, not NaN.
            TensorPrimitives.Subtract(logits, max, weights);
            TensorPrimitives.Divide(weights, (float)Math.Max(_temperature, 1e-30), weights);
            TensorPrimitives.Exp(weights, weights);
        }

        if (_topK == 0 && _topP == 1)
        {
            return Pick(weights, uniform * DoubleSum(weights));
        }

        var count = Candidates(weights);
        var keys = _keys.AsSpan(0, count);
        var tokens = _tokens.AsSpan(0, count);
        keys.Sort(tokens);           // ascending by −weight; a stable order is restored below
        OrderTies(keys, tokens);
        if (_topK > 0)
        {
            count = Math.Min(count, _topK);
        }

        double mass = 0;
        for (var i = 0; i < count; i++)
        {
            mass -= keys[i];
        }

        if (_topP < 1)
        {
            var wanted = _topP * (_topK > 0 ? mass : DoubleSum(weights));
            mass = 0;
            var kept = 0;
            while (kept < count && mass < wanted)
            {
                mass -= keys[kept++];
            }

            count = Math.Max(kept, 1);
        }

        var target = uniform * mass;
        for (var i = 0; i < count; i++)
        {
            target += keys[i];
            if (target < 0)
            {
                return tokens[i];
            }
        }

        return tokens[count - 1];
    }

    /// <summary>Collects a superset of what the filters keep, so that only few tokens are sorted. Keys are negated weights.</summary>
    private int Candidates(ReadOnlySpan<float> weights)
    {
        if (_keys.Length < weights.Length)
        {
            _keys = new float[weights.Length];
            _tokens = new int[weights.Length];
        }

        float floor;
        if (_topK > 0)
        {
            floor = KthLargest(weights, _topK);
        }
        else
        {
            // Tokens of weight ≤ (1 − p) · total / V weigh at most (1 − p) together, so the nucleus lies above them.
            floor = (float)((1 - _topP) * DoubleSum(weights) / weights.Length * 0.999);
        }

        var count = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] >= floor && weights[i] > 0)
            {
                _keys[count] = -weights[i];
                _tokens[count++] = i;
            }
        }

        return count;
    }

    private static float KthLargest(ReadOnlySpan<float> weights, int k)
    {
        if (k >= weights.Length)
        {
            return 0;
        }

        var heap = new PriorityQueue<float, float>(k);
        foreach (var weight in weights)
        {
            if (heap.Count < k)
            {
                heap.Enqueue(weight, weight);
            }
            else if (weight > heap.Peek())
            {
                heap.EnqueueDequeue(weight, weight);
            }
        }

        return heap.Peek();
    }

    private static void OrderTies(ReadOnlySpan<float> keys, Span<int> tokens)
    {
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                tokens[start..end].Sort();
            }

            start = end;
        }
    }

    private static int Pick(ReadOnlySpan<float> weights, double target)
    {
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
            {
                continue;
            }

            last = i;
            target -= weights[i];
            if (target < 0)
            {
                return i;
            }
        }

        return last;
    }

    private static double DoubleSum(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        return sum;
    }
}
