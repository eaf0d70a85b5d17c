namespace LoraDiff.Hub.Http;

/// <summary>Which failures a request is sent again after.</summary>
internal enum Retries
{
    /// <summary>Lost connections, 408, 429, 500, 502, 503, 504: for requests that may arrive twice.</summary>
    All,

    /// <summary>Only 429 and 503 with a wait: the Hub has surely not acted. For commits.</summary>
    OnlyRefused,
}
