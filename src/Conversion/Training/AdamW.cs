using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Training;

/// <summary>
/// AdamW (decoupled weight decay) over few tensors: parameters share flat moment buffers in groups, so that a step over hundreds of small LoRA factors takes a handful of element-wise calls. Same
/// arithmetic as torch.optim.AdamW.
/// </summary>
internal sealed class AdamW : IDisposable
{
    // A group is closed once it holds this many elements: small factors share buffers, large ones never need a large copy.
    private const long GroupElements = 1 << 20;

    private readonly List<Group> _groups = [];
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;

    public AdamW(IReadOnlyList<(string Name, Parameter Value)> parameters, TrainingOptions options)
    {
        (_beta1, _beta2, _epsilon, _weightDecay) = (options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
        List<Slice> open = [];
        var elements = 0L;
        foreach (var (name, value) in parameters)
        {
            if (value.dtype != float32)
            {
                throw new TrainingException($"Adapter parameter '{name}' is {value.dtype}; training needs float32, in which small updates are not rounded away.");
            }

            if (open.Count > 0 && (elements + value.numel() > GroupElements || value.device.ToString() != open[0].Value.device.ToString()))
            {
                Close();
            }

            open.Add(new Slice(name, value, elements, value.numel(), value.shape));
            elements += value.numel();
        }

        Close();

        void Close()
        {
            if (open.Count > 0)
            {
                _groups.Add(new Group([.. open], elements));
                open.Clear();
                elements = 0;
            }
        }
    }

    /// <summary>Updates done.</summary>
    public long Steps { get; set; }

    /// <summary>Moves the gradients into flat buffers, drops them from the parameters, and gives the norm of them all. A parameter without a gradient counts as zeros.</summary>
    public double TakeGradients()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> squares = [];
        foreach (var group in _groups)
        {
            group.Gradient?.Dispose();
            var parts = group.Slices.Select(s => s.Value.grad is { } g ? g.reshape(-1) : zeros(s.Count, device: s.Value.device)).ToList();
            group.Gradient = (parts.Count == 1 ? parts[0].clone() : cat(parts, 0)).DetachFromDisposeScope();
            squares.Add(group.Gradient.dot(group.Gradient).to(CPU));
        }

        ZeroGradients();
        return Math.Sqrt(squares.Sum(s => (double)s.item<float>()));
    }

    /// <summary>Drops the gradients of the parameters.</summary>
    public void ZeroGradients()
    {
        foreach (var slice in _groups.SelectMany(g => g.Slices))
        {
            slice.Value.grad = null;
        }
    }

    /// <summary>One update with the gradients last taken, times <paramref name="gradientScale"/>.</summary>
    public void Step(double learningRate, double gradientScale)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        var firstScale = 1 - Math.Pow(_beta1, Steps);
        var secondScale = Math.Sqrt(1 - Math.Pow(_beta2, Steps));
        foreach (var group in _groups)
        {
            using var inner = NewDisposeScope();
            var gradient = group.Gradient ?? throw new InvalidOperationException("Step needs gradients: call TakeGradients first.");
            if (gradientScale != 1)
            {
                gradient.mul_(gradientScale);
            }

            group.First.mul_(_beta1).add_(gradient, 1 - _beta1);
            group.Second.mul_(_beta2).addcmul_(gradient, gradient, 1 - _beta2);
            var update = group.Second.sqrt().div_(secondScale).add_(_epsilon);
            update = group.First.div(update).mul_(-learningRate / firstScale);
            foreach (var slice in group.Slices)
            {
                if (_weightDecay != 0)
                {
                    slice.Value.mul_(1 - (learningRate * _weightDecay));
                }

                slice.Value.add_(update.narrow(0, slice.Start, slice.Count).view(slice.Shape));
            }

            gradient.Dispose();
            group.Gradient = null;
        }
    }

    /// <summary>Each parameter with views of its two moments; the caller's scope owns the views.</summary>
    public IEnumerable<(string Name, Parameter Value, Tensor First, Tensor Second)> State()
    {
        foreach (var group in _groups)
        {
            foreach (var slice in group.Slices)
            {
                yield return (slice.Name, slice.Value, group.First.narrow(0, slice.Start, slice.Count).view(slice.Shape), group.Second.narrow(0, slice.Start, slice.Count).view(slice.Shape));
            }
        }
    }

    public void Dispose()
    {
        foreach (var group in _groups)
        {
            group.First.Dispose();
            group.Second.Dispose();
            group.Gradient?.Dispose();
        }
    }

    private sealed record Slice(string Name, Parameter Value, long Start, long Count, long[] Shape);

    private sealed class Group(Slice[] slices, long elements)
    {
        public Slice[] Slices { get; } = slices;

        public Tensor First { get; } = zeros(elements, device: slices[0].Value.device).DetachFromDisposeScope();

        public Tensor Second { get; } = zeros(elements, device: slices[0].Value.device).DetachFromDisposeScope();

        public Tensor? Gradient { get; set; }
    }
}
