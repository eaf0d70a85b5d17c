namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Lowers the rate when a metric has stopped improving.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool _minimise;
                    private readonly bool _relative;
                    private readonly double _factor;
                    private readonly int _patience;
                    private readonly double _threshold;
                    private readonly int _cooldown;
                    private readonly double[] _min_lrs;
                    private readonly double _eps;
                    private double _best;
                    private int _bad_epochs;
                    private int _cooldown_left;

                    public ReduceLROnPlateau(
                        Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4,
                        string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false)
                        : base(optimizer, -1, verbose)
                    {
                        if (factor >= 1)
                            throw new ArgumentException($"The factor is {factor} but has to be below 1.", nameof(factor));
                        if (mode is not ("min" or "max"))
                            throw new ArgumentException($"The mode is '{mode}' but has to be 'min' or 'max'.", nameof(mode));
                        if (threshold_mode is not ("rel" or "abs"))
                            throw new ArgumentException($"The threshold mode is '{threshold_mode}' but has to be 'rel' or 'abs'.", nameof(threshold_mode));
                        _minimise = mode == "min";
                        _relative = threshold_mode == "rel";
                        _factor = factor;
                        _patience = patience;
                        _threshold = threshold;
                        _cooldown = cooldown;
                        _eps = eps;
                        _best = _minimise ? double.PositiveInfinity : double.NegativeInfinity;
                        _min_lrs = min_lr switch
                        {
                            null or { Count: 0 } => new double[_base_lrs.Count],
                            { Count: 1 } => [.. Enumerable.Repeat(min_lr[0], _base_lrs.Count)],
                            _ => [.. min_lr],
                        };
                    }

                    public override void step(double current, int? epoch = null)
                    {
                        _last_epoch = epoch ?? _last_epoch + 1;
                        if (IsBetter(current))
                        {
                            _best = current;
                            _bad_epochs = 0;
                        }
                        else
                        {
                            _bad_epochs++;
                        }
                        if (_cooldown_left > 0)
                        {
                            _cooldown_left--;
                            _bad_epochs = 0;
                        }
                        if (_bad_epochs > _patience)
                        {
                            Reduce();
                            _cooldown_left = _cooldown;
                            _bad_epochs = 0;
                        }
                        _last_lrs = [.. CurrentRates()];
                    }

                    public override void step() => throw new InvalidOperationException("ReduceLROnPlateau needs the metric: call step(double, int?).");

                    public override void step(int? epoch) => throw new InvalidOperationException("ReduceLROnPlateau needs the metric: call step(double, int?).");

                    private bool IsBetter(double value) => (_minimise, _relative) switch
                    {
                        (true, true) => value < _best * (1 - _threshold),
                        (true, false) => value < _best - _threshold,
                        (false, true) => value > _best * (1 + _threshold),
                        (false, false) => value > _best + _threshold,
                    };

                    private void Reduce()
                    {
                        var index = 0;
                        foreach (var group in _optimizer.ParamGroups)
                        {
                            var reduced = Math.Max(group.LearningRate * _factor, _min_lrs[index++]);
                            if (group.LearningRate - reduced > _eps)
                                group.LearningRate = reduced;
                        }
                    }
                }
            }
        }
    }
}
