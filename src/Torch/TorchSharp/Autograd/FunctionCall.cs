using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>One application of a custom function: what libtorch's graph holds of it. Nothing managed is thrown through native frames; the exception is kept and thrown where the call began.</summary>
internal sealed unsafe class FunctionCall : IDisposable
{
    private readonly string _name;
    private readonly Func<torch.autograd.AutogradContext, object[], List<torch.Tensor>> _forward;
    private readonly Func<torch.autograd.AutogradContext, List<torch.Tensor>, List<torch.Tensor>> _backward;
    private readonly torch.autograd.AutogradContext _context = new();
    private readonly bool[] _isTensor;
    private object[]? _arguments;

    static FunctionCall()
    {
        NativeError.Check(NativeMethods.ld_function_set_callbacks(new FunctionCallbacks { Forward = &OnForward, Backward = &OnBackward, Release = &OnRelease }));
    }

    private FunctionCall(string name, object[] arguments, Func<torch.autograd.AutogradContext, object[], List<torch.Tensor>> forward,
        Func<torch.autograd.AutogradContext, List<torch.Tensor>, List<torch.Tensor>> backward)
    {
        _name = name;
        _arguments = arguments;
        _forward = forward;
        _backward = backward;
        _isTensor = Array.ConvertAll(arguments, argument => argument is torch.Tensor { IsInvalid: false });
    }

    internal static List<torch.Tensor> Apply(string name, object[] arguments, Func<torch.autograd.AutogradContext, object[], List<torch.Tensor>> forward,
        Func<torch.autograd.AutogradContext, List<torch.Tensor>, List<torch.Tensor>> backward)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        FunctionCall call = new(name, arguments, forward, backward);
        var tensors = arguments.OfType<torch.Tensor>().Where(tensor => !tensor.IsInvalid).ToArray();
        IntPtr* outputs;
        int count;
        byte* error;
        fixed (IntPtr* inputs = torch.autograd.Handles(tensors))
        {
            // Freed by OnRelease, when the native state goes.
            error = NativeMethods.ld_function_apply(GCHandle.ToIntPtr(GCHandle.Alloc(call)), inputs, tensors.Length, &outputs, &count);
        }
        call._arguments = null;
        GC.KeepAlive(tensors);
        NativeError.Check(error);
        List<torch.Tensor> results = new(count);
        for (var i = 0; i < count; i++)
        {
            results.Add(new torch.Tensor(outputs[i]));
        }
        NativeMemory.Free(outputs);
        return results;
    }

    public void Dispose() => _context.Dispose();

    private static FunctionCall Of(long state) => (FunctionCall)GCHandle.FromIntPtr(checked((IntPtr)state)).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnRelease(long state)
    {
        var handle = GCHandle.FromIntPtr(checked((IntPtr)state));
        ((FunctionCall)handle.Target!).Dispose();
        handle.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long OnForward(long state, IntPtr context, IntPtr** outputs, int* count)
    {
        try
        {
            Of(state).Forward(context, outputs, count);
            return 0;
        }
        catch (Exception error)
        {
            return NativeError.Keep(error);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long OnBackward(long state, IntPtr context, IntPtr* grads, int gradCount, IntPtr** outputs, int* count)
    {
        try
        {
            Of(state).Backward(context, grads, gradCount, outputs, count);
            return 0;
        }
        catch (Exception error)
        {
            return NativeError.Keep(error);
        }
    }

    private void Forward(IntPtr context, IntPtr** outputs, int* count)
    {
        _context.Enter(context);
        try
        {
            Give(_forward(_context, _arguments!), outputs, count);
        }
        finally
        {
            _context.Leave();
        }
    }

    // On a CUDA device this runs on a thread of libtorch, which has no scope: what backward makes is disposed here, except for what it returns.
    private void Backward(IntPtr context, IntPtr* grads, int gradCount, IntPtr** outputs, int* count)
    {
        using var scope = torch.NewDisposeScope();
        List<torch.Tensor> received = new(gradCount);
        for (var i = 0; i < gradCount; i++)
        {
            received.Add(grads[i] == IntPtr.Zero ? null! : new torch.Tensor(grads[i]));
        }
        _context.Enter(context);
        try
        {
            Give(Selected(_backward(_context, received)), outputs, count);
        }
        finally
        {
            _context.Leave();
        }
    }

    /// <summary>One gradient per argument comes from backward; one per tensor goes on.</summary>
    private List<torch.Tensor> Selected(List<torch.Tensor> gradients)
    {
        if (gradients.Count < _isTensor.Length || gradients.Skip(_isTensor.Length).Any(gradient => gradient is { IsInvalid: false }))
        {
            throw new InvalidOperationException($"The backward of '{_name}' returned {gradients.Count} gradients; it must return {_isTensor.Length}, one for each argument of forward (null where there is none).");
        }
        List<torch.Tensor> selected = [];
        for (var i = 0; i < _isTensor.Length; i++)
        {
            if (_isTensor[i])
            {
                selected.Add(gradients[i]);
            }
            else if (gradients[i] is { IsInvalid: false })
            {
                throw new InvalidOperationException($"The backward of '{_name}' returned a gradient at position {i}, but that argument of forward was not a tensor.");
            }
        }
        return selected;
    }

    private static void Give(List<torch.Tensor> tensors, IntPtr** outputs, int* count)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var array = (IntPtr*)NativeMemory.AllocZeroed((nuint)(tensors.Count + 1), (nuint)sizeof(IntPtr));
        for (var i = 0; i < tensors.Count; i++)
        {
            if (tensors[i] is { IsInvalid: false } tensor)
            {
                NativeError.Check(NativeMethods.ld_tensor_share(tensor.Handle, &array[i]));
            }
        }
        GC.KeepAlive(tensors);
        *outputs = array;
        *count = tensors.Count;
    }
}
