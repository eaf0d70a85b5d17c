using LoraDiff.Conversion.Checkpoints;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Checkpoints;

public sealed class WeightMemoryTests
{
    [Fact]
    public void Take_ManyWeights_EachHasItsOwnMemoryInItsOwnType()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var taken = new List<Tensor>();
        using (var memory = new WeightMemory(CPU))
        {
            foreach (var type in new[] { ScalarType.BFloat16, ScalarType.Float32, ScalarType.BFloat16 })
            {
                taken.Add(memory.Take([3, 5], type));
                taken.Add(memory.Take([7], type));
                taken.Add(memory.Take([0], type));
            }
        }

        for (var i = 0; i < taken.Count; i++)
        {
            taken[i].fill_(i);
        }

        for (var i = 0; i < taken.Count; i++)
        {
            Assert.Equal(taken[i].NumberOfElements, taken[i].eq(i).sum().item<long>());
            Assert.Equal((i / 3 == 1 ? ScalarType.Float32 : ScalarType.BFloat16, true), (taken[i].dtype, taken[i].is_contiguous()));
            taken[i].Dispose();
        }
    }

    [Fact]
    public void Take_MoreThanABlockHolds_IsWhole()
    {
        using var scope = NewDisposeScope();
        using var memory = new WeightMemory(CPU);
        using var small = memory.Take([16], ScalarType.BFloat16);
        using var large = memory.Take([160L << 20], ScalarType.BFloat16); // 320 MiB, written at both ends only
        using var after = memory.Take([16], ScalarType.BFloat16);
        small.fill_(1);
        large[0] = 2;
        large[-1] = 3;
        after.fill_(4);
        using var ends = stack([small[15], large[0], large[-1], after[0]], 0).to(ScalarType.Float32);
        Assert.Equal([1, 2, 3, 4], ends.data<float>().ToArray());
    }

    [Fact]
    public void Take_InsideADisposeScope_OutlivesIt()
    {
        using var memory = new WeightMemory(CPU);
        Tensor weight;
        using (NewDisposeScope())
        {
            weight = memory.Take([4], ScalarType.Float32);
        }

        Assert.Equal(4, weight.NumberOfElements);
        weight.Dispose();
    }
}
