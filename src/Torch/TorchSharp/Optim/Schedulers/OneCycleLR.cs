namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Up to the maximal rate and down again in one cycle, momentum the other way round (Smith and Topin).</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly (double End, double[] FromRate, double[] ToRate, double[] FromMomentum, double[] ToMomentum)[] _phases;
                    private readonly bool _cosine;
                    private readonly bool _cycle_momentum;
                    private readonly int _total_steps;

                    public OneCycleLR(
                        Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                        double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false,
                        int last_epoch = -1, bool verbose = false)
                        : this(
                            optimizer, optimizer.ParamGroups.Select(_ => max_lr), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy,
                            cycle_momentum, optimizer.ParamGroups.Select(_ => base_momentum), optimizer.ParamGroups.Select(_ => max_momentum),
                            div_factor, final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    public OneCycleLR(
                        Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false,
                        int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (cycle_momentum && optimizer is not (IMomentum or IBetas))
                            throw new ArgumentException($"{optimizer.GetType().Name} has no momentum to cycle. Pass cycle_momentum: false.", nameof(cycle_momentum));
                        if (pct_start is not (>= 0 and <= 1))
                            throw new ArgumentException($"pct_start is {pct_start} but has to be in [0, 1].", nameof(pct_start));
                        if (total_steps == -1 && epochs > 0 && steps_per_epoch > 0)
                            total_steps = epochs * steps_per_epoch;
                        if (total_steps <= 0)
                            throw new ArgumentException("Pass a positive total_steps, or positive epochs and steps_per_epoch.", nameof(total_steps));

                        _total_steps = total_steps;
                        _cosine = anneal_strategy == AnnealStrategy.Cos;
                        _cycle_momentum = cycle_momentum;
                        double[] high = [.. max_lr];
                        double[] start = [.. high.Select(rate => rate / div_factor)];
                        double[] low = [.. start.Select(rate => rate / final_div_factor)];
                        double[] weak = [.. base_momentum ?? high.Select(_ => 0.85)];
                        double[] strong = [.. max_momentum ?? high.Select(_ => 0.95)];
                        var top = (pct_start * total_steps) - 1;
                        _phases = three_phase
                            ? [
                                (top, start, high, strong, weak),
                                ((2 * pct_start * total_steps) - 2, high, start, weak, strong),
                                (total_steps - 1, start, low, strong, strong),
                            ]
                            : [(top, start, high, strong, weak), (total_steps - 1, high, low, weak, strong)];
                        step();
                    }

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > _total_steps)
                            throw new InvalidOperationException($"Step {_last_epoch} is beyond the {_total_steps} steps of this cycle.");
                        var from = 0.0;
                        var phase = 0;
                        while (phase < _phases.Length - 1 && _last_epoch > _phases[phase].End)
                            from = _phases[phase++].End;
                        var (end, fromRate, toRate, fromMomentum, toMomentum) = _phases[phase];
                        var part = (_last_epoch - from) / (end - from);
                        var index = 0;
                        foreach (var group in _optimizer.ParamGroups)
                        {
                            if (_cycle_momentum)
                                SetMomentum(group, Between(fromMomentum[index], toMomentum[index], part));
                            yield return Between(fromRate[index], toRate[index], part);
                            index++;
                        }
                    }

                    private double Between(double from, double to, double part)
                        => _cosine ? to + ((from - to) / 2 * (Math.Cos(Math.PI * part) + 1)) : ((to - from) * part) + from;

                    private static void SetMomentum(ILearningRateController group, double value)
                    {
                        switch (group)
                        {
                            case IBetas betas:
                                betas.Betas = (value, betas.Betas.Item2);
                                break;
                            case IMomentum momentum:
                                momentum.Momentum = value;
                                break;
                        }
                    }
                }
            }
        }
    }
}
