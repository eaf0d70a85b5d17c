using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Generation;

/// <summary>Block decoding written as plainly as possible: no cache, one row, a dense mask, everything recomputed in every step. Greedy, by threshold.</summary>
internal static class ReferenceDecoder
{
    public static (List<int> Tokens, int Nfe) Decode(CausalModel model, DecodingProfile profile, int[] prompt, int maxNewTokens, double threshold)
    {
        var (size, length, limit) = (profile.BlockSize, prompt.Length, prompt.Length + maxNewTokens);
        var tokens = new int?[limit + (2 * size)];
        for (var i = 0; i < length; i++)
        {
            tokens[i] = prompt[i];
        }

        var nfe = 0;
        for (var start = profile.GridOrigin == GridOrigin.Completion ? length : length / size * size; start < limit; start += size)
        {
            while (true)
            {
                var missing = Enumerable.Range(start, size).Where(p => p < limit && tokens[p] is null).ToList();
                var stop = Enumerable.Range(length, limit - length).FirstOrDefault(p => tokens[p] is { } t && profile.StopTokenIds.Contains(t), limit);
                missing.RemoveAll(p => p > stop);
                if (missing.Count == 0)
                {
                    if (stop < start + size && stop < limit)
                    {
                        return ([.. tokens[length..stop].Select(t => t!.Value)], nfe);
                    }

                    break;
                }

                var logits = Logits(model, profile, tokens, start, length);
                nfe++;
                var predictions = missing.Select(p => (Position: p, Prediction: Predict(profile, logits, p, start))).ToList();
                var first = predictions.Where(p => profile.Shift && p.Position == start).ToList();
                var chosen = predictions.Where(p => p.Prediction.Probability >= threshold).Union(first).ToList();
                if (chosen.Count == 0)
                {
                    chosen = [predictions.MaxBy(p => p.Prediction.Probability)];
                }

                foreach (var (position, (token, _)) in chosen)
                {
                    tokens[position] = token;
                }
            }
        }

        return ([.. tokens[length..limit].Select(t => t!.Value)], nfe);
    }

    /// <summary>Logits of [clean prefix ; noisy block] as training lays them out: rows 0…start−1 clean, then the block.</summary>
    public static float[][] Logits(CausalModel model, DecodingProfile profile, int?[] tokens, int start, int promptLength)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var size = profile.BlockSize;
        var rows = start + size;
        var ids = Enumerable.Range(0, rows).Select(p => (long)(tokens[p] ?? profile.MaskTokenId!.Value)).ToArray();
        var segments = new List<AttentionSegment>();
        for (var i = 0; i < start; i++)
        {
            var anchor = profile.GridOrigin == GridOrigin.Completion ? promptLength : 0;
            var blockEnd = i + 1;
            while ((blockEnd - anchor) % size != 0)
            {
                blockEnd++;
            }

            segments.Add(new AttentionSegment(i, 1, new KeyRange(0, profile.CleanHalf == CleanHalf.TokenCausal ? i + 1 : blockEnd)));
        }

        segments.Add(new AttentionSegment(start, size, new KeyRange(0, start), new KeyRange(start, size)));
        using var plan = new AttentionPlan(new SegmentTable(rows, rows, segments), AttentionPath.Reference);
        var positions = Enumerable.Range(0, rows).Select(p => (long)p).ToArray();
        var logits = model.Head(model.forward(tensor(ids), tensor(positions), plan)).to(float32);
        return [.. Enumerable.Range(0, rows).Select(i => logits[i].data<float>().ToArray())];
    }

    private static (int Token, double Probability) Predict(DecodingProfile profile, float[][] logits, int position, int start)
    {
        var row = (float[])logits[profile.Shift ? position - 1 : position].Clone();
        row[profile.MaskTokenId!.Value] = float.NegativeInfinity;
        var max = row.Max();
        var total = row.Sum(l => Math.Exp(l - max));
        return (Array.IndexOf(row, max), 1 / total);
    }
}
