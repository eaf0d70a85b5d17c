using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The exports of libloradiff_torch. A returned pointer is null, or a message that <see cref="NativeError.Check"/> takes.</summary>
internal static unsafe class NativeMethods
{
    internal const string Library = "loradiff_torch";

    static NativeMethods() => NativeLoader.Prepare();

    [DllImport(Library)] internal static extern void ld_free(void* pointer);

    [DllImport(Library)] internal static extern byte* ld_op_find(byte* name, byte* overload, IntPtr* op);
    [DllImport(Library)] internal static extern byte* ld_op_exists(byte* name, byte* overload, int* exists);
    [DllImport(Library)] internal static extern byte* ld_op_call(IntPtr op, Value* values, int valueCount, Value* results, int* count);

    [DllImport(Library)] internal static extern void ld_tensor_free(IntPtr tensor);
    [DllImport(Library)] internal static extern byte* ld_tensor_share(IntPtr tensor, IntPtr* result);
    [DllImport(Library)] internal static extern byte* ld_tensor_info(IntPtr tensor, TensorInfo* info);
    [DllImport(Library)] internal static extern byte* ld_tensor_sizes(IntPtr tensor, long* sizes, int room, int* dim);
    [DllImport(Library)] internal static extern byte* ld_tensor_strides(IntPtr tensor, long* strides, int room, int* dim);
    [DllImport(Library)] internal static extern byte* ld_tensor_size(IntPtr tensor, long dim, long* size);
    [DllImport(Library)] internal static extern byte* ld_tensor_stride(IntPtr tensor, long dim, long* stride);
    [DllImport(Library)] internal static extern byte* ld_tensor_property(IntPtr tensor, TensorProperty property, long* value);
    [DllImport(Library)] internal static extern byte* ld_tensor_data(IntPtr tensor, IntPtr* data);
    [DllImport(Library)] internal static extern byte* ld_tensor_storage(IntPtr tensor, IntPtr* data, long* bytes);
    [DllImport(Library)]
    internal static extern byte* ld_tensor_from_blob(void* data, long* sizes, int dim, int dtype, int deviceType, int deviceIndex, delegate* unmanaged[Cdecl]<IntPtr, void> release, IntPtr state,
        IntPtr* result);

    [DllImport(Library)] internal static extern int ld_grad_enabled();
    [DllImport(Library)] internal static extern void ld_set_grad_enabled(int enabled);
    [DllImport(Library)] internal static extern int ld_inference_enabled();
    [DllImport(Library)] internal static extern byte* ld_inference_enter(int enabled, IntPtr* guard);
    [DllImport(Library)] internal static extern byte* ld_inference_leave(IntPtr guard);
    [DllImport(Library)] internal static extern byte* ld_anomaly_get(int* enabled, int* checkNan);
    [DllImport(Library)] internal static extern byte* ld_anomaly_set(int enabled, int checkNan);
    [DllImport(Library)] internal static extern byte* ld_tensor_grad(IntPtr tensor, IntPtr* grad);
    [DllImport(Library)] internal static extern byte* ld_tensor_set_grad(IntPtr tensor, IntPtr grad);
    [DllImport(Library)]
    internal static extern byte* ld_backward(IntPtr* tensors, int tensorCount, IntPtr* grads, int gradCount, int retainGraph, int createGraph, IntPtr* inputs, int inputCount);
    [DllImport(Library)]
    internal static extern byte* ld_grad(IntPtr* outputs, int outputCount, IntPtr* inputs, int inputCount, IntPtr* grads, int gradCount, int retainGraph, int createGraph, int allowUnused,
        IntPtr* results);

    [DllImport(Library)] internal static extern byte* ld_function_set_callbacks(FunctionCallbacks callbacks);
    [DllImport(Library)] internal static extern byte* ld_function_apply(long state, IntPtr* inputs, int inputCount, IntPtr** outputs, int* outputCount);
    [DllImport(Library)] internal static extern byte* ld_context_save(IntPtr context, IntPtr* tensors, int count);
    [DllImport(Library)] internal static extern byte* ld_context_saved(IntPtr context, IntPtr** tensors, int* count);
    [DllImport(Library)] internal static extern byte* ld_context_mark(IntPtr context, int kind, IntPtr* tensors, int count);
    [DllImport(Library)] internal static extern byte* ld_context_materialize(IntPtr context, int value);

    [DllImport(Library)] internal static extern byte* ld_jit_compile(byte* source, IntPtr* unit);
    [DllImport(Library)] internal static extern void ld_jit_free(IntPtr unit);
    [DllImport(Library)] internal static extern byte* ld_jit_invoke(IntPtr unit, byte* name, Value* values, int count, Value* result);

    [DllImport(Library)] internal static extern byte* ld_runtime_text(int what, byte** text);
    [DllImport(Library)] internal static extern byte* ld_threads_get(int interop, int* count);
    [DllImport(Library)] internal static extern byte* ld_threads_set(int interop, int count);
    [DllImport(Library)] internal static extern byte* ld_manual_seed(ulong seed, int cudaOnly, IntPtr* generator);
    [DllImport(Library)] internal static extern byte* ld_generator_new(int deviceType, int deviceIndex, IntPtr* generator);
    [DllImport(Library)] internal static extern byte* ld_generator_default(IntPtr* generator);
    [DllImport(Library)] internal static extern void ld_generator_free(IntPtr generator);
    [DllImport(Library)] internal static extern byte* ld_generator_seed(IntPtr generator, ulong seed);
    [DllImport(Library)] internal static extern byte* ld_generator_current_seed(IntPtr generator, ulong* seed);
    [DllImport(Library)] internal static extern byte* ld_generator_get_state(IntPtr generator, IntPtr* state);
    [DllImport(Library)] internal static extern byte* ld_generator_set_state(IntPtr generator, IntPtr state);
    [DllImport(Library)] internal static extern byte* ld_cuda_count(int* count, int* cudnn);
    [DllImport(Library)] internal static extern byte* ld_cuda_synchronize(long index);
    [DllImport(Library)] internal static extern byte* ld_flag_get(int flag, int* value);
    [DllImport(Library)] internal static extern byte* ld_flag_set(int flag, int value);
}
