using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Files;

/// <summary>Writes an adapter folder. Each file is written under another name first and renamed when it is whole.</summary>
internal static class AdapterWriter
{
    public static void Write(string folder, LoraOptions options, IEnumerable<(string Name, Tensor Value)> tensors, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, AdapterFolder.WeightsName), tensors.Select(item => TensorBytes.Source(item.Name, item.Value)), cancellationToken: cancellationToken);
        WriteText(Path.Combine(folder, AdapterFolder.ConfigName), options.ToJson());
    }

    private static void WriteText(string path, string text)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
