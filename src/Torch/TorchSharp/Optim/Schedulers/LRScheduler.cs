using System.Diagnostics;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>
            /// Sets the learning rates of an optimizer's groups. Made with the first step taken: the rate of epoch 0 holds at once;
            /// call <see cref="step()"/> after each step of the optimizer.
            /// </summary>
            public abstract class LRScheduler
            {
                internal Optimizer _optimizer = null!;
                internal int _last_epoch = -1;
                internal IList<double> _last_lrs = [];
                internal IList<double> _base_lrs = [];
                protected int _step_count;

                private readonly bool _verbose;

                protected LRScheduler()
                {
                }

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    _optimizer = optimizer;
                    _last_epoch = last_epoch;
                    _verbose = verbose;
                    _base_lrs = [.. optimizer.ParamGroups.Select(group => group.InitialLearningRate)];
                    _last_lrs = [.. optimizer.ParamGroups.Select(group => group.LearningRate)];
                }

                public virtual void step() => step(null);

                /// <summary>Goes to the next epoch, or to the given one by the schedule's closed form.</summary>
                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _last_epoch = epoch ?? _last_epoch + 1;
                    var index = 0;
                    ILearningRateController[] groups = [.. _optimizer.ParamGroups];
                    foreach (var rate in (epoch is null ? get_lr() : get_closed_form_lr()).ToArray())
                    {
                        if (_verbose && _last_lrs[index] != rate)
                            Trace.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Learning rate of group {index}: {rate}"));
                        groups[index].LearningRate = rate;
                        _last_lrs[index++] = rate;
                    }
                }

                /// <summary>For schedulers that watch a metric; the others ignore it.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => _last_lrs;

                protected virtual IEnumerable<double> get_lr() => CurrentRates();

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                private protected IEnumerable<double> CurrentRates() => _optimizer.ParamGroups.Select(group => group.LearningRate);

                private protected IEnumerable<double> CurrentTimes(double factor) => _optimizer.ParamGroups.Select(group => group.LearningRate * factor);

                private protected IEnumerable<double> BaseTimes(double factor) => _base_lrs.Select(rate => rate * factor);
            }
        }
    }
}
