namespace LoraDiff.Safetensors;

/// <summary>
/// Element types of the format, spelt as in a file's header and in the format's order, by which a writer sorts (last first).
/// </summary>
public enum SafetensorsDtype
{
    /// <summary>One byte per truth value; bytes other than 0 and 1 are not refused.</summary>
    BOOL,

    /// <summary>4-bit float, two per byte.</summary>
    F4,

    /// <summary>6-bit float: 2 exponent bits, 3 mantissa bits; four in three bytes.</summary>
    F6_E2M3,

    /// <summary>6-bit float: 3 exponent bits, 2 mantissa bits; four in three bytes.</summary>
    F6_E3M2,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>8-bit float: 5 exponent bits, 2 mantissa bits.</summary>
    F8_E5M2,

    /// <summary>8-bit float: 4 exponent bits, 3 mantissa bits.</summary>
    F8_E4M3,

    /// <summary>8-bit power of two: a scale.</summary>
    F8_E8M0,

    /// <summary>8-bit float: 4 exponent bits, 3 mantissa bits, finite numbers only, no negative zero.</summary>
    F8_E4M3FNUZ,

    /// <summary>8-bit float: 5 exponent bits, 2 mantissa bits, finite numbers only, no negative zero.</summary>
    F8_E5M2FNUZ,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a 32-bit float.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Complex number of two 32-bit floats.</summary>
    C64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,
}
