using System.Text.Json;
using LoraDiff.Fixtures;

namespace LoraDiff.Safetensors.Tests;

/// <summary>One row of <c>safetensors_bad/cases.json</c>, and the way to put its files on the disk.</summary>
internal sealed class BadFileCase
{
    private static readonly Lazy<IReadOnlyDictionary<string, BadFileCase>> Rows = new(() =>
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(FixtureFolder.Require("safetensors_bad", "cases.json")));
        return json.RootElement.EnumerateArray().Select(row => new BadFileCase(row.Clone())).ToDictionary(c => c.File_);
    });

    private readonly JsonElement _row;

    private BadFileCase(JsonElement row) => _row = row;

    /// <summary>The cases whose bytes are in the fixtures, or that this project can make itself.</summary>
    public static IEnumerable<BadFileCase> All => FixtureFolder.Find("safetensors_bad") is null ? [] : Rows.Value.Values.Where(c => c.IsAvailable);

    public static BadFileCase Named(string file) => Rows.Value[file];

    public string File_ => _row.GetProperty("file").GetString()!;

    public bool Valid => _row.GetProperty("valid").GetBoolean();

    public string? Error => _row.TryGetProperty("error", out var error) ? error.GetString() : null;

    public bool IsIndex => _row.TryGetProperty("files", out _);

    /// <summary>Null where the row does not spell the tensors out.</summary>
    public JsonElement? Tensors => _row.TryGetProperty("tensors", out var tensors) ? tensors : null;

    public JsonElement? Metadata => _row.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? metadata : null;

    private bool IsAvailable => IsIndex || _row.TryGetProperty("base64", out _) || BigFile.Makers.ContainsKey(File_) || Ready is not null;

    private string? Ready
    {
        get
        {
            var path = Path.Combine(FixtureFolder.Find("safetensors_bad")!, File_);
            return File.Exists(path) ? path : null;
        }
    }

    /// <summary>Writes the case below a folder and returns the path of the file or index.</summary>
    public string WriteTo(string folder)
    {
        var path = Path.Combine(folder, File_);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (IsIndex)
        {
            WriteIndexFolder(Path.GetDirectoryName(path)!);
            return path;
        }

        if (_row.TryGetProperty("base64", out var bytes))
        {
            File.WriteAllBytes(path, bytes.GetBytesFromBase64());
            return path;
        }

        if (BigFile.Makers.TryGetValue(File_, out var make))
        {
            using var stream = File.Create(path);
            make(stream);
            return path;
        }

        return Ready ?? throw new InvalidOperationException($"{File_} has neither bytes nor a recipe.");
    }

    private void WriteIndexFolder(string folder)
    {
        foreach (var file in _row.GetProperty("files").EnumerateObject())
        {
            var path = Path.GetFullPath(Path.Combine(folder, file.Name));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Value.GetBytesFromBase64());
        }

        if (_row.TryGetProperty("links", out var links))
        {
            foreach (var link in links.EnumerateObject())
            {
                File.CreateSymbolicLink(Path.Combine(folder, link.Name), link.Value.GetString()!);
            }
        }
    }
}
