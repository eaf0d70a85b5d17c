using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Fake;

// What is written: repositories, branches, tags, preupload, LFS, commits.
public sealed partial class FakeHub
{
    private static Task WriteAsync(HttpContext context, string[] parts) => ErrorAsync(context, 404, null, $"no such endpoint: {string.Join('/', parts)}");

    private static Task WriteAsync(HttpContext context, FakeRepository repository, string[] verb) => ErrorAsync(context, 404, null, $"no such endpoint of {repository.Name}: {string.Join('/', verb)}");

    private static Task LfsBatchAsync(HttpContext context, FakeRepository? repository) => JsonAsync(context, new JsonObject { ["message"] = repository?.Name }, 404);

    private static Task StoreUploadAsync(HttpContext context, string[] parts) => ErrorAsync(context, 404, null, $"no such object: {string.Join('/', parts)}");
}
