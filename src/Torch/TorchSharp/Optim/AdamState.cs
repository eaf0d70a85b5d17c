using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>Step count and moments of one parameter, as Adam and AdamW keep them.</summary>
public abstract class AdamState : OptimizerState, IDisposable
{
    public long step;

    /// <summary>Running mean of the gradient; null for a frozen parameter until it gets a gradient.</summary>
    public torch.Tensor exp_avg = null!;

    /// <summary>Running mean of the squared gradient; null for a frozen parameter until it gets a gradient.</summary>
    public torch.Tensor exp_avg_sq = null!;

    /// <summary>Largest <see cref="exp_avg_sq"/> so far; null without AMSGrad.</summary>
    public torch.Tensor? max_exp_avg_sq;

    private bool _amsgrad;

    private protected AdamState(Parameter parameter)
        : base(parameter)
    {
    }

    public override void Initialize(OptimizerOptions options)
    {
        Dispose();
        step = 0;
        _amsgrad = ((AdamOptions)options).amsgrad!.Value;
        if (_parameter.requires_grad)
            Allocate();
    }

    /// <summary>Gives a parameter without moments zeros of its own.</summary>
    internal void Allocate()
    {
        exp_avg ??= torch.zeros_like(_parameter, requires_grad: false).DetachFromDisposeScope();
        exp_avg_sq ??= torch.zeros_like(_parameter, requires_grad: false).DetachFromDisposeScope();
        if (_amsgrad)
            max_exp_avg_sq ??= torch.zeros_like(_parameter, requires_grad: false).DetachFromDisposeScope();
    }

    public override void to(torch.Device device)
    {
        static torch.Tensor? Moved(torch.Tensor? tensor, torch.Device device)
            => tensor is null || (tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index))
                ? tensor
                : tensor.to(device, disposeAfter: true).DetachFromDisposeScope();

        exp_avg = Moved(exp_avg, device)!;
        exp_avg_sq = Moved(exp_avg_sq, device)!;
        max_exp_avg_sq = Moved(max_exp_avg_sq, device);
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        Allocate();
        writer.Write(step);
        StateFormat.WriteTensor(writer, exp_avg);
        StateFormat.WriteTensor(writer, exp_avg_sq);
        SaveOptional(writer, max_exp_avg_sq);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        Allocate();
        step = reader.ReadInt64();
        StateFormat.ReadTensor(reader, nameof(exp_avg), exp_avg);
        StateFormat.ReadTensor(reader, nameof(exp_avg_sq), exp_avg_sq);
        var hasLargest = reader.ReadBoolean();
        if (hasLargest)
        {
            max_exp_avg_sq ??= torch.zeros_like(exp_avg_sq).DetachFromDisposeScope();
            StateFormat.ReadTensor(reader, nameof(max_exp_avg_sq), max_exp_avg_sq);
        }
        else
        {
            max_exp_avg_sq?.Dispose();
            max_exp_avg_sq = null;
        }
    }

    public override void LoadStateDict(OptimizerState source)
    {
        var other = (AdamState)source;
        other.Allocate();
        Allocate();
        using var noGrad = torch.no_grad();
        step = other.step;
        exp_avg.copy_(other.exp_avg);
        exp_avg_sq.copy_(other.exp_avg_sq);
        if (other.max_exp_avg_sq is null)
        {
            max_exp_avg_sq?.Dispose();
            max_exp_avg_sq = null;
        }
        else
        {
            max_exp_avg_sq ??= torch.zeros_like(exp_avg_sq).DetachFromDisposeScope();
            max_exp_avg_sq.copy_(other.max_exp_avg_sq);
        }
    }

    public override bool ApproximatelyEquals(OptimizerState other)
    {
        static bool Close(torch.Tensor? a, torch.Tensor? b) => a is null ? b is null : b is not null && a.allclose(b);

        return other is AdamState state && step == state.step
            && Close(exp_avg, state.exp_avg) && Close(exp_avg_sq, state.exp_avg_sq) && Close(max_exp_avg_sq, state.max_exp_avg_sq);
    }

    public void Dispose()
    {
        exp_avg?.Dispose();
        exp_avg_sq?.Dispose();
        max_exp_avg_sq?.Dispose();
        exp_avg = null!;
        exp_avg_sq = null!;
        max_exp_avg_sq = null;
        GC.SuppressFinalize(this);
    }
}
