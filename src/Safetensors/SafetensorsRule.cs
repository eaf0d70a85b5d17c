namespace LoraDiff.Safetensors;

/// <summary>
/// The rule that a file or a request broke. The first group carries the names of the Rust reader's error variants, so that verdicts can be compared;
/// the second group is ours.
/// </summary>
public enum SafetensorsRule
{
    /// <summary>The header is not UTF-8.</summary>
    InvalidHeader,

    /// <summary>The header is not the JSON that the format describes.</summary>
    InvalidHeaderDeserialization,

    /// <summary>The header is longer than 100,000,000 bytes.</summary>
    HeaderTooLarge,

    /// <summary>The file is shorter than its 8-byte length prefix.</summary>
    HeaderTooSmall,

    /// <summary>The header reaches past the end of the file.</summary>
    InvalidHeaderLength,

    /// <summary>A tensor was asked for, or mapped to a shard, that is not there.</summary>
    TensorNotFound,

    /// <summary>Shape and dtype need another number of bytes than the offsets give.</summary>
    TensorInvalidInfo,

    /// <summary>Offsets leave a hole, overlap or run backwards.</summary>
    InvalidOffset,

    /// <summary>Data handed to a writer do not fit the shape and dtype declared for them.</summary>
    InvalidTensorView,

    /// <summary>The tensors do not end where the file ends.</summary>
    MetadataIncompleteBuffer,

    /// <summary>A size does not fit 64 bits.</summary>
    ValidationOverflow,

    /// <summary>Sub-byte elements that do not fill whole bytes.</summary>
    MisalignedSlice,

    /// <summary>A name that must be unique occurs twice.</summary>
    DuplicateName,

    /// <summary>A shard name that is not a plain relative path below the index's folder.</summary>
    UnsafePath,

    /// <summary>A shard named by an index does not exist.</summary>
    MissingShard,

    /// <summary>A shard that is not a regular safetensors file of its own.</summary>
    InvalidShard,

    /// <summary>An index that is not the JSON that the convention describes.</summary>
    InvalidIndex,

    /// <summary>The file became shorter after its header was read.</summary>
    FileChanged,
}
