using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                CheckTarget(dtype);
                _toEpilog(dtype, device, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                _toEpilog(null, new Device(deviceType, deviceType == DeviceType.CUDA ? deviceIndex : -1), non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckTarget(dtype);
                _toEpilog(dtype, null, non_blocking);
                return this;
            }

            public Module _to(Tensor other, bool non_blocking) => _to(other.device, other.dtype, non_blocking);

            /// <summary>Moves what this module registers. Every tensor keeps its managed object: fields, optimizers and tied modules go on seeing it.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach (var (_, child) in named_children())
                {
                    if (device is null)
                        child._to(dtype!.Value, non_blocking);
                    else if (dtype is null)
                        child._to(device.type, device.index, non_blocking);
                    else
                        child._to(device, dtype.Value, non_blocking);
                }
                foreach (var (_, parameter) in _internal_params)
                    MoveInPlace(parameter, dtype, device, non_blocking);
                foreach (var (_, (buffer, _)) in _internal_buffers)
                    MoveInPlace(buffer, dtype, device, non_blocking);
            }

            private static void CheckTarget(ScalarType dtype)
            {
                if (!is_floating_point(dtype) && !is_complex(dtype))
                    throw new ArgumentException($"A module can be moved to floating point and complex types only, not to {dtype}.", nameof(dtype));
            }

            /// <summary>Gives a tensor and its gradient new data; integer and bool tensors change device only.</summary>
            internal static void MoveInPlace(Tensor tensor, ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (tensor.IsInvalid)
                    return;
                using var noGrad = no_grad();
                Swap(tensor, dtype, device, non_blocking);
                if (tensor is Parameter)
                {
                    using var grad = tensor.grad;
                    if (grad is not null)
                        Swap(grad, dtype, device, non_blocking);
                }
            }

            private static void Swap(Tensor tensor, ScalarType? dtype, Device? device, bool non_blocking)
            {
                var from = tensor.dtype;
                var type = dtype is not null && (is_floating_point(from) || is_complex(from)) ? dtype.Value : from;
                var stays = device is null || (device.type == tensor.device_type && (device.index < 0 || device.index == tensor.device_index));
                if (type == from && stays)
                    return;
                var target = stays ? tensor.device : device!;
                using var moved = tensor.to(type, target, non_blocking: non_blocking);
                Aten.set_data.Call(tensor, moved);
            }
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(type, non_blocking);

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(device, type, non_blocking);

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(deviceType, deviceIndex, non_blocking);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(device.type, device.index, non_blocking);

    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : torch.nn.Module
        => module.to(new torch.Device(device), non_blocking);

    public static T to<T>(this T module, torch.Tensor other, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(other, non_blocking);

    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(DeviceType.CPU, -1, non_blocking);

    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module
        => (T)module._to(DeviceType.CUDA, deviceIndex, non_blocking);

    public static T half<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => module.to(torch.ScalarType.Float16, non_blocking);

    public static T bfloat16<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => module.to(torch.ScalarType.BFloat16, non_blocking);

    public static T @float<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => module.to(torch.ScalarType.Float32, non_blocking);

    public static T @double<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => module.to(torch.ScalarType.Float64, non_blocking);
}
