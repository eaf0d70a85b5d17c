using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>
/// The update of Adam and AdamW over one group of parameters, in a handful of native calls.
/// The moments of small parameters lie next to each other in a few buffers, so that the passes that need no gradient
/// run over whole buffers, and a buffer is small enough to stay in the cache between its passes.
/// </summary>
internal sealed class AdamKernel : IDisposable
{
    private const long BucketElements = 1 << 18;

    private readonly bool _decoupled;
    private readonly List<Bucket> _buckets = [];

    public AdamKernel(IReadOnlyList<AdamState> states, bool decoupledDecay)
    {
        _decoupled = decoupledDecay;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var kind in states.Where(state => state.exp_avg is not null).GroupBy(state => (state.Owner.dtype, state.Owner.device_type, state.Owner.device_index)))
        {
            List<AdamState> members = [];
            var elements = 0L;
            foreach (var state in kind)
            {
                var size = state.Owner.NumberOfElements;
                if (elements > 0 && elements + size > BucketElements)
                {
                    _buckets.Add(new Bucket([.. members], joined: true));
                    members.Clear();
                    elements = 0;
                }
                members.Add(state);
                elements += size;
            }
            if (members.Count > 0)
                _buckets.Add(new Bucket([.. members], joined: true));
        }
        // Frozen parameters have no moments; should one be thawed later, it gets its own.
        AdamState[] frozen = [.. states.Where(state => state.exp_avg is null)];
        if (frozen.Length > 0)
            _buckets.Add(new Bucket(frozen, joined: false));
        ShareScratch();
    }

    /// <summary>One update; inside no_grad and a dispose scope of the caller's.</summary>
    public void Step(AdamOptions options)
    {
        foreach (var bucket in _buckets)
        {
            var grads = new torch.Tensor?[bucket.States.Length];
            var present = 0;
            for (var i = 0; i < grads.Length; i++)
            {
                grads[i] = bucket.States[i].Owner.grad;
                present += grads[i] is null ? 0 : 1;
            }
            if (present == 0)
                continue;
            if (present == grads.Length && bucket.IsWhole())
            {
                Update(options, bucket.States, grads!, [bucket.Average!], [bucket.Square!], bucket.Largest is null ? [] : [bucket.Largest], [bucket.Scratch!], bucket.ScratchViews);
                continue;
            }
            foreach (var part in Enumerable.Range(0, grads.Length).Where(i => grads[i] is not null).GroupBy(i => bucket.States[i].step))
            {
                int[] indices = [.. part];
                AdamState[] states = [.. indices.Select(i => bucket.States[i])];
                foreach (var state in states)
                    state.Allocate();
                torch.Tensor[] squares = [.. states.Select(state => state.exp_avg_sq)];
                torch.Tensor[] scratch = [.. squares.Select(square => torch.empty_like(square))];
                Update(
                    options, states, [.. indices.Select(i => grads[i]!)], [.. states.Select(state => state.exp_avg)], squares,
                    [.. states.Select(state => state.max_exp_avg_sq).OfType<torch.Tensor>()], scratch, scratch);
            }
        }
    }

    /// <param name="options">Of the group.</param>
    /// <param name="states">Of one step count.</param>
    /// <param name="grads">One per state.</param>
    /// <param name="averages">The means of all the states: one tensor each, or fewer that hold them all; likewise the others.</param>
    /// <param name="squares">The squared means.</param>
    /// <param name="largest">The largest squared means, or nothing without AMSGrad.</param>
    /// <param name="scratch">Overwritten; parallel to <paramref name="squares"/>.</param>
    /// <param name="denominators">The same memory as <paramref name="scratch"/>, one tensor per state.</param>
    private void Update(
        AdamOptions options, AdamState[] states, torch.Tensor[] grads, torch.Tensor[] averages, torch.Tensor[] squares,
        torch.Tensor[] largest, torch.Tensor[] scratch, torch.Tensor[] denominators)
    {
        var (lr, beta1, beta2) = (options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value);
        var decay = options.weight_decay!.Value;
        var parameters = Array.ConvertAll(states, torch.Tensor (state) => state.Owner);
        var step = states[0].step + 1;
        foreach (var state in states)
            state.step = step;

        if (options.maximize!.Value)
            grads = Foreach.neg(grads);
        if (decay != 0 && _decoupled)
            Foreach.mul_(parameters, 1 - (lr * decay));
        else if (decay != 0)
            grads = Foreach.add(grads, parameters, decay);

        Foreach.mul_(averages, beta1);
        Foreach.add_(Array.ConvertAll(states, state => state.exp_avg), grads, 1 - beta1);
        Foreach.mul_(squares, beta2);
        Foreach.addcmul_(Array.ConvertAll(states, state => state.exp_avg_sq), grads, grads, 1 - beta2);

        for (var i = 0; i < scratch.Length; i++)
        {
            if (largest.Length > 0)
                Foreach.maximum(largest[i], squares[i], largest[i]);
            Foreach.sqrt(largest.Length > 0 ? largest[i] : squares[i], scratch[i]);
        }
        Foreach.div_(scratch, Math.Sqrt(1 - Math.Pow(beta2, step)));
        Foreach.add_(scratch, options.eps!.Value);
        Foreach.addcdiv_(parameters, Array.ConvertAll(states, state => state.exp_avg), denominators, -lr / (1 - Math.Pow(beta1, step)));
    }

    /// <summary>One scratch buffer per device and type serves all buckets, one after the other.</summary>
    private void ShareScratch()
    {
        foreach (var kind in _buckets.Where(bucket => bucket.Average is not null).GroupBy(bucket => bucket.Kind))
        {
            var largest = kind.MaxBy(bucket => bucket.Elements)!;
            var whole = torch.empty_like(largest.Average!);
            foreach (var bucket in kind)
                bucket.UseScratch(whole);
        }
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets)
            bucket.Dispose();
        _buckets.Clear();
    }

    private sealed class Bucket : IDisposable
    {
        private readonly (torch.Tensor Average, torch.Tensor Square, torch.Tensor? Largest)[] _views;

        public Bucket(AdamState[] states, bool joined)
        {
            States = states;
            _views = new (torch.Tensor, torch.Tensor, torch.Tensor?)[states.Length];
            if (!joined)
                return;
            Elements = states.Sum(state => state.Owner.NumberOfElements);
            var first = states[0].Owner;
            Kind = (first.dtype, first.device_type, first.device_index);
            var amsgrad = states[0].max_exp_avg_sq is not null;
            Average = torch.zeros(Elements, dtype: first.dtype, device: first.device).DetachFromDisposeScope();
            Square = torch.zeros(Elements, dtype: first.dtype, device: first.device).DetachFromDisposeScope();
            Largest = amsgrad ? torch.zeros(Elements, dtype: first.dtype, device: first.device).DetachFromDisposeScope() : null;
            var averages = Views(Average);
            var squares = Views(Square);
            var largest = Largest is null ? null : Views(Largest);
            for (var i = 0; i < states.Length; i++)
            {
                states[i].Dispose();
                states[i].exp_avg = averages[i];
                states[i].exp_avg_sq = squares[i];
                states[i].max_exp_avg_sq = largest?[i];
                _views[i] = (averages[i], squares[i], largest?[i]);
            }
        }

        public AdamState[] States { get; }

        public long Elements { get; }

        public (torch.ScalarType, DeviceType, int) Kind { get; }

        public torch.Tensor? Average { get; }

        public torch.Tensor? Square { get; }

        public torch.Tensor? Largest { get; }

        public torch.Tensor? Scratch { get; private set; }

        public torch.Tensor[] ScratchViews { get; private set; } = [];

        public void UseScratch(torch.Tensor whole)
        {
            Scratch = whole.narrow(0, 0, Elements).DetachFromDisposeScope();
            ScratchViews = Views(Scratch);
        }

        /// <summary>Whether every state still is the part of the buffers that it was given, and all are at the same step.</summary>
        public bool IsWhole()
        {
            if (Average is null)
                return false;
            for (var i = 0; i < States.Length; i++)
            {
                var state = States[i];
                if (state.step != States[0].step
                    || !ReferenceEquals(state.exp_avg, _views[i].Average)
                    || !ReferenceEquals(state.exp_avg_sq, _views[i].Square)
                    || !ReferenceEquals(state.max_exp_avg_sq, _views[i].Largest))
                {
                    return false;
                }
            }
            return true;
        }

        public void Dispose()
        {
            Average?.Dispose();
            Square?.Dispose();
            Largest?.Dispose();
            Scratch?.Dispose();
            foreach (var view in ScratchViews)
                view.Dispose();
        }

        private torch.Tensor[] Views(torch.Tensor whole)
        {
            var views = new torch.Tensor[States.Length];
            var offset = 0L;
            for (var i = 0; i < views.Length; i++)
            {
                var size = States[i].Owner.NumberOfElements;
                views[i] = whole.narrow(0, offset, size).view(States[i].Owner.shape).DetachFromDisposeScope();
                offset += size;
            }
            return views;
        }
    }
}
