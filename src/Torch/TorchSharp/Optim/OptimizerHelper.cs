using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>The common part of the optimizers: groups, states, saving and loading.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    protected OptimizerOptions _defaults = null!;

    private readonly Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerState StateOf(Parameter parameter) => _state[parameter];

    private protected IEnumerable<OptimizerState> States => _state.Values;

    private protected abstract OptimizerState NewState(Parameter parameter);

    private protected abstract OptimizerOptions CompleteOptions(OptimizerOptions? options);

    public override void add_param_group(ParamGroup param_group)
    {
        // The sequence may be a lazy walk over a module tree: it is walked once, here.
        Parameter[] parameters = [.. param_group.Parameters];
        foreach (var parameter in parameters)
        {
            if (parameter is null || parameter.IsInvalid)
                throw new ArgumentException("A parameter group holds a null or disposed parameter.", nameof(param_group));
        }
        if (parameters.Concat(_state.Keys).Distinct(ReferenceEqualityComparer.Instance).Count() != parameters.Length + _state.Count)
            throw new ArgumentException("A parameter appears twice in the groups of one optimizer; it would be updated twice per step. Pass every parameter once.", nameof(param_group));

        param_group.Parameters = parameters;
        param_group.Options = CompleteOptions(param_group.Options);
        param_group.Options.InitialLearningRate = param_group.LearningRate;
        _parameter_groups.Add(param_group);
        foreach (var parameter in parameters)
        {
            var state = NewState(parameter);
            _state.Add(parameter, state);
            state.Initialize(param_group.Options);
        }
    }

    /// <summary>Fills the gradients with zeros; set <c>p.grad = null</c> to free them instead.</summary>
    public override void zero_grad()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        torch.Tensor[] grads = [.. parameters().Select(parameter => parameter.grad).OfType<torch.Tensor>()];
        if (grads.Length > 0)
            Foreach.zero_(grads);
    }

    private protected torch.Tensor? RunStep<TGroup>(Action<TGroup> update, Func<torch.Tensor>? closure)
        where TGroup : ParamGroup
    {
        torch.Tensor? loss = null;
        if (closure is not null)
        {
            using var grad = torch.enable_grad();
            loss = closure();
        }
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var group in _parameter_groups)
            update((TGroup)group);
        return loss;
    }

    /// <summary>Moves the states.</summary>
    public void to(torch.Device device)
    {
        foreach (var state in States)
            state.to(device);
    }

    public virtual StateDictionary state_dict()
    {
        var result = new StateDictionary();
        var index = 0;
        foreach (var group in _parameter_groups)
        {
            result.Options.Add(group.Options);
            List<int> indices = [];
            foreach (var parameter in group.Parameters)
            {
                indices.Add(index++);
                result.State.Add(StateOf(parameter));
            }
            result.StateIndexRef.Add(indices);
        }
        return result;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        CheckCounts(state_dict.Options.Count, state_dict.State.Count, own);
        for (var i = 0; i < own.Options.Count; i++)
        {
            if (!ReferenceEquals(own.Options[i], state_dict.Options[i]))
                own.Options[i].LoadStateDict(state_dict.Options[i]);
        }
        for (var i = 0; i < own.State.Count; i++)
        {
            if (!ReferenceEquals(own.State[i], state_dict.State[i]))
                own.State[i].LoadStateDict(state_dict.State[i]);
        }
    }

    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        var own = state_dict();
        writer.Write(GetType().Name);
        StateFormat.WriteNumber(writer, own.Options.Count);
        StateFormat.WriteNumber(writer, own.State.Count);
        foreach (var options in own.Options)
            options.SaveStateDict(writer);
        foreach (var state in own.State)
            state.SaveStateDict(writer);
    }

    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var kind = reader.ReadString();
        if (kind != GetType().Name)
            throw new InvalidDataException($"The stream holds the state of an optimizer '{kind}' but this is '{GetType().Name}'.");
        var own = state_dict();
        CheckCounts(StateFormat.ReadNumber(reader), StateFormat.ReadNumber(reader), own);
        foreach (var options in own.Options)
            options.LoadStateDict(reader);
        foreach (var state in own.State)
            state.LoadStateDict(reader);
    }

    private void CheckCounts(long groups, long states, StateDictionary own)
    {
        if (groups != own.Options.Count || states != own.State.Count)
        {
            throw new ArgumentException(
                $"The state has {groups} groups and {states} parameters but this {GetType().Name} has {own.Options.Count} and {own.State.Count}. "
                + "Was it saved with another model or other trainable parameters?");
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (var state in States.OfType<IDisposable>())
            state.Dispose();
        _state.Clear();
    }
}
