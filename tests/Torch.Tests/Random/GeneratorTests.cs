using static TorchSharp.torch;

namespace TorchSharp.Tests.Random;

public class GeneratorTests
{
    [Fact]
    public void Seed_SameSeed_SameNumbersAsPyTorch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(42);

        var numbers = rand(3, generator: generator).data<float>().ToArray();

        // torch.rand(3, generator=torch.Generator().manual_seed(42))
        Assert.Equal([0.8822692632675171f, 0.9150039553642273f, 0.38286375999450684f], numbers);
        generator.manual_seed(42);
        Assert.Equal(numbers, rand(3, generator: generator).data<float>().ToArray());
        Assert.Equal(42, generator.initial_seed());
    }

    [Fact]
    public void State_Restored_ContinuesTheSame()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        _ = randn(5, generator: generator);
        var state = generator.get_state();
        var first = randn(20, generator: generator);
        generator.set_state(state);

        Assert.True(first.Equals(randn(20, generator: generator)));
        using var other = new Generator();
        other.set_state(state);
        Assert.True(first.Equals(randn(20, generator: other)));
    }

    [Fact]
    public void ManualSeed_SetsTheDefaultGenerator()
    {
        using var scope = NewDisposeScope();
        using var first = manual_seed(7);
        var a = randn(4);
        using var second = manual_seed(7);

        Assert.True(a.Equals(randn(4)));
        Assert.Equal(7, initial_seed());
        var state = get_rng_state();
        var b = rand(2);
        set_rng_state(state);
        Assert.True(b.Equals(rand(2)));
    }

    [Fact]
    public void Draws_TakeTheirGenerator()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor[] Draw()
        {
            generator.manual_seed(3);
            return
            [
                randn(4, generator: generator), randint(0, 100, [4], generator: generator), randperm(9, generator: generator), full(4, 0.5).bernoulli(generator),
                tensor(new[] { 0.1f, 0.2f, 0.7f }).multinomial(4, true, generator), zeros(4).normal_(1, 2, generator), zeros(4).uniform_(-1, 1, generator), zeros(4).exponential_(2, generator),
                zeros(4).bernoulli_(0.3, generator), zeros(4).random_(0, 10, generator),
            ];
        }

        var first = Draw();
        var second = Draw();

        Assert.All(first.Zip(second), pair => Assert.True(pair.First.Equals(pair.Second)));
        Assert.Equal(36, first[2].sum().item<long>());
        Assert.True((first[6].abs() <= 1).all().item<bool>());
    }

    [Fact]
    public void SetState_NotAState_Throws()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator();

        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => generator.set_state(ones(3)));
    }

    [Fact]
    public void Disposed_Throws()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator();
        generator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => rand(1, generator: generator));
    }

    [Fact]
    public void Generator_ForADeviceWithout_Throws()
    {
        Assert.ThrowsAny<Exception>(() => new Generator(0, META));
    }
}
