using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Files;

/// <summary>An adapter's tensors on disk. Keeps account of what was asked for, so that everything that does not fit is reported at once.</summary>
internal sealed class AdapterFile : IDisposable
{
    private const int MostNamed = 20;

    private readonly SafetensorsFile _file;
    private readonly string? _baseModel;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private readonly List<string> _wrong = [];

    public AdapterFile(string path, string? baseModel, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
        {
            throw new AdapterException($"'{path}' does not exist; an adapter folder holds {AdapterFolder.ConfigName} and {AdapterFolder.WeightsName}.");
        }

        (_baseModel, _cancellationToken) = (baseModel, cancellationToken);
        try
        {
            _file = SafetensorsFile.Open(path);
        }
        catch (SafetensorsException error)
        {
            throw new AdapterException($"The adapter's tensors cannot be read: {error.Message}", error);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>A tensor that must be there. Where it does not fit it is noted and zeros stand in, until <see cref="Finish"/> reports.</summary>
    public Tensor Take(string key, long[] shape, Func<Tensor> fresh)
    {
        if (!_file.Contains(key))
        {
            _missing.Add($"{key} [{string.Join(", ", shape)}]");
        }
        else if (TakeOptional(key, shape) is { } tensor)
        {
            return tensor;
        }

        return zeros(shape);
    }

    /// <summary>Whether a tensor is in the file.</summary>
    public bool Contains(string key) => _file.Contains(key);

    /// <summary>Takes note of a tensor that must be there, without reading it.</summary>
    public void Expect(string key, long[] shape)
    {
        if (!_file.Contains(key))
        {
            _missing.Add($"{key} [{string.Join(", ", shape)}]");
            return;
        }

        Fits(key, shape);
    }

    /// <summary>Some rows of a tensor that <see cref="Expect"/> found.</summary>
    public Tensor Rows(string key, long first, long count)
    {
        var entry = _file[key];
        var rows = empty([count, .. entry.Shape.Skip(1)], dtype: TensorBytes.TypeOf(entry.Dtype));
        _file.ReadRange(entry, first * (entry.ByteLength / Math.Max(1, entry.Shape[0])), rows.bytes);
        return rows;
    }

    /// <summary>A tensor that may be there; null where it is not or does not fit.</summary>
    public Tensor? TakeOptional(string key, long[] shape)
    {
        if (!_file.Contains(key))
        {
            return null;
        }

        return Fits(key, shape) ? TensorBytes.Read(_file, _file[key], _cancellationToken) : null;
    }

    /// <exception cref="AdapterException">Names everything that was missing, of another shape, or never asked for.</exception>
    public void Finish()
    {
        string[] unexpected = [.. _file.Tensors.Select(tensor => tensor.Name).Where(name => !_taken.Contains(name))];
        if (_missing.Count + _wrong.Count + unexpected.Length == 0)
        {
            return;
        }

        var made = _baseModel is null ? "another base model" : $"another base model than this one (it names '{_baseModel}')";
        throw new AdapterException(
            $"The adapter '{_file.Path}' does not fit this model.{List("Missing", _missing)}{List("Not fitting", _wrong)}{List("Unexpected", unexpected)} Was it made for {made}, or with other targets than its {AdapterFolder.ConfigName} says?");
    }

    private bool Fits(string key, long[] shape)
    {
        _taken.Add(key);
        var entry = _file[key];
        if (!entry.Shape.SequenceEqual(shape))
        {
            _wrong.Add($"{key} is [{string.Join(", ", entry.Shape)}] but the model needs [{string.Join(", ", shape)}]");
            return false;
        }

        if (TensorBytes.TypeOf(entry.Dtype) is null)
        {
            _wrong.Add($"{key} is {entry.Dtype}; expected F32, F16 or BF16");
            return false;
        }

        return true;
    }

    private static string List(string title, IReadOnlyCollection<string> items) => items.Count switch
    {
        0 => string.Empty,
        <= MostNamed => $" {title}: {string.Join("; ", items)}.",
        _ => $" {title}: {string.Join("; ", items.Take(MostNamed))} and {items.Count - MostNamed} more.",
    };
}
