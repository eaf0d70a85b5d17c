using System.Globalization;
using LoraDiff.Conversion.Models;
using LoraDiff.Native;
using LoraDiff.Safetensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>
/// Makes a model's layers from a checkpoint. While the model is built, every wanted tensor is only compared with the headers and given memory; faults are
/// collected. <see cref="ReadAll"/> then reports all faults at once, or reads all bytes in file order.
/// </summary>
internal sealed class WeightSource : IDisposable
{
    private readonly WeightReader _reader;
    private readonly ModelConfig _config;
    private readonly string _prefix;

    public WeightSource(SafetensorsSet files, ModelConfig config, ModelLoadOptions options, bool deferred = false)
        : this(new WeightReader(files, options, deferred), config, "")
    {
    }

    private WeightSource(WeightReader reader, ModelConfig config, string prefix) => (_reader, _config, _prefix) = (reader, config, prefix);

    public Device Device => _reader.Device;

    public ScalarType ComputeType => _reader.ComputeType;

    public ScalarType? RotaryType => _reader.RotaryType;

    /// <summary>The part of the checkpoint whose names begin with this.</summary>
    public WeightSource At(string name) => new(_reader, _config, $"{_prefix}{name}.");

    /// <summary>Registers what <paramref name="make"/> builds from that part of the checkpoint.</summary>
    public T Child<T>(nn.Module owner, string name, Func<WeightSource, T> make)
        where T : nn.Module
        => Register(owner, name, make(At(name)));

    public nn.Module<Tensor, Tensor> Linear(nn.Module owner, string name, long inputs, long outputs, bool bias)
    {
        var weight = _reader.Want($"{_prefix}{name}.weight", [outputs, inputs]);
        return Register(owner, name, new FrozenLinear(weight, bias ? _reader.Want($"{_prefix}{name}.bias", [outputs]) : null));
    }

    /// <summary>A head over the vocabulary: of its own, or the embedding's weight itself, as the same parameter object.</summary>
    public nn.Module<Tensor, Tensor> Head(nn.Module owner, string name, FrozenEmbedding embedding)
    {
        if (!_config.TieWordEmbeddings)
        {
            return Linear(owner, name, _config.HiddenSize, _config.VocabularySize, bias: false);
        }

        _reader.Ignore($"{_prefix}{name}.weight"); // some writers save the tied weight twice
        return Register(owner, name, new FrozenLinear(embedding.Weight));
    }

    public FrozenEmbedding Embedding(nn.Module owner, string name)
        => Register(owner, name, new FrozenEmbedding(_reader.Want($"{_prefix}{name}.weight", [_config.VocabularySize, _config.HiddenSize])));

    public nn.Module<Tensor, Tensor> Norm(nn.Module owner, string name, long size)
        => Register(owner, name, new RmsNorm(_reader.Want($"{_prefix}{name}.weight", [size]), _config.NormEpsilon));

    public ModuleList<T> Layers<T>(nn.Module owner, string name, Func<WeightSource, int, T> make)
        where T : nn.Module
    {
        var layers = new ModuleList<T>();
        for (var i = 0; i < _config.Layers; i++)
        {
            layers.Add(make(At($"{name}.{i.ToString(CultureInfo.InvariantCulture)}"), i));
        }

        return Register(owner, name, layers);
    }

    /// <summary>Names and dtypes of what was asked for and is there, in order.</summary>
    public IReadOnlyList<(string Name, ScalarType Type)> Taken => _reader.Taken;

    /// <summary>Reads the bytes of everything that was asked for.</summary>
    /// <exception cref="CheckpointException">Tensors are missing, left over, or of another shape or type.</exception>
    public void ReadAll() => _reader.ReadAll();

    /// <inheritdoc cref="WeightReader.RequireFit"/>
    public void RequireFit() => _reader.RequireFit();

    /// <inheritdoc cref="WeightReader.Read(Func{string, bool})"/>
    public void Read(Func<string, bool> isWanted) => _reader.Read(isWanted);

    /// <inheritdoc cref="WeightReader.Release"/>
    public void Release(Func<string, bool> isWanted, bool keep) => _reader.Release(isWanted, keep);

    public void Dispose() => _reader.Dispose();

    private static T Register<T>(nn.Module owner, string name, T module)
        where T : nn.Module
    {
        owner.register_module(name, module);
        return module;
    }
}
