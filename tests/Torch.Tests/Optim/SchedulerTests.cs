using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TorchSharp.Tests.Optim;

/// <summary>Learning rates per epoch from 1.0, against PyTorch 2.13 (References/nn_reference.py).</summary>
public sealed class SchedulerTests
{
    [Fact]
    public void StepLR_EqualsPyTorch() => Check(o => StepLR(o, 3, 0.5), [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125]);

    [Fact]
    public void MultiStepLR_WithARepeatedMilestone_EqualsPyTorch() => Check(o => MultiStepLR(o, [2, 5, 5, 9], 0.5), [1, 1, 0.5, 0.5, 0.5, 0.125, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.0625]);

    [Fact]
    public void ExponentialLR_EqualsPyTorch() => Check(o => ExponentialLR(o, 0.9), [1, 0.9, 0.81, 0.729, 0.6561, 0.59049, 0.531441, 0.4782969, 0.43046721, 0.387420489, 0.3486784401, 0.31381059609]);

    [Fact]
    public void ConstantLR_EqualsPyTorch() => Check(o => ConstantLR(o, 0.25, 4), [0.25, 0.25, 0.25, 0.25, 1, 1, 1, 1, 1, 1, 1, 1]);

    [Fact]
    public void LinearLR_EqualsPyTorch() => Check(o => LinearLR(o, 0.1, 1.0, 6), [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1, 1, 1, 1, 1, 1]);

    [Fact]
    public void PolynomialLR_EqualsPyTorch() => Check(o => PolynomialLR(o, 8, 2), [1, 0.765625, 0.5625, 0.390625, 0.25, 0.140625, 0.0625, 0.015625, 0, 0, 0, 0]);

    [Fact]
    public void CosineAnnealingLR_BeyondTheMinimum_EqualsPyTorch()
        => Check(o => CosineAnnealingLR(o, 5, 0.1), [1, 0.914057647469, 0.689057647469, 0.410942352531, 0.185942352531, 0.1, 0.185942352531, 0.410942352531, 0.689057647469, 0.914057647469, 1, 0.914057647469, 0.689057647469, 0.410942352531]);

    [Fact]
    public void LambdaLR_EqualsPyTorch() => Check(o => LambdaLR(o, epoch => 1.0 / (1 + epoch)), [1, 0.5, 0.333333333333, 0.25, 0.2, 0.166666666667, 0.142857142857, 0.125, 0.111111111111, 0.1, 0.0909090909091, 0.0833333333333]);

    [Fact]
    public void MultiplicativeLR_EqualsPyTorch()
        => Check(o => MultiplicativeLR(o, epoch => 0.5 + (0.05 * epoch)), [1, 0.55, 0.33, 0.2145, 0.15015, 0.1126125, 0.09009, 0.0765765, 0.06891885, 0.0654729075, 0.0654729075, 0.068746552875]);

    [Fact]
    public void SequentialLR_OfWarmUpAndCosine_EqualsPyTorch()
        => Check(
            o => SequentialLR(o, [LinearLR(o, 0.1, 1.0, 4), CosineAnnealingLR(o, 7, 0.05)], [4]),
            [0.1, 0.325, 0.55, 0.775, 1, 0.952960212254, 0.821157655883, 0.630697443629, 0.419302556371, 0.228842344117, 0.0970397877464, 0.05]);

    [Fact]
    public void OneCycleLR_EqualsPyTorch()
        => Check(
            o => OneCycleLR(o, 0.1, total_steps: 10),
            [0.004, 0.052, 0.1, 0.0950484632013, 0.081174565395, 0.0611262021936, 0.0388741978064, 0.018825834605, 0.00495193679865, 4e-07],
            [0.95, 0.9, 0.85, 0.854951556605, 0.868825509907, 0.888873953302, 0.911126046698, 0.931174490093, 0.945048443395, 0.95]);

    [Fact]
    public void OneCycleLR_LinearInThreePhases_EqualsPyTorch()
        => Check(
            o => OneCycleLR(o, 0.1, total_steps: 12, three_phase: true, anneal_strategy: impl.OneCycleLR.AnnealStrategy.Linear),
            [0.004, 0.0409230769231, 0.0778461538462, 0.0852307692308, 0.0483076923077, 0.0113846153846, 0.00344833103448, 0.00275874482759, 0.00206915862069, 0.00137957241379, 0.000689986206897, 4e-07],
            [0.95, 0.911538461538, 0.873076923077, 0.865384615385, 0.903846153846, 0.942307692308, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95]);

    [Fact]
    public void ReduceLROnPlateau_AfterPatience_ReducesOnce()
    {
        using var parameter = new Parameter(zeros(1));
        using var optimizer = optim.SGD([parameter], 1.0);
        var scheduler = ReduceLROnPlateau(optimizer, factor: 0.5, patience: 1, cooldown: 1);
        List<double> rates = [];
        foreach (var loss in new[] { 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 })
        {
            scheduler.step(loss);
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
        }
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], rates);
        Assert.Throws<InvalidOperationException>(() => scheduler.step());
    }

    [Fact]
    public void ChainedLR_StepsAllItsSchedulers()
    {
        using var parameter = new Parameter(zeros(1));
        using var optimizer = optim.SGD([parameter], 1.0);
        var scheduler = ChainedLR([ConstantLR(optimizer, 0.5, 2), ExponentialLR(optimizer, 0.9)]);
        scheduler.step();
        Assert.Equal(0.45, optimizer.ParamGroups.Single().LearningRate, 12);
        scheduler.step();
        Assert.Equal(0.81, optimizer.ParamGroups.Single().LearningRate, 12);
    }

    [Fact]
    public void Step_ToAnEpoch_UsesTheClosedForm()
    {
        using var parameter = new Parameter(zeros(1));
        using var optimizer = optim.SGD([parameter], 1.0);
        var scheduler = LinearLR(optimizer, 0.1, 1.0, 6);
        scheduler.step(3);
        Assert.Equal(0.55, scheduler.get_last_lr().Single(), 12);
    }

    private static void Check(Func<Optimizer, LRScheduler> create, double[] rates, double[]? firstBetas = null)
    {
        using var parameter = new Parameter(zeros(1));
        using Optimizer optimizer = firstBetas is null ? optim.SGD([parameter], 1.0) : optim.AdamW([parameter], 1.0);
        var scheduler = create(optimizer);
        for (var epoch = 0; epoch < rates.Length; epoch++)
        {
            if (epoch > 0)
                scheduler.step();
            var group = optimizer.ParamGroups.Single();
            Assert.Equal(rates[epoch], group.LearningRate, 1e-9);
            if (firstBetas is not null)
                Assert.Equal(firstBetas[epoch], ((IBetas)group).Betas.Item1, 1e-9);
        }
    }
}
