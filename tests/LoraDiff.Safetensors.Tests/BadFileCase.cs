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

    /// <summary>Every row, also those whose file cannot be had here.</summary>
    public static IEnumerable<BadFileCase> All => FixtureFolder.Find("safetensors_bad") is null ? [] : Rows.Value.Values;

    public static BadFileCase Named(string file) => Rows.Value[file];

    public string File_ => _row.GetProperty("file").GetString()!;

    public bool Valid => _row.GetProperty("valid").GetBoolean();

    public string? Error => _row.TryGetProperty("error", out var error) ? error.GetString() : null;

    public bool IsIndex => _row.TryGetProperty("files", out _);

    /// <summary>Null where the row does not spell the tensors out.</summary>
    public JsonElement? Tensors => _row.TryGetProperty("tensors", out var tensors) ? tensors : null;

    public JsonElement? Metadata => _row.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? metadata : null;

    /// <summary>Null where the case can be run, else why not.</summary>
    public string? Absent => IsAvailable ? null : $"safetensors_bad/{File_} is above 4 KB, is not in the fixtures and has no maker here: write it with the fixtures' own make.py, or teach {nameof(BigFile)} how to make it.";

    /// <summary>The file that the message must name, relative to the folder of the case: the shard whose own bytes are at fault, else the file or index that was opened.</summary>
    public string FaultyFile => IsIndex && (Error is "MetadataIncompleteBuffer" or "HeaderTooLarge") ? Path.Combine(Path.GetDirectoryName(File_)!, "model-00002-of-00002.safetensors") : File_;

    /// <summary>The tensor that the message must name, by what the fixtures call their tensors; null where the rule is about no single one.</summary>
    public string? FaultyTensor => File_ switch
    {
        "layout/empty_inside_other.safetensors" or "layout/hole.safetensors" or "layout/overlap.safetensors" or "layout/reversed_after_good.safetensors" or "layout/same_range.safetensors" => "b",
        "layout/many_overlapping.safetensors" => "t1",
        "index/tensor_nowhere/model.safetensors.index.json" => "c",
        "index/duplicate_weight_map/model.safetensors.index.json" or "metadata/duplicate_key.safetensors" => null,
        _ when File_.Split('/')[0] is "entry" or "dtype" or "shape" or "offsets" => "a",
        _ => Error switch
        {
            "UnsafePath" => "b",
            "InvalidOffset" or "TensorInvalidInfo" or "MisalignedSlice" or "ValidationOverflow" or "DuplicateName" or "TensorNotFound" => "a",
            _ => null,
        },
    };

    /// <summary>Whether the fault lies where no entry has been read, or anywhere in the JSON: then it is open which tensor is named, if any.</summary>
    public bool IsSyntax => File_.StartsWith("json/", StringComparison.Ordinal);

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
