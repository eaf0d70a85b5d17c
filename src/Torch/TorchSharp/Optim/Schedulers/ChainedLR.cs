namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Steps several schedulers at once.</summary>
                public class ChainedLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;

                    public ChainedLR(IEnumerable<LRScheduler> schedulers)
                    {
                        _schedulers = [.. schedulers];
                        if (_schedulers.Length > 0)
                            _optimizer = _schedulers[0]._optimizer;
                    }

                    public override void step()
                    {
                        foreach (var scheduler in _schedulers)
                            scheduler.step();
                        if (_schedulers.Length > 0)
                            _last_lrs = [.. CurrentRates()];
                    }
                }
            }
        }
    }
}
