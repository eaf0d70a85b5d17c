using System.Buffers.Binary;
using System.Text;

namespace LoraDiff.Safetensors.Tests;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_ThatShrinksAfterOpening_IsReportedNotCrashing()
    {
        var path = Write("a.safetensors", ("w", new byte[1 << 20]));
        using var file = SafetensorsFile.Open(path);
        using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            cut.SetLength(cut.Length - 4096);
        }

        var e = Assert.Throws<SafetensorsException>(() => file.ReadAll(file["w"]));
        Assert.Equal((SafetensorsRule.FileChanged, "w"), (e.Rule, e.Tensor));
        Assert.Equal(SafetensorsRule.FileChanged, Assert.Throws<SafetensorsException>(() => file.CopyTo(file["w"], Stream.Null)).Rule);
    }

    [Fact]
    public void LargeTensor_ReadBySlices_IsComplete()
    {
        var bytes = new byte[(1 << 23) + 12345];
        new Random(1).NextBytes(bytes);
        using var file = SafetensorsFile.Open(Write("a.safetensors", ("w", bytes), ("x", [1, 2, 3])));

        Assert.Equal(bytes, file.ReadAll(file["w"]));
        using var copy = new MemoryStream();
        file.CopyTo(file["w"], copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public void Read_IntoMemoryOfAnotherLength_IsRefused()
    {
        using var file = SafetensorsFile.Open(Write("a.safetensors", ("w", new byte[8])));
        Assert.Throws<ArgumentException>(() => file.Read(file["w"], new byte[9]));
    }

    [Fact]
    public void UnknownTensor_IsNamed()
    {
        using var file = SafetensorsFile.Open(Write("a.safetensors", ("w", new byte[8])));
        var e = Assert.Throws<SafetensorsException>(() => file["v"]);
        Assert.Equal((SafetensorsRule.TensorNotFound, "v", file.Path), (e.Rule, e.Tensor, e.File));
    }

    [Fact]
    public void LfsPointer_IsRecognised()
    {
        var path = _folder.File("a.safetensors");
        File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        Assert.Contains("git lfs pull", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileName_StaysOnOneShortLineInMessages()
    {
        var name = "a\\n\\u001b[31m" + new string('x', 5000);
        var path = Raw($$$"""{"{{{name}}}":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", new byte[12]);
        var e = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path));
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain('\u001b', e.Message);
        Assert.True(e.Message.Length < 1000);
    }

    [Fact]
    public void SizeBeyondSignedRange_OfAnEmptyTensor_OnlyFailsWhenAsked()
    {
        using var file = SafetensorsFile.Open(Raw("""{"a":{"dtype":"U8","shape":[0,9223372036854775808],"data_offsets":[0,0]}}""", []));
        Assert.Equal(0, file["a"].ByteLength);
        Assert.Equal(SafetensorsRule.ValidationOverflow, Assert.Throws<SafetensorsException>(() => file["a"].Shape).Rule);
    }

    // A reader of downloaded files may refuse them, but in one way only.
    [Fact]
    public void MutatedHeaders_NeverThrowAnythingElse()
    {
        var random = new Random(20260101);
        var seeds = new[]
        {
            """{"__metadata__":{"format":"pt","é":"\ud83d\ude00"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F4","shape":[2,4],"data_offsets":[8,12],"x":[1,{"y":null}]}}""",
            """{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"":{"dtype":"U8","shape":[4,0],"data_offsets":[8,8]},"c":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}}""",
        };
        string[] splices = ["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-1", "1e3", "18446744073709551616", "9223372036854775807", "null", "\\ud800", "\\u0000", "\"a\":", "\"dtype\":\"F6_E3M2\",", " ", "true"];
        int accepted = 0, refused = 0;
        for (var round = 0; round < 4000; round++)
        {
            var header = Encoding.UTF8.GetBytes(seeds[round % seeds.Length]).ToList();
            for (var edits = random.Next(4); edits > 0; edits--)
            {
                var at = random.Next(header.Count);
                switch (random.Next(4))
                {
                    case 0:
                        header[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        header.RemoveRange(at, Math.Min(random.Next(1, 9), header.Count - at));
                        break;
                    case 2:
                        header.InsertRange(at, Encoding.UTF8.GetBytes(splices[random.Next(splices.Length)]));
                        break;
                    default:
                        header.InsertRange(at, header.GetRange(at, Math.Min(random.Next(1, 60), header.Count - at)));
                        break;
                }

                if (header.Count == 0)
                {
                    header.Add((byte)'{');
                }
            }

            try
            {
                var parsed = SafetensorsHeader.Parse("fuzz", header.ToArray(), random.Next(20) == 0 ? random.Next(20) : 12);
                Assert.True(parsed.Tensors.Sum(t => t.ByteLength) <= 20);
                accepted++;
            }
            catch (SafetensorsException)
            {
                refused++;
            }
        }

        Assert.True(accepted > 400 && refused > 400, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void RandomBytes_NeverThrowAnythingElse()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 8 && round % 2 == 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, random.Next(bytes.Length));
            }

            var path = _folder.File("r.safetensors");
            File.WriteAllBytes(path, bytes);
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path).Dispose());
        }
    }

    private string Write(string name, params (string Name, byte[] Bytes)[] tensors)
    {
        var path = _folder.File(name);
        SafetensorsWriter.Write(path, tensors.Select(t => TensorSource.FromBytes(t.Name, SafetensorsDtype.U8, [t.Bytes.Length], t.Bytes)));
        return path;
    }

    private string Raw(string header, byte[] data)
    {
        var path = _folder.File("raw.safetensors");
        var text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        File.WriteAllBytes(path, [.. prefix, .. text, .. data]);
        return path;
    }
}
