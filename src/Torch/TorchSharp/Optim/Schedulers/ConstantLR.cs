namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate times a factor for <c>total_iters</c> epochs, then the rate itself.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly double _factor;
                    private readonly int _total_iters;

                    public ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _factor = factor;
                        _total_iters = total_iters;
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                        => _last_epoch == 0 ? CurrentTimes(_factor) : _last_epoch == _total_iters ? CurrentTimes(1 / _factor) : CurrentRates();

                    protected override IEnumerable<double> get_closed_form_lr() => BaseTimes(_last_epoch >= _total_iters ? 1 : _factor);
                }
            }
        }
    }
}
