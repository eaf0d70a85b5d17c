using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Publishing;
using LoraDiff.Hub.Tests.Fake;

namespace LoraDiff.Hub.Tests.Publishing;

[Collection(Alone.Name)]
public sealed class LfsUploadTests : IAsyncLifetime
{
    private static readonly RepositoryId Id = new("me/model");

    private HubFixture _fixture = null!;
    private FakeRepository _repository = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync()
    {
        _fixture = await HubFixture.StartAsync();
        _repository = Hub.Add("me/model");
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [InlineData(4000)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(40_001)]
    public async Task Upload_OfAnyNumberOfParts_ArrivesWhole(int size)
    {
        Hub.PartSize = 4096;
        await UploadAsync(size);

        Assert.Equal(await File.ReadAllBytesAsync(_fixture.At("w.safetensors")), _repository.Head.Files["w.safetensors"].Bytes);
        Assert.Equal((size + 4095) / 4096, Hub.Count("store PUT"));
        Assert.Equal(1, Hub.Count("/lfs-verify/"));
    }

    [Fact]
    public async Task Upload_OfPartsThatFailOnce_SendsThoseAgain()
    {
        Hub.PartSize = 4096;
        Hub.Faults.Add(Fault.Status(r => r.Path.Value!.EndsWith("/3", StringComparison.Ordinal), 2, 503));
        Hub.Faults.Add(new Fault(r => r.Path.Value!.EndsWith("/5", StringComparison.Ordinal), 1, (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));
        var progress = new LastReport();
        await UploadAsync(30_000, progress);

        Assert.Equal(8 + 3, Hub.Count("store PUT"));
        Assert.Equal(new UploadProgress(30_000, 30_000, 1, 1), progress.Last);
    }

    [Fact]
    public async Task Upload_WhoseCompletionAnswerIsLost_IsNotSentAgain()
    {
        Hub.PartSize = 4096;
        Hub.Faults.Add(Fault.LoseAnswer(r => r.Path.Value!.Contains("/lfs-complete/", StringComparison.Ordinal), 1));
        await UploadAsync(30_000);

        Assert.Equal(8, Hub.Count("store PUT"));
        Assert.Equal(30_000, _repository.Head.Files["w.safetensors"].Size);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public async Task Upload_ToAddressesThatHaveGrownOld_AsksForNewOnes(long partSize)
    {
        Hub.PartSize = partSize;
        Hub.ExpiredBatches = 1;
        await UploadAsync(30_000);

        Assert.Equal(2, Hub.Count("/objects/batch"));
        Assert.Equal(30_000, _repository.Head.Files["w.safetensors"].Size);
    }

    [Fact]
    public async Task Upload_ToAStoreThatKeepsRefusing_SaysWhatItSaid()
    {
        Hub.ExpiredBatches = int.MaxValue;
        var error = await Assert.ThrowsAsync<HubException>(() => UploadAsync(3000));

        Assert.Contains("Request has expired", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz-Signature", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Hub.CommitBodies);
    }

    [Fact]
    public async Task Upload_OfTheSameContentTwice_SendsItOnce()
    {
        var bytes = Bytes(5000);
        await _fixture.Client(withToken: true).CommitAsync(Id, [CommitOperation.Add("a.bin", bytes), CommitOperation.Add("b.bin", bytes)]);

        Assert.Equal(1, Hub.Count("store PUT"));
        Assert.Equal(2, _repository.Head.Files.Count);
    }

    [Fact]
    public async Task Upload_AnsweredWithAnotherTransfer_IsAnError()
    {
        Hub.Transfer = "xet";
        var error = await Assert.ThrowsAsync<HubException>(() => UploadAsync(3000));
        Assert.Contains("'xet'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_ToAMirrorThatHandsOutThePublicHubsAddresses_StaysAtTheMirror()
    {
        Hub.PartSize = 4096;
        Hub.HrefBase = "https://huggingface.co/";
        await UploadAsync(10_000);
        Assert.Equal(10_000, _repository.Head.Files["w.safetensors"].Size);
    }

    [Fact]
    public async Task Upload_OfAFileThatIsCutShortMeanwhile_SaysSo()
    {
        Hub.Faults.Add(new Fault(r => r.Path.Value!.EndsWith("/batch", StringComparison.Ordinal), 1, async (_, next) =>
        {
            await File.WriteAllBytesAsync(_fixture.At("w.safetensors"), Bytes(10));
            await next();
        }));
        var error = await Assert.ThrowsAsync<HubException>(() => UploadAsync(3000));

        Assert.Contains("had 3000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.CommitBodies);
    }

    [Fact]
    public async Task Upload_OfALargeFile_TakesLittleMemory()
    {
        const long Size = 400L << 20;
        Hub.StoreFolder = Directory.CreateDirectory(_fixture.At("store")).FullName;
        Hub.PartSize = 32 << 20;
        using (var file = File.Create(_fixture.At("w.safetensors")))
        {
            file.SetLength(Size);
        }
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await _fixture.Client(withToken: true).UploadFileAsync(Id, _fixture.At("w.safetensors"));
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(Size, _repository.Head.Files["w.safetensors"].Size);
        // Client and fake together: a tenth of the file, all of it short-lived.
        Assert.True(allocated < Size / 10, $"{allocated} bytes allocated");
    }

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private async Task UploadAsync(int size, IProgress<UploadProgress>? progress = null)
    {
        await File.WriteAllBytesAsync(_fixture.At("w.safetensors"), Bytes(size));
        await _fixture.Client(withToken: true).UploadFileAsync(Id, _fixture.At("w.safetensors"), progress: progress);
    }

    private sealed class LastReport : IProgress<UploadProgress>
    {
        public UploadProgress Last { get; private set; }

        public void Report(UploadProgress value) => Last = value;
    }
}
