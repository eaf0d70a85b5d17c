using System.Runtime.InteropServices;
using LoraDiff.Safetensors;

namespace LoraDiff.Conversion.Tests.Training;

/// <summary>A fixture's tensors as plain arrays.</summary>
internal sealed class FixtureTensors(string path) : IDisposable
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(path);

    public IEnumerable<string> Names => _file.Tensors.Select(t => t.Name);

    public bool Has(string name) => _file.Contains(name);

    public long[] Shape(string name) => [.. _file[name].Shape];

    public float[] Floats(string name) => Read<float>(name, SafetensorsDtype.F32);

    public long[] Longs(string name) => Read<long>(name, SafetensorsDtype.I64);

    public bool[] Flags(string name) => [.. Read<byte>(name, SafetensorsDtype.U8).Select(b => b != 0)];

    public void Dispose() => _file.Dispose();

    private T[] Read<T>(string name, SafetensorsDtype dtype)
        where T : unmanaged
    {
        Assert.Equal(dtype, _file[name].Dtype);
        return MemoryMarshal.Cast<byte, T>(_file.ReadAll(_file[name])).ToArray();
    }
}
