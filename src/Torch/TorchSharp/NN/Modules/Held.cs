namespace TorchSharp.Modules;

/// <summary>What the built-in modules do when one of their parameters is set.</summary>
internal static class Held
{
    public static Parameter? Replace(Parameter? current, Parameter? value)
    {
        if (!ReferenceEquals(current, value))
            current?.Dispose();
        value?.DetachFromDisposeScope();
        return value;
    }
}
