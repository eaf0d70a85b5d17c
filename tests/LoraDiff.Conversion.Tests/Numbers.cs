namespace LoraDiff.Conversion.Tests;

/// <summary>Comparison of computed with expected numbers.</summary>
internal static class Numbers
{
    /// <summary>Fails with the worst place where |found − expected| exceeds tolerance · max(1, |expected|).</summary>
    public static void Close(float[] expected, float[] found, double tolerance, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        var worst = -1;
        double error = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var e = Math.Abs((double)found[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(e <= error))
            {
                (worst, error) = (i, e);
            }
        }

        Assert.True(error <= tolerance, worst < 0 ? what : $"{what}: element {worst} is {found[worst]}, expected {expected[worst]} (error {error:g3}, allowed {tolerance:g3}).");
    }

    /// <summary>Fails where |found − expected| exceeds tolerance · |expected|.</summary>
    public static void Relative(double expected, double found, double tolerance, string what)
        => Assert.True(Math.Abs(found - expected) <= tolerance * Math.Abs(expected), $"{what} is {found:g9}, expected {expected:g9} (relative error {Math.Abs(found / expected - 1):g3}, allowed {tolerance:g3}).");
}
