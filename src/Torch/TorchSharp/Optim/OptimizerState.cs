using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers about one parameter. Its tensors belong to no dispose scope.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    internal Parameter Owner => _parameter;

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public abstract void Initialize(OptimizerOptions options);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public virtual void to(torch.Device device)
    {
    }

    private protected static void SaveOptional(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        if (tensor is not null)
            StateFormat.WriteTensor(writer, tensor);
    }

    private protected static torch.Tensor? LoadOptional(BinaryReader reader, torch.Tensor? current, torch.Device device)
    {
        current?.Dispose();
        if (!reader.ReadBoolean())
            return null;
        return StateFormat.ReadTensor(reader).to(device, disposeAfter: true).DetachFromDisposeScope();
    }
}
