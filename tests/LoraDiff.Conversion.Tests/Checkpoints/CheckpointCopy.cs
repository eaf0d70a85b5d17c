using System.Text.Json.Nodes;
using LoraDiff.Fixtures;

namespace LoraDiff.Conversion.Tests.Checkpoints;

/// <summary>A writable copy of a model fixture's folder, to be damaged by one test.</summary>
internal sealed class CheckpointCopy : IDisposable
{
    public CheckpointCopy(string model)
    {
        Folder = Directory.CreateTempSubdirectory("loradiff-").FullName;
        foreach (var file in Directory.EnumerateFiles(FixtureFolder.Require("models", model)))
        {
            File.WriteAllBytes(Path.Combine(Folder, Path.GetFileName(file)), File.ReadAllBytes(file)); // not File.Copy: the original may be read-only
        }
    }

    public string Folder { get; }

    public CheckpointCopy Edit(string file, Action<JsonObject> change)
    {
        var path = Path.Combine(Folder, file);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
