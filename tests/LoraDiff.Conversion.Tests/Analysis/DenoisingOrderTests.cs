using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Tests.Analysis;

public class DenoisingOrderTests
{
    [Fact]
    public void Means_AreTakenPerPosition()
    {
        var order = new DenoisingOrder(3);
        order.Report(Step(0, [0, 2], [0.5f, 1f]));
        order.Report(Step(1, [1], [0.25f]));
        order.Report(Step(2, [0], [1f]));
        Assert.Equal([2, 1, 1], order.Count);
        Assert.Equal([1, 1, 0], order.MeanStep);
        Assert.Equal([0.75, 0.25, 1], order.MeanConfidence);
        Assert.True(double.IsNaN(new DenoisingOrder(1).MeanStep[0]));
    }

    private static DecodingStep Step(int step, int[] committed, float[] confidence) => new()
    {
        Row = 0,
        Block = 0,
        Step = step,
        Start = 0,
        Tokens = [-1, -1, -1],
        Committed = committed,
        Confidence = confidence,
        Nfe = step + 1,
    };
}
