namespace LoraDiff.Safetensors;

/// <summary>Facts about <see cref="SafetensorsDtype"/>.</summary>
public static class SafetensorsDtypes
{
    private static readonly Dictionary<string, SafetensorsDtype> ByName =
        Enum.GetValues<SafetensorsDtype>().ToDictionary(d => d.ToString(), StringComparer.Ordinal);

    private static readonly string[] Names = Enum.GetNames<SafetensorsDtype>();

    /// <summary>Every name that a header may carry.</summary>
    public static IReadOnlyCollection<string> AllNames => Names;

    /// <summary>The width of one element in bits; 4 and 6 for the sub-byte floats.</summary>
    public static int Bits(this SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.F4 => 4,
        SafetensorsDtype.F6_E2M3 or SafetensorsDtype.F6_E3M2 => 6,
        SafetensorsDtype.BOOL or SafetensorsDtype.U8 or SafetensorsDtype.I8 or SafetensorsDtype.F8_E5M2 or SafetensorsDtype.F8_E4M3
            or SafetensorsDtype.F8_E8M0 or SafetensorsDtype.F8_E4M3FNUZ or SafetensorsDtype.F8_E5M2FNUZ => 8,
        SafetensorsDtype.I16 or SafetensorsDtype.U16 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 => 16,
        SafetensorsDtype.I32 or SafetensorsDtype.U32 or SafetensorsDtype.F32 => 32,
        SafetensorsDtype.C64 or SafetensorsDtype.F64 or SafetensorsDtype.I64 or SafetensorsDtype.U64 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a safetensors dtype."),
    };

    /// <summary>Finds a dtype by the exact, case-sensitive name that headers use.</summary>
    public static bool TryParse(string name, out SafetensorsDtype dtype) => ByName.TryGetValue(name, out dtype);

    internal static string Name(this SafetensorsDtype dtype) => Names[(int)dtype];
}
