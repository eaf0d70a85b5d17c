using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Optim;

public sealed class OptimizerStateTests
{
    public static TheoryData<string> Kinds => ["adamw", "adamw-amsgrad", "adam", "sgd"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SaveThenLoad_ContinuesBitForBit(string kind)
        => Continues(kind, (from, to) =>
        {
            using var stream = new MemoryStream();
            from.save_state_dict(new BinaryWriter(stream));
            stream.Position = 0;
            to.load_state_dict(new BinaryReader(stream));
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StateDict_LoadedIntoAnother_ContinuesBitForBit(string kind)
        => Continues(kind, (from, to) => to.load_state_dict(from.state_dict()));

    [Fact]
    public void StateDict_ListsGroupsAndStates()
    {
        using var scope = NewDisposeScope();
        var (first, second) = OptimizerRun.NewParameters();
        using var optimizer = optim.AdamW([new AdamW.ParamGroup([first], lr: 0.1), new AdamW.ParamGroup([second], lr: 0.2)]);
        var state = optimizer.state_dict();
        Assert.Equal([0.1, 0.2], state.Options.Select(options => options.LearningRate!.Value));
        Assert.Equal(2, state.State.Count);
        Assert.Equal([[0], [1]], state.StateIndexRef);
        Assert.True(state.State[0].ApproximatelyEquals(state.State[0]));
        Assert.Equal(first.shape, ((AdamW.State)state.State[0]).exp_avg.shape);
        Assert.Null(((AdamW.State)state.State[0]).max_exp_avg_sq);
    }

    [Fact]
    public void Load_OfAnotherOptimizer_IsRefused()
    {
        using var scope = NewDisposeScope();
        var (first, second) = OptimizerRun.NewParameters();
        using var adam = optim.AdamW([first, second]);
        using var sgd = optim.SGD([first, second], 0.1);
        using var fewer = optim.AdamW([first]);
        using var stream = new MemoryStream();
        adam.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        var error = Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(new BinaryReader(stream)));
        Assert.Contains("'AdamW'", error.Message, StringComparison.Ordinal);
        stream.Position = 0;
        Assert.Throws<ArgumentException>(() => fewer.load_state_dict(new BinaryReader(stream)));
    }

    [Fact]
    public void StateTensors_ReplacedByTheUser_AreUsed()
    {
        using var scope = NewDisposeScope();
        var (first, second) = OptimizerRun.NewParameters();
        using var optimizer = optim.AdamW([first, second], lr: 0.05);
        OptimizerRun.Step(optimizer, first, second, 0);
        var state = (AdamW.State)optimizer.state_dict().State[0];
        state.exp_avg = state.exp_avg.clone().DetachFromDisposeScope();

        var (otherFirst, otherSecond) = OptimizerRun.NewParameters();
        using var other = optim.AdamW([otherFirst, otherSecond], lr: 0.05);
        OptimizerRun.Step(other, otherFirst, otherSecond, 0);
        for (var step = 1; step < 3; step++)
        {
            OptimizerRun.Step(optimizer, first, second, step);
            OptimizerRun.Step(other, otherFirst, otherSecond, step);
        }
        Assert.True(first.equal(otherFirst).all().item<bool>());
        Assert.True(second.equal(otherSecond).all().item<bool>());
    }

    [Fact]
    public void Dispose_LeavesNoTensorBehind()
    {
        using var parameter = new Parameter(ones(8));
        using (NewDisposeScope())
            parameter.grad = ones(8);
        var before = Tensor.TotalCount;
        using (var optimizer = optim.AdamW([parameter], amsgrad: true))
        {
            optimizer.step();
            Assert.True(Tensor.TotalCount > before);
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void TrainingSteps_LeaveTheTensorCountFlat()
    {
        manual_seed(5);
        using var model = nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 2));
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-2);
        var schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 60);
        using var input = rand(16, 4);
        using var target = rand(16, 2);
        long counted = 0;
        float first = 0;
        float last = 0;
        for (var step = 0; step < 50; step++)
        {
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                var loss = nn.functional.mse_loss(model.call(input), target);
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1);
                optimizer.step();
                schedule.step();
                last = loss.item<float>();
            }
            if (step == 0)
                first = last;
            if (step == 2)
                counted = Tensor.TotalCount;
        }
        Assert.Equal(counted, Tensor.TotalCount);
        Assert.True(last < first, $"The loss went from {first} to {last}.");
    }

    private static void Continues(string kind, Action<OptimizerHelper, OptimizerHelper> carry)
    {
        using var scope = NewDisposeScope();
        var (first, second) = OptimizerRun.NewParameters();
        using var straight = Create(kind, first, second);
        for (var step = 0; step < 2; step++)
            OptimizerRun.Step(straight, first, second, step);

        var resumedFirst = new Parameter(first.detach().clone());
        var resumedSecond = new Parameter(second.detach().clone());
        using var resumed = Create(kind, resumedFirst, resumedSecond);
        carry(straight, resumed);
        foreach (var (state, index) in straight.state_dict().State.Select((state, index) => (state, index)))
            Assert.True(state.ApproximatelyEquals(resumed.state_dict().State[index]));

        for (var step = 2; step < 5; step++)
        {
            OptimizerRun.Step(straight, first, second, step);
            OptimizerRun.Step(resumed, resumedFirst, resumedSecond, step);
        }
        Assert.True(first.equal(resumedFirst).all().item<bool>());
        Assert.True(second.equal(resumedSecond).all().item<bool>());
    }

    private static OptimizerHelper Create(string kind, Parameter first, Parameter second) => kind switch
    {
        "adamw" => optim.AdamW([first, second], lr: 0.05, weight_decay: 0.1),
        "adamw-amsgrad" => optim.AdamW([first, second], lr: 0.05, amsgrad: true),
        "adam" => optim.Adam([first, second], lr: 0.05),
        _ => optim.SGD([first, second], 0.05, momentum: 0.9),
    };
}
