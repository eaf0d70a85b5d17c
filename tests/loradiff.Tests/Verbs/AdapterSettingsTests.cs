using System.Text.Json;
using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Safetensors;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>convert with settings of the adapter, as <c>--set</c> gives them.</summary>
public sealed class AdapterSettingsTests
{
    private const int MaskRow = 894;

    [Fact]
    public void Convert_WithModulesToSave_WritesAList()
    {
        using var places = new Places();

        Assert.Equal((ExitCode.Success, ""), Convert(places, "modules_to_save=norm"));

        Assert.Equal("""["norm"]""", Config(places, "modules_to_save"));
        using var file = SafetensorsFile.Open(places.At("adapter", "adapter_model.safetensors"));
        Assert.True(file.Contains("base_model.model.model.norm.weight"));
        var generated = Run.Of("generate", "--model", Places.Checkpoint, "--adapter", places.At("adapter"), "--prompt", "x", "--max-new-tokens", "4");
        Assert.True(generated.Code == ExitCode.Success, generated.Error);
    }

    [Theory]
    [InlineData("layers_to_transform=0", "target_modules=q_proj,v_proj")]
    [InlineData("target_modules=q_proj,v_proj", "layers_to_transform=0")]
    public void Convert_WithSettingsInAnyOrder_AdaptsTheSame(params string[] settings)
    {
        using var places = new Places();

        Assert.Equal((ExitCode.Success, ""), Convert(places, settings));

        Assert.Equal(["layers.0.self_attn.q_proj", "layers.0.self_attn.v_proj"], Adapted(places));
    }

    [Fact]
    public void Convert_WithAPlainNameToExclude_ExcludesIt()
    {
        using var places = new Places();

        Assert.Equal((ExitCode.Success, ""), Convert(places, "exclude_modules=v_proj"));

        Assert.DoesNotContain(Adapted(places), name => name.EndsWith("v_proj", StringComparison.Ordinal));
        Assert.Contains(Adapted(places), name => name.EndsWith("k_proj", StringComparison.Ordinal));
    }

    /// <summary>As PEFT: what is left over is a warning, an adapter of nothing an error.</summary>
    [Theory]
    [InlineData("exclude_modules lists w_proj, which excludes nothing", "exclude_modules=v_proj,w_proj")]
    [InlineData("exclude_modules 'v_pr..' excludes nothing in this model: as an expression it must match a module's whole name", "exclude_modules=v_pr..")]
    [InlineData("target_modules lists w_proj, which adapts nothing", "target_modules=q_proj,w_proj")]
    [InlineData("modules_to_save names nrom, which is no module", "modules_to_save=nrom")]
    [InlineData("layers_to_transform lists 99, where nothing is adapted", "layers_to_transform=0,99", "target_modules=q_proj")]
    [InlineData("rank_pattern has w_proj, which matches no adapted module", """rank_pattern={"w_proj":2}""")]
    public void Convert_WithASettingThatHitsNothing_Warns(string said, params string[] settings)
    {
        using var places = new Places();

        var (code, warnings) = Convert(places, settings);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains(said, Assert.Single(warnings.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target_modules [w_proj] matches no module", "target_modules=w_proj")]
    [InlineData("target_modules 'w_pr..' matches no module", "target_modules=w_pr..")]
    [InlineData("layers_to_transform is 99", "target_modules=q_proj", "layers_to_transform=99")]
    [InlineData("No module is left to adapt", "target_modules=q_proj", "exclude_modules=q_proj")]
    [InlineData("expected distinct ids from 0 to", "trainable_token_indices=5,5")]
    public void Convert_WithNothingToAdapt_IsOneLine(string said, params string[] settings)
    {
        using var places = new Places();

        var (code, error) = Convert(places, settings);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains(said, Assert.Single(error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(places.At("adapter", "adapter_model.safetensors")));
    }

    /// <summary>The mask token means nothing to a base model: without its row diffusion could not be learnt.</summary>
    [Fact]
    public void Convert_WithTokenRows_TrainsTheMasksRowToo()
    {
        using var places = new Places();

        Assert.Equal((ExitCode.Success, ""), Convert(places, "trainable_token_indices=[5]"));

        Assert.Equal($"[5,{MaskRow}]", Config(places, "trainable_token_indices"));
        using var adapter = SafetensorsFile.Open(places.At("adapter", "adapter_model.safetensors"));
        using var model = SafetensorsSet.Open(Path.Combine(Places.Checkpoint, "model.safetensors"));
        var rows = adapter[adapter.Tensors.Single(tensor => tensor.Name.Contains("trainable_tokens_delta", StringComparison.Ordinal)).Name];
        Assert.Equal(2, rows.Shape[0]);
        var trained = Floats(rows.Dtype, adapter.ReadAll(rows))[(int)rows.Shape[1]..];
        var table = model["model.embed_tokens.weight"];
        var bytes = new byte[table.ByteLength];
        model.Read(table.Name, bytes);
        var before = Floats(table.Dtype, bytes).AsSpan(MaskRow * (int)rows.Shape[1], (int)rows.Shape[1]);
        Assert.True(trained.Zip(before.ToArray(), (a, b) => Math.Abs(a - b)).Max() > 1e-5);
    }

    private static float[] Floats(SafetensorsDtype type, byte[] bytes) => type switch
    {
        SafetensorsDtype.F32 => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        SafetensorsDtype.BF16 => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected F32 or BF16"),
    };

    private static (int Code, string Error) Convert(Places places, params string[] settings)
    {
        var run = Run.Of(["convert", "--model", Places.Checkpoint, "--data", Places.Train, "--out", places.At("adapter"), "--device", "cpu", "--dtype", "float32", "--steps", "2", "--set", "batch_size=2", "--set", "limit=8", "--set", "r=2", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        // Errors and warnings; progress and the like are not what is asked about here.
        return (run.Code, string.Concat(run.Error.Split('\n').Where(line => line.StartsWith("loradiff:", StringComparison.Ordinal) || line.StartsWith("warn", StringComparison.OrdinalIgnoreCase)).Select(line => line + "\n")));
    }

    private static string Config(Places places, string key)
        => JsonSerializer.Serialize(JsonDocument.Parse(File.ReadAllText(places.At("adapter", "adapter_config.json"))).RootElement.GetProperty(key));

    private static string[] Adapted(Places places)
    {
        using var file = SafetensorsFile.Open(places.At("adapter", "adapter_model.safetensors"));
        return [.. file.Tensors.Select(tensor => tensor.Name).Where(name => name.EndsWith(".lora_A.weight", StringComparison.Ordinal)).Select(name => name["base_model.model.model.".Length..^".lora_A.weight".Length]).Order(StringComparer.Ordinal)];
    }
}
