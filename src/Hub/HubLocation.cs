namespace LoraDiff.Hub;

/// <summary>A folder of huggingface_hub's, and the environment variable that places it.</summary>
/// <param name="Path">The folder, whether or not it is there.</param>
/// <param name="Variable">The variable's name; null where none is set and the folder is where it is by default.</param>
public sealed record HubLocation(string Path, string? Variable)
{
    /// <summary>The folder of tokens and caches: <c>HF_HOME</c>, else <c>huggingface</c> in <c>XDG_CACHE_HOME</c>, else <c>~/.cache/huggingface</c>.</summary>
    /// <returns>Where it is; nothing on disk is looked at.</returns>
    public static HubLocation Home() => HubEnvironment.OfProcess().Home();

    /// <summary>The cache of downloads, <see cref="HubOptions.CacheFolder"/> of <see cref="HubOptions.FromEnvironment"/>: <c>HF_HUB_CACHE</c>, else <c>HUGGINGFACE_HUB_CACHE</c>, else <c>hub</c> in <see cref="Home"/>.</summary>
    /// <returns>Where it is; nothing on disk is looked at, and no other variable need be right.</returns>
    public static HubLocation Cache() => HubEnvironment.OfProcess().Cache();
}
