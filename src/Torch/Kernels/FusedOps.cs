namespace LoraDiff.Native;

/// <summary>The implementations of <see cref="IFusedOps"/> on this machine.</summary>
public static class FusedOps
{
    private static IFusedOps? _current;

    /// <summary>TorchSharp calls only: every device, every floating type, the reference.</summary>
    public static IFusedOps Composed { get; } = new ComposedOps();

    /// <summary>CPU kernels, with <see cref="Composed"/> behind them for whatever they do not take; null where the native library is absent.</summary>
    public static IFusedOps? Native { get; } = NativeOps.TryCreate(Composed);

    /// <summary>
    /// What models and adapters call: <see cref="Native"/> where it exists, else <see cref="Composed"/>.
    /// The environment variable <c>LORADIFF_KERNELS=composed</c> turns the kernels off for a process.
    /// </summary>
    public static IFusedOps Current
    {
        get => _current ??= Environment.GetEnvironmentVariable("LORADIFF_KERNELS") == "composed" ? Composed : Native ?? Composed;
        set => _current = value ?? throw new ArgumentNullException(nameof(value));
    }
}
