namespace TorchSharp.Tests;

/// <summary>Compares a tensor with numbers, with a bound on the absolute difference plus the same bound relative to the number.</summary>
internal static class Close
{
    public static void To(float[] expected, torch.Tensor actual, double tolerance = 1e-5)
    {
        using var scope = torch.NewDisposeScope();
        var values = actual.detach().to(torch.ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"Element {i} is {values[i]} but {expected[i]} was expected. All: [{string.Join(", ", values)}]");
        }
    }
}
