using System.Text;

namespace TorchSharp;

/// <summary>How tensors are printed.</summary>
internal static class TensorText
{
    // As NumPy: dimensions longer than this show only their first and last three entries.
    private const long Longest = 6;
    private const long Ends = 3;

    internal static string Metadata(torch.Tensor tensor) => tensor.IsInvalid ? "" : $"[{string.Join('x', tensor.shape)}], type = {tensor.dtype}, device = {tensor.device}";

    internal static string Nested(torch.Tensor tensor, string format, string newLine, IFormatProvider culture)
    {
        if (tensor.device_type == DeviceType.META)
        {
            return Metadata(tensor);
        }
        using var scope = torch.NewDisposeScope();
        StringBuilder text = new();
        Append(text, tensor.detach().cpu(), 1, format, newLine, culture);
        return text.ToString();
    }

    private static void Append(StringBuilder text, torch.Tensor tensor, int indent, string format, string newLine, IFormatProvider culture)
    {
        if (tensor.Dimensions == 0)
        {
            text.Append(Element(tensor, format, culture));
            return;
        }
        var length = tensor.size(0);
        var nested = tensor.Dimensions > 1;
        text.Append('[');
        for (var i = 0L; i < length; i++)
        {
            if (i > 0)
            {
                text.Append(nested ? newLine + new string(' ', indent) : ", ");
            }
            if (length > Longest && i == Ends)
            {
                text.Append("...");
                i = length - Ends - 1;
                continue;
            }
            using var part = tensor[i];
            Append(text, part, indent + 1, format, newLine, culture);
        }
        text.Append(']');
    }

    private static string Element(torch.Tensor tensor, string format, IFormatProvider culture)
    {
        if (torch.is_complex(tensor.dtype))
        {
            using var real = tensor.real;
            using var imaginary = tensor.imag;
            return real.ToDouble().ToString(format, culture) + "+" + imaginary.ToDouble().ToString(format, culture) + "i";
        }
        var scalar = tensor.ToScalar();
        return scalar.Type == torch.ScalarType.Float64 ? scalar.Number.ToString(format, culture) : scalar.ToString();
    }
}
