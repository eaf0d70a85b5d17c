namespace TorchSharp.Modules;

/// <summary>Hyper-parameters of Adam and AdamW.</summary>
public abstract class AdamOptions : OptimizerOptions
{
    public double? beta1;
    public double? beta2;
    public double? weight_decay;
    public double? eps;
    public bool? amsgrad;
    public bool? maximize;

    internal void CompleteFrom(AdamOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        beta1 ??= defaults.beta1;
        beta2 ??= defaults.beta2;
        weight_decay ??= defaults.weight_decay;
        eps ??= defaults.eps;
        amsgrad ??= defaults.amsgrad;
        maximize ??= defaults.maximize;
    }

    internal void Check()
    {
        if (!(LearningRate >= 0))
            throw new ArgumentException($"The learning rate is {LearningRate} but cannot be negative.");
        if (!(eps >= 0))
            throw new ArgumentException($"eps is {eps} but cannot be negative.");
        if (!(beta1 >= 0 && beta1 < 1))
            throw new ArgumentException($"beta1 is {beta1} but has to be in [0, 1).");
        if (!(beta2 >= 0 && beta2 < 1))
            throw new ArgumentException($"beta2 is {beta2} but has to be in [0, 1).");
        if (!(weight_decay >= 0))
            throw new ArgumentException($"The weight decay is {weight_decay} but cannot be negative.");
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        writer.Write(beta1!.Value);
        writer.Write(beta2!.Value);
        writer.Write(eps!.Value);
        writer.Write(weight_decay!.Value);
        writer.Write(amsgrad!.Value);
        writer.Write(maximize!.Value);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        beta1 = reader.ReadDouble();
        beta2 = reader.ReadDouble();
        eps = reader.ReadDouble();
        weight_decay = reader.ReadDouble();
        amsgrad = reader.ReadBoolean();
        maximize = reader.ReadBoolean();
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        var other = (AdamOptions)source;
        beta1 = other.beta1;
        beta2 = other.beta2;
        weight_decay = other.weight_decay;
        eps = other.eps;
        amsgrad = other.amsgrad;
        maximize = other.maximize;
    }
}
