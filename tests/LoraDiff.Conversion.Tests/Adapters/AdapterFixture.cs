using LoraDiff.Adapters;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Adapters;

/// <summary>One folder of fixtures/adapters with the model it was made over, in float32 throughout as its README says.</summary>
internal static class AdapterFixture
{
    public static string Folder(string name) => FixtureFolder.Require("adapters", name);

    /// <summary>The base model: <c>base_model_name_or_path</c> is <c>fixtures/&lt;model&gt;</c>.</summary>
    public static CausalModel LoadBase(string name)
        => Load(FixtureFolder.Require("models", Path.GetFileName(LoraOptions.Read(Folder(name)).BaseModel!)));

    public static CausalModel Load(string folder)
    {
        var model = CausalModel.Load(folder, new ModelLoadOptions { ComputeType = ScalarType.Float32, WeightType = ScalarType.Float32 });
        model.eval();
        return model;
    }

    /// <summary>[B, T] ids → [B, T, V] logits, flat; every row on its own.</summary>
    public static float[] Logits(CausalModel model, Tensor ids)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var length = ids.size(1);
        var positions = arange(length, dtype: int64);
        using var plan = AttentionPlan.Causal((int)length);
        var rows = Enumerable.Range(0, (int)ids.size(0)).Select(row => model.Head(model.call(ids[row], positions, plan)));
        return cat([.. rows], 0).to(float32).contiguous().data<float>().ToArray();
    }

    public static Tensor Read(SafetensorsFile file, string name)
    {
        var entry = file[name];
        var type = entry.Dtype switch
        {
            SafetensorsDtype.I64 => int64,
            SafetensorsDtype.F16 => float16,
            SafetensorsDtype.BF16 => bfloat16,
            _ => float32,
        };
        var result = empty([.. entry.Shape], dtype: type);
        file.Read(entry, result.bytes);
        return result;
    }

    /// <summary>The bound of fixtures/models/README.md: 1e-4 of the largest logit.</summary>
    public static void AssertClose(float[] expected, float[] found, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        var bound = 1e-4 * expected.Max(Math.Abs);
        var worst = expected.Zip(found, (a, b) => (double)Math.Abs(a - b)).Max();
        Assert.True(worst <= bound, $"{what}: the largest difference is {worst}, the bound {bound}.");
    }
}
