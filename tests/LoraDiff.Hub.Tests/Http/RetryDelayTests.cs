using System.Net;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub.Tests.Http;

public sealed class RetryDelayTests
{
    [Fact]
    public void After_LostConnections_Doubles_UpToEightSeconds() => Assert.Equal([1, 2, 4, 8, 8, 8], Enumerable.Range(0, 6).Select(i => (int)RetryDelay.After(i, null).TotalSeconds));

    [Theory]
    [InlineData(429, "\"api\";r=0;t=55", null, 56)]
    [InlineData(429, "\"api\";r=3;t=55", null, 1)]
    [InlineData(429, "\"api\";r=3;t=55", "7", 8)]
    [InlineData(503, "\"api\";r=0;t=55", "7", 8)]
    [InlineData(503, null, "Wed, 21 Oct 2026 07:28:00 GMT", 1)]
    [InlineData(500, null, "1.5", 1)]
    public void After_AnAnswer_FollowsItsHeaders(int status, string? limit, string? after, int seconds)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        if (limit is not null)
        {
            response.Headers.TryAddWithoutValidation("RateLimit", limit);
        }
        if (after is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", after);
        }

        Assert.Equal(seconds, RetryDelay.After(0, response).TotalSeconds);
    }
}
