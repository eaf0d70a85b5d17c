namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate times a factor that goes from one value to another over <c>total_iters</c> epochs.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double _start_factor;
                    private readonly double _end_factor;
                    private readonly int _total_iters;

                    public LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _start_factor = start_factor;
                        _end_factor = end_factor;
                        _total_iters = total_iters;
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0)
                            return CurrentTimes(_start_factor);
                        if (_last_epoch > _total_iters)
                            return CurrentRates();
                        var change = _end_factor - _start_factor;
                        return CurrentTimes(1 + (change / ((_total_iters * _start_factor) + ((_last_epoch - 1) * change))));
                    }

                    protected override IEnumerable<double> get_closed_form_lr()
                        => BaseTimes(_start_factor + ((_end_factor - _start_factor) * Math.Min(_total_iters, _last_epoch) / _total_iters));
                }
            }
        }
    }
}
