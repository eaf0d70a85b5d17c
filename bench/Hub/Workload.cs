using System.Security.Cryptography;
using LoraDiff.Hub.Tests.Fake;

namespace LoraDiff.Bench.Hub;

/// <summary>What is transferred: one large file of random bytes, or many small ones.</summary>
internal sealed class Workload(string folder, long bigBytes, int smallFiles, int smallBytes)
{
    public string Big => Path.Combine(folder, "big");

    public string Small => Path.Combine(folder, "small");

    public void Write()
    {
        Directory.CreateDirectory(Big);
        Directory.CreateDirectory(Small);
        var random = new Random(0);
        var buffer = new byte[1 << 20];
        using (var file = File.Create(Path.Combine(Big, "model.safetensors")))
        {
            for (var left = bigBytes; left > 0; left -= buffer.Length)
            {
                random.NextBytes(buffer);
                file.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
            }
        }
        for (var i = 0; i < smallFiles; i++)
        {
            var bytes = new byte[smallBytes];
            random.NextBytes(bytes);
            var path = Path.Combine(Small, $"part{i % 10}", $"file{i:0000}.txt");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Convert.ToBase64String(bytes)[..smallBytes]);
        }
    }

    /// <summary>The same files in repositories of the fake Hub, to be downloaded.</summary>
    public void Publish(FakeHub hub)
    {
        var big = Path.Combine(Big, "model.safetensors");
        using var stream = File.OpenRead(big);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        hub.Add("bench/big").Commit("main", "big", "", files => files["model.safetensors"] = new FakeFile(big, hash));
        hub.Add("bench/small").Commit("main", "small", "", files =>
        {
            foreach (var path in Directory.EnumerateFiles(Small, "*", SearchOption.AllDirectories))
            {
                files[Path.GetRelativePath(Small, path)] = new FakeFile(File.ReadAllBytes(path), lfs: false);
            }
        });
    }
}
