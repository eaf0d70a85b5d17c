using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Switches autograd's anomaly detection, and back when disposed.</summary>
public unsafe class AnomalyMode : IDisposable
{
    private readonly (bool Enabled, bool CheckNan) _before;

    public AnomalyMode(bool enabled, bool check_nan = true)
    {
        _before = Current();
        Set(enabled, check_nan);
    }

    public static bool IsEnabled => Current().Enabled;

    public static bool ShouldCheckNaN => Current().CheckNan;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Set(_before.Enabled, _before.CheckNan);
        }
    }

    private static (bool Enabled, bool CheckNan) Current()
    {
        int enabled, checkNan;
        NativeError.Check(NativeMethods.ld_anomaly_get(&enabled, &checkNan));
        return (enabled != 0, checkNan != 0);
    }

    private static void Set(bool enabled, bool checkNan) => NativeError.Check(NativeMethods.ld_anomaly_set(enabled ? 1 : 0, checkNan ? 1 : 0));
}
