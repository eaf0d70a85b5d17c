using LoraDiff.Conversion.Checkpoints;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Checkpoints;

public sealed class ComputeTypesTests
{
    [Fact]
    public void Choice_FollowsTheRule()
    {
        Assert.Equal(ScalarType.Float32, ComputeTypes.Choose(CPU, ScalarType.Float32));
        Assert.Equal(ScalarType.Float32, ComputeTypes.Choose(CPU, ScalarType.Float16));
        var faster = ComputeTypes.Measure(CPU, ScalarType.BFloat16).GigaflopsPerSecond > ComputeTypes.Measure(CPU, ScalarType.Float32).GigaflopsPerSecond;
        Assert.Equal(faster ? ScalarType.BFloat16 : ScalarType.Float32, ComputeTypes.Choose(CPU, ScalarType.BFloat16));
    }

    [Fact]
    public void Measurement_IsRememberedAndPositive()
    {
        var rate = ComputeTypes.Measure(CPU, ScalarType.Float32);
        Assert.True(rate.GigaflopsPerSecond > 0.1);
        Assert.Equal(rate, ComputeTypes.Measure(CPU, ScalarType.Float32));
    }

    [Theory]
    [InlineData("fp32", ScalarType.Float32)]
    [InlineData("bf16", ScalarType.BFloat16)]
    public void Variable_OverridesTheMeasurement(string value, ScalarType expected)
        => WithVariable(value, () => Assert.Equal(expected, ComputeTypes.Choose(CPU, ScalarType.BFloat16)));

    [Fact]
    public void Variable_WithAnotherValue_IsRefused()
        => WithVariable("int8", () => Assert.Contains("int8", Assert.Throws<ArgumentException>(() => ComputeTypes.Choose(CPU, ScalarType.Float32)).Message, StringComparison.Ordinal));

    private static void WithVariable(string value, Action check)
    {
        Environment.SetEnvironmentVariable(ComputeTypes.Variable, value);
        try
        {
            check();
        }
        finally
        {
            Environment.SetEnvironmentVariable(ComputeTypes.Variable, null);
        }
    }
}
