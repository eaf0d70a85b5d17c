using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                => new(parameters.Select(item => item.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }

    namespace Modules
    {
        /// <summary>Stochastic gradient descent, with or without momentum.</summary>
        public class SGD : OptimizerHelper, torch.optim.IMomentum
        {
            public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
            {
            }

            public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            {
                if (!(lr >= 0))
                    throw new ArgumentException($"The learning rate is {lr} but cannot be negative.", nameof(lr));
                if (!(momentum >= 0))
                    throw new ArgumentException($"The momentum is {momentum} but cannot be negative.", nameof(momentum));
                if (!(weight_decay >= 0))
                    throw new ArgumentException($"The weight decay is {weight_decay} but cannot be negative.", nameof(weight_decay));
                if (nesterov && (momentum <= 0 || dampening != 0))
                    throw new ArgumentException("Nesterov momentum needs a positive momentum and no dampening.", nameof(nesterov));
                _defaults = new Options
                {
                    LearningRate = lr,
                    InitialLearningRate = lr,
                    momentum = momentum,
                    dampening = dampening,
                    weight_decay = weight_decay,
                    nesterov = nesterov,
                    maximize = maximize,
                };
                foreach (var group in parameters)
                    add_param_group(group);
            }

            public double Momentum
            {
                get => ((Options)_defaults).momentum!.Value;
                set => ((Options)_defaults).momentum = value;
            }

            public override torch.Tensor? step(Func<torch.Tensor>? closure = null)
                => RunStep<ParamGroup>(Update, closure);

            private void Update(ParamGroup group)
            {
                var options = group.Options;
                var momentum = options.momentum!.Value;
                List<torch.Tensor> parameters = [];
                List<torch.Tensor> grads = [];
                List<State> states = [];
                foreach (var parameter in group.Parameters)
                {
                    if (parameter.grad is not { } grad)
                        continue;
                    parameters.Add(parameter);
                    grads.Add(grad);
                    states.Add((State)StateOf(parameter));
                }
                if (parameters.Count == 0)
                    return;

                torch.Tensor[] targets = [.. parameters];
                torch.Tensor[] updates = [.. grads];
                if (options.maximize!.Value)
                    updates = Foreach.neg(updates);
                if (options.weight_decay!.Value != 0)
                    updates = Foreach.add(updates, targets, options.weight_decay.Value);
                if (momentum != 0)
                {
                    // A buffer starts as the first update, without dampening.
                    int[] old = [.. Enumerable.Range(0, states.Count).Where(i => states[i].momentum_buffer is not null)];
                    for (var i = 0; i < states.Count; i++)
                        states[i].momentum_buffer ??= updates[i].detach().clone().DetachFromDisposeScope();
                    if (old.Length > 0)
                    {
                        torch.Tensor[] buffers = [.. old.Select(i => states[i].momentum_buffer!)];
                        Foreach.mul_(buffers, momentum);
                        Foreach.add_(buffers, [.. old.Select(i => updates[i])], 1 - options.dampening!.Value);
                    }
                    torch.Tensor[] all = [.. states.Select(state => state.momentum_buffer!)];
                    updates = options.nesterov!.Value ? Foreach.add(updates, all, momentum) : all;
                }
                Foreach.add_(targets, updates, -options.LearningRate!.Value);
            }

            private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

            private protected override OptimizerOptions CompleteOptions(OptimizerOptions? options)
            {
                var own = (Options?)options ?? new Options();
                var defaults = (Options)_defaults;
                own.LearningRate ??= defaults.LearningRate;
                own.momentum ??= defaults.momentum;
                own.dampening ??= defaults.dampening;
                own.weight_decay ??= defaults.weight_decay;
                own.nesterov ??= defaults.nesterov;
                own.maximize ??= defaults.maximize;
                return own;
            }

            public sealed class State : OptimizerState, IDisposable
            {
                /// <summary>Null until the first step with momentum.</summary>
                public torch.Tensor? momentum_buffer;

                public State(Parameter parameter)
                    : base(parameter)
                {
                }

                public override void Initialize(OptimizerOptions options) => Dispose();

                public override void to(torch.Device device)
                    => momentum_buffer = momentum_buffer?.to(device).DetachFromDisposeScope();

                public override void SaveStateDict(BinaryWriter writer) => SaveOptional(writer, momentum_buffer);

                public override void LoadStateDict(BinaryReader reader)
                    => momentum_buffer = LoadOptional(reader, momentum_buffer, _parameter.device);

                public override void LoadStateDict(OptimizerState source)
                {
                    momentum_buffer?.Dispose();
                    momentum_buffer = ((State)source).momentum_buffer?.to(_parameter.device, copy: true).DetachFromDisposeScope();
                }

                public override bool ApproximatelyEquals(OptimizerState other)
                    => other is State state
                        && (momentum_buffer is null
                            ? state.momentum_buffer is null
                            : state.momentum_buffer is not null && momentum_buffer.allclose(state.momentum_buffer));

                public void Dispose()
                {
                    momentum_buffer?.Dispose();
                    momentum_buffer = null;
                }
            }

            public class Options : OptimizerOptions
            {
                public double? momentum;
                public double? dampening;
                public double? weight_decay;
                public bool? nesterov;
                public bool? maximize;

                public override void SaveStateDict(BinaryWriter writer)
                {
                    base.SaveStateDict(writer);
                    writer.Write(momentum!.Value);
                    writer.Write(dampening!.Value);
                    writer.Write(weight_decay!.Value);
                    writer.Write(nesterov!.Value);
                    writer.Write(maximize!.Value);
                }

                public override void LoadStateDict(BinaryReader reader)
                {
                    base.LoadStateDict(reader);
                    momentum = reader.ReadDouble();
                    dampening = reader.ReadDouble();
                    weight_decay = reader.ReadDouble();
                    nesterov = reader.ReadBoolean();
                    maximize = reader.ReadBoolean();
                }

                public override void LoadStateDict(OptimizerOptions source)
                {
                    base.LoadStateDict(source);
                    var other = (Options)source;
                    momentum = other.momentum;
                    dampening = other.dampening;
                    weight_decay = other.weight_decay;
                    nesterov = other.nesterov;
                    maximize = other.maximize;
                }
            }

            public class ParamGroup : ParamGroup<Options>, torch.optim.IMomentum
            {
                public ParamGroup()
                {
                }

                public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                    : base(parameters, options)
                {
                }

                public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                    : base(parameters, new Options
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                        maximize = maximize,
                    })
                {
                }

                public double Momentum
                {
                    get => Options.momentum!.Value;
                    set => Options.momentum = value;
                }
            }
        }
    }
}
