using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Generation;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Generation;

/// <summary>A decoding step computes what the training forward computes: the same rows, the same context, the same predictor of each position.</summary>
public class TrainingConsistencyTests
{
    public static TheoryData<int, bool, CleanHalf, GridOrigin, int> Cases
    {
        get
        {
            var data = new TheoryData<int, bool, CleanHalf, GridOrigin, int>();
            foreach (var clean in Enum.GetValues<CleanHalf>())
            {
                foreach (var origin in Enum.GetValues<GridOrigin>())
                {
                    foreach (var shift in new[] { true, false })
                    {
                        data.Add(4, shift, clean, origin, 6);
                        data.Add(4, shift, clean, origin, 3);
                        data.Add(3, shift, clean, origin, 9);
                        data.Add(1, shift, clean, origin, 2);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LogitsOfEveryStep_EqualTheTrainingForward(int size, bool shift, CleanHalf clean, GridOrigin origin, int promptLength)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var model = TinyModel.Shared;
        var profile = TinyModel.Profile(size, shift, clean, origin);
        var random = new Random(17);
        var layout = new BlockLayout(BlockLayout.WholeBlocks(promptLength + (2 * size) + 2, size, Anchor()), size, Anchor());
        var truth = Enumerable.Range(0, layout.Length).Select(_ => random.Next(3, 280)).ToArray();
        var row = new GenerationRow(0, truth[..promptLength], profile, layout.Length - promptLength, 512, honourStops: false);
        using var cache = new KeyValueCache(model.LayerCount, model.Config.KeyValueHeads, model.Config.HeadDim, 2, layout.Length + size, model.ComputeType, model.Device);
        row.Slot = 1;
        while (row.Finished is null)
        {
            var stream = new DecodingStream(profile, cache, 100);
            stream.Add(row);
            using var plan = new AttentionPlan(stream.ToSegments(), AttentionPath.Fast, cache, Long(stream.CacheRows));
            var decoded = model.Head(model.forward(Long(stream.Ids), Long(stream.Positions), plan).index_select(0, Long(stream.HeadRows)));
            stream.Advance();

            var trained = Train();
            for (var i = 0; i < stream.Targets.Count; i++)
            {
                var difference = (decoded[i] - trained.Logits[trained.PredictorOf(stream.Targets[i].Position)]).abs().max().item<float>();
                Assert.True(difference < 1e-4 * trained.Largest, $"position {stream.Targets[i].Position} differs by {difference}");
            }

            // Teacher forcing: the true tokens of a random part of the candidates, so that the next step sees a half-filled block.
            var chosen = row.Candidates().Where(p => row.IsPredictedByCleanRow(p) || random.Next(3) == 0).ToList();
            int[] positions = [.. chosen.Count > 0 ? chosen : [row.Candidates().Last()]];
            row.Commit(positions, [.. positions.Select(p => truth[p])]);
        }

        int Anchor() => origin == GridOrigin.Completion ? promptLength : 0;

        (Tensor Logits, double Largest, Func<int, int> PredictorOf) Train()
        {
            var pattern = clean == CleanHalf.TokenCausal ? BlockPattern.CleanTokenCausal : BlockPattern.CleanBlockCausal;
            var training = new StreamLayout(pattern, [new StreamDocument(layout)]);
            // The active block as it is; every other block gets noise of its own, which must not matter.
            var noisy = truth.Select((id, p) => p >= row.BlockStart && p < row.BlockEnd ? (row.Masked[p] ? profile.MaskTokenId!.Value : id) : random.Next(2) == 0 ? profile.MaskTokenId!.Value : id).ToArray();
            var (ids, places) = (new long[training.Rows], new long[training.Rows]);
            training.Fill([noisy], [truth], ids, places);
            using var trainingPlan = new AttentionPlan(training.Segments);
            var logits = model.Head(model.forward(tensor(ids), tensor(places), trainingPlan));
            return (logits, logits.abs().max().item<float>(), position =>
                !shift ? training.NoisyRow(0, position) : layout.StartsBlock(position) ? training.CleanRow(0, position - 1) : training.NoisyRow(0, position - 1));
        }
    }

    private static Tensor Long(IReadOnlyList<int> values) => tensor(values.Select(v => (long)v).ToArray());
}
