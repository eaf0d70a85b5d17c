using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Export;

/// <summary>Which base model and adapter are to become one checkpoint, for whom, and where.</summary>
public sealed record ExportRequest
{
    /// <summary>Folder of the base checkpoint; never written to.</summary>
    public required string Model { get; init; }

    /// <summary>PEFT folder of the adapter; never written to.</summary>
    public required string Adapter { get; init; }

    /// <summary>The folder to make. It appears complete or not at all.</summary>
    public required string Output { get; init; }

    /// <summary>Who is to load it, one of <see cref="ModelExporter.Targets"/>. Default: <c>plain</c>, the base architecture.</summary>
    public string Target { get; init; } = ModelExporter.Plain;

    /// <summary>The dtype to write; null for each tensor's dtype in the base.</summary>
    public ScalarType? WeightType { get; init; }

    /// <summary>The most tensor bytes in one file. Default: 5 GB.</summary>
    public long MaxShardBytes { get; init; } = ShardedWriter.DefaultShardBytes;

    /// <summary>What to do where the mask's row belongs to another token. Default: refuse.</summary>
    public MaskTokenChoice MaskToken { get; init; }

    /// <summary>What the number of rows is made a multiple of when <see cref="MaskTokenChoice.Resize"/> adds some. Default: 1.</summary>
    public int PadVocabularyTo { get; init; } = 1;

    /// <summary>Whether a checkpoint that is in <see cref="Output"/> may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether the new folder is loaded again and its logits are compared with base and adapter. Default: true. It takes two forwards and the memory of one layer.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Where the check computes its forwards, a layer at a time; null for the CPU. Merging itself goes from file to file on the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Makes the text of the folder's <c>README.md</c> from what was written; null for no such file.</summary>
    public Func<ExportResult, string>? Card { get; init; }
}
