using System.Diagnostics;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Bench;

/// <summary>Loading a model beside reading the bytes of its file into memory, both from the page cache.</summary>
internal static class Loading
{
    public static IReadOnlyDictionary<string, object> Run(Arguments arguments)
    {
        var shape = Shape.Named(arguments.Text("shape", "qwen3-0.6b"));
        var folder = RandomCheckpoint.Folder(shape);
        var file = Path.Combine(folder, "model.safetensors");
        var bytes = new FileInfo(file).Length;
        double read = double.MaxValue, load = double.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            read = Math.Min(read, Seconds(() => ReadAll(file)));
            load = Math.Min(load, Seconds(() => CausalModel.Load(folder).Dispose()));
        }

        return new Dictionary<string, object>
        {
            ["what"] = "load", ["shape"] = shape.Name, ["gb"] = Math.Round(bytes / 1e9, 3), ["read_gb_per_s"] = Math.Round(bytes / 1e9 / read, 2),
            ["load_gb_per_s"] = Math.Round(bytes / 1e9 / load, 2), ["load_over_read_speed"] = Math.Round(read / load, 2),
        };
    }

    // One thread, into fresh memory, as any loader must.
    private static unsafe void ReadAll(string file)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(handle);
        var memory = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)length);
        for (long at = 0; at < length;)
        {
            at += RandomAccess.Read(handle, new Span<byte>(memory + at, (int)Math.Min(1 << 24, length - at)), at);
        }

        System.Runtime.InteropServices.NativeMemory.Free(memory);
    }

    private static double Seconds(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
