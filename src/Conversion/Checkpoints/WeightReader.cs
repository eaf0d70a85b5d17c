using System.Collections.Concurrent;
using LoraDiff.Conversion.Models;
using LoraDiff.Safetensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>Collects the tensors that a model wants, says all that is wrong with them at once, and reads them into the parameters' own memory.</summary>
internal sealed class WeightReader : IDisposable
{
    // Small enough that two readers share a tensor, large enough that a slice costs far more than its bookkeeping.
    private const int SliceBytes = 1 << 24;
    private const int Readers = 2;

    private readonly SafetensorsSet _files;
    private readonly ModelLoadOptions _options;
    private readonly bool _deferred;
    private readonly List<(Parameter Parameter, SafetensorsTensor Tensor)> _wanted = [];
    private readonly Dictionary<Parameter, Tensor> _lent = new(ReferenceEqualityComparer.Instance);
    private readonly List<Tensor> _spare = [];
    private readonly WeightMemory _memory;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private readonly List<string> _unfit = [];

    /// <param name="files">The checkpoint's tensors.</param>
    /// <param name="options">Device and dtypes.</param>
    /// <param name="deferred">Whether parameters have their shapes but no memory of their own until <see cref="Read(Func{string, bool})"/>.</param>
    public WeightReader(SafetensorsSet files, ModelLoadOptions options, bool deferred = false)
    {
        _files = files;
        _options = options;
        _deferred = deferred;
        Device = options.Device ?? CPU;
        _memory = new WeightMemory(Device);
        ComputeType = options.ComputeType ?? ComputeTypes.Choose(Device, options.WeightType ?? MainType(files));
        ComputeTypes.RequireSupport(Device, ComputeType);
    }

    public Device Device { get; }

    public ScalarType ComputeType { get; }

    public ScalarType? RotaryType => _options.RotaryType;

    public IReadOnlyList<(string Name, ScalarType Type)> Taken => [.. _wanted.Select(w => (w.Tensor.Name, WeightTypes.Find(w.Tensor.Dtype)!.Value))];

    /// <summary>A parameter of this shape whose memory <see cref="ReadAll"/> fills; an empty one where the checkpoint has nothing that fits.</summary>
    public Parameter Want(string name, long[] shape)
    {
        _known.Add(name);
        if (!_files.Contains(name))
        {
            _missing.Add($"{name} [{string.Join(", ", shape)}]");
            return Frozen(empty(0));
        }

        var tensor = _files[name];
        if (!tensor.Shape.SequenceEqual(shape))
        {
            _unfit.Add($"{name} is [{string.Join(", ", tensor.Shape)}] in the file, [{string.Join(", ", shape)}] by the configuration");
            return Frozen(empty(0));
        }

        if (WeightTypes.Find(tensor.Dtype) is not { } type)
        {
            _unfit.Add($"{name} is {tensor.Dtype}, which is none of {WeightTypes.Names}");
            return Frozen(empty(0));
        }

        var parameter = _deferred ? Frozen(StandIn(shape, _options.WeightType ?? type)) : Frozen(_memory.Take(shape, _options.WeightType ?? type));
        _wanted.Add((parameter, tensor));
        return parameter;
    }

    /// <summary>A tensor that may be there without being used.</summary>
    public void Ignore(string name) => _known.Add(name);

    /// <summary>Reports all faults at once.</summary>
    /// <exception cref="CheckpointException">Tensors are missing, left over, or of another shape or type.</exception>
    public void RequireFit()
    {
        var extra = _files.Tensors.Select(t => t.Name).Where(n => !_known.Contains(n) && !n.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)).ToList();
        if (_missing.Count + _unfit.Count + extra.Count > 0)
        {
            throw new CheckpointException(_files.Path, "the weights do not fit the configuration." + List("missing", _missing) + List("of another shape or type", _unfit) + List("unknown", extra)
                + (_missing.Count > 0 && extra.Count > 0 ? " Is config.json of another model?" : ""));
        }
    }

    public void ReadAll()
    {
        RequireFit();
        Fill(_wanted);
    }

    /// <summary>Gives memory and bytes to the deferred parameters whose checkpoint names are wanted.</summary>
    public void Read(Func<string, bool> isWanted)
    {
        using var noGrad = no_grad();
        var chosen = _wanted.FindAll(w => isWanted(w.Tensor.Name));
        foreach (var (parameter, _) in chosen)
        {
            var spare = _spare.FindIndex(memory => memory.dtype == parameter.dtype && memory.shape.SequenceEqual(parameter.shape));
            var memory = spare < 0 ? empty(parameter.shape, dtype: parameter.dtype, device: Device).DetachFromDisposeScope() : _spare[spare];
            if (spare >= 0)
            {
                _spare.RemoveAt(spare);
            }

            parameter.set_(memory);
            _lent[parameter] = memory;
        }

        Fill(chosen);
    }

    /// <summary>Takes the memory of deferred parameters away again.</summary>
    /// <param name="isWanted">By their checkpoint names.</param>
    /// <param name="keep">Whether parameters of the same shapes are read next and can have it.</param>
    public void Release(Func<string, bool> isWanted, bool keep)
    {
        using var noGrad = no_grad();
        foreach (var (parameter, _) in _wanted.FindAll(w => isWanted(w.Tensor.Name)))
        {
            using var standIn = StandIn(parameter.shape, parameter.dtype);
            parameter.set_(standIn);
            if (_lent.Remove(parameter, out var memory))
            {
                _spare.Add(memory);
            }
        }

        if (!keep)
        {
            DropSpare();
        }
    }

    private void Fill(IReadOnlyList<(Parameter Parameter, SafetensorsTensor Tensor)> wanted)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var total = wanted.Sum(w => w.Tensor.ByteLength);
        long done = 0;
        void Report(long bytes) => _options.Progress?.Report(new LoadProgress(Interlocked.Add(ref done, bytes), total));

        var direct = new List<Slice>();
        foreach (var (parameter, tensor) in wanted.OrderBy(w => _files.FileOf(w.Tensor.Name).Path, StringComparer.Ordinal).ThenBy(w => w.Tensor.Offset))
        {
            if (Device.type == DeviceType.CPU && parameter.dtype == WeightTypes.Find(tensor.Dtype))
            {
                direct.AddRange(Slices(parameter, tensor));
                continue;
            }

            _options.CancellationToken.ThrowIfCancellationRequested();
            using var staged = empty(parameter.shape, dtype: WeightTypes.Find(tensor.Dtype), device: CPU);
            Read(Slices(staged, tensor), Report);
            parameter.copy_(staged);
        }

        Read(direct, Report);
    }

    public void Dispose()
    {
        _wanted.Clear();
        _spare.AddRange(_lent.Values);
        _lent.Clear();
        DropSpare();
        _memory.Dispose();
    }

    private void DropSpare()
    {
        _spare.ForEach(memory => memory.Dispose());
        _spare.Clear();
    }

    private static string List(string what, List<string> items)
        => items.Count == 0 ? "" : $" {items.Count} {what}: {string.Join("; ", items.Take(50))}{(items.Count > 50 ? "; …" : "")}.";

    // One number, seen as often as the shape wants.
    private Tensor StandIn(long[] shape, ScalarType type)
    {
        using var one = zeros([1], dtype: type, device: Device);
        return one.expand(shape);
    }

    private static Parameter Frozen(Tensor values)
    {
        var parameter = new Parameter(values, requires_grad: false);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private static ScalarType MainType(SafetensorsSet files)
        => files.Tensors.GroupBy(t => WeightTypes.Find(t.Dtype)).Where(g => g.Key is not null).MaxBy(g => g.Sum(t => t.ByteLength))?.Key ?? ScalarType.Float32;

    // A tensor's bytes are reachable as one span up to 2 GiB; a flat view of each slice has no such limit.
    private static List<Slice> Slices(Tensor target, SafetensorsTensor tensor)
    {
        if (tensor.ByteLength <= SliceBytes)
        {
            return tensor.ByteLength == 0 ? [] : [new Slice(target, tensor, 0)];
        }

        var flat = target.view(-1);
        var width = target.ElementSize;
        var step = SliceBytes / width;
        var slices = new List<Slice>();
        for (long start = 0; start < flat.NumberOfElements; start += step)
        {
            slices.Add(new Slice(flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start)), tensor, start * width));
        }

        return slices;
    }

    private void Read(IEnumerable<Slice> slices, Action<long> report)
    {
        try
        {
            Parallel.ForEach(
                Partitioner.Create(slices, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = _options.CancellationToken },
                slice =>
                {
                    var memory = slice.Memory.bytes;
                    _files.FileOf(slice.Tensor.Name).ReadRange(slice.Tensor, slice.Start, memory);
                    report(memory.Length);
                });
        }
        catch (AggregateException e) when (e.InnerException is { } cause)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
        }
    }

    private readonly record struct Slice(Tensor Memory, SafetensorsTensor Tensor, long Start);
}
