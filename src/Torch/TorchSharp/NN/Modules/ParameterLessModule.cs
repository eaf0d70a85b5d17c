namespace TorchSharp.Modules;

public interface IParameterLessModule
{
}

/// <summary>A module without parameters, buffers and children: moving it does nothing, registering on it is an error.</summary>
public abstract class ParameterLessModule<T1, TResult> : torch.nn.Module<T1, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    protected internal override torch.nn.Module _to(torch.Device device, torch.ScalarType dtype, bool non_blocking) => this;

    protected internal override torch.nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    protected internal override torch.nn.Module _to(torch.ScalarType dtype, bool non_blocking) => this;

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) => throw Refused("buffer", name);

    public override void register_parameter(string name, Parameter param) => throw Refused("parameter", name);

    public override void register_module(string name, torch.nn.Module submodule) => throw Refused("module", name);

    protected override void RegisterComponents()
    {
    }

    private InvalidOperationException Refused(string kind, string name)
        => new($"{GetName()} has no parameters and cannot take the {kind} '{name}'. Register it on the module around it.");
}
