using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Models;

/// <summary>Comparisons that say how far apart two arrays are.</summary>
internal static class Numbers
{
    public static float[] ToFloats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(float32).cpu().contiguous().data<float>().ToArray();
    }

    public static float Largest(IEnumerable<float> values) => values.Max(MathF.Abs);

    public static float LargestDifference(float[] a, float[] b)
    {
        Assert.Equal(a.Length, b.Length);
        var largest = 0f;
        for (var i = 0; i < a.Length; i++)
        {
            Assert.True(float.IsFinite(a[i]) && float.IsFinite(b[i]), $"element {i} is {a[i]}, expected {b[i]}");
            largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        }

        return largest;
    }

    public static void AssertClose(float[] expected, float[] found, float bound, string what)
    {
        var difference = LargestDifference(found, expected);
        Assert.True(difference <= bound, $"{what}: the largest difference is {difference}, allowed is {bound}.");
    }
}
