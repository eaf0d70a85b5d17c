using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LoraDiff.Native;

/// <summary>
/// Memory in pages of 2 MiB. A weight that streams past once costs a walk through the page tables for every page of 4 KiB, and the processor cannot compute ahead meanwhile
/// (measured on two Zen 4 cores in a virtual machine: products of 32 rows run 12 % slower).
/// </summary>
public static partial class HugePages
{
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>
    /// Asks for huge pages under memory that was allocated but not yet written. Only advice: nothing happens where the kernel has none to give, on a device, or on a system other than Linux.
    /// </summary>
    /// <param name="memory">A contiguous tensor; worth its while from some tens of MiB on.</param>
    public static void Advise(Tensor memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (!OperatingSystem.IsLinux() || memory.device_type != TorchSharp.DeviceType.CPU || memory.NumberOfElements == 0)
        {
            return;
        }

        // A span ends at 2 GiB; the address of the first element has no such limit.
        using var scope = NewDisposeScope();
        var first = memory.view(-1).narrow(0, 0, 1);
        var (page, length) = (Environment.SystemPageSize, memory.NumberOfElements * memory.ElementSize);
        unsafe
        {
            fixed (byte* address = first.bytes)
            {
                var start = ((nint)address + page - 1) / page * page;
                var end = ((nint)address + (nint)length) / page * page;
                if (start < end)
                {
                    TryAdvise(start, end - start);
                }
            }
        }
    }

    private static void TryAdvise(nint start, nint length)
    {
        try
        {
            _ = Madvise(start, length, Advice);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library of another name: small pages will do.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(nint address, nint length, int advice);
}
