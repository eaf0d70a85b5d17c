using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraDiff.Hub;

/// <summary>Registers <see cref="HubClient"/> for dependency injection, over IHttpClientFactory.</summary>
public static class HubServices
{
    private const string HttpClientName = "LoraDiff.Hub";

    /// <summary>Registers a singleton <see cref="HubClient"/>. Settings start from the environment (<see cref="HubOptions.FromEnvironment"/>) and are validated when the host starts.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the settings; null for none.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHuggingFaceHub(this IServiceCollection services, Action<HubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<HubOptions>().Configure(FillFromEnvironment).Configure(options => configure?.Invoke(options)).Validate(Check).ValidateOnStart();
        services.AddHttpClient(HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan).ConfigurePrimaryHttpMessageHandler(HubClient.CreateHandler).SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.TryAddSingleton(provider => new HubClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            provider.GetRequiredService<IOptions<HubOptions>>().Value,
            provider.GetService<ILogger<HubClient>>(),
            provider.GetService<TimeProvider>()));
        return services;
    }

    /// <summary>The same, with settings from configuration (the members of <see cref="HubOptions"/> by name).</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHuggingFaceHub(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddHuggingFaceHub(configuration.Bind);
    }

    private static void FillFromEnvironment(HubOptions options)
    {
        var found = HubOptions.FromEnvironment();
        options.Endpoint = found.Endpoint;
        options.Token = found.Token;
        options.CacheFolder = found.CacheFolder;
        options.Offline = found.Offline;
        options.DisableSymlinks = found.DisableSymlinks;
        options.DisableTelemetry = found.DisableTelemetry;
        options.DisableProgressBars = found.DisableProgressBars;
        options.UserAgent = found.UserAgent;
        options.RequestTimeout = found.RequestTimeout;
        options.ReadTimeout = found.ReadTimeout;
    }

    private static bool Check(HubOptions options) => options.Fault() is { } fault ? throw new OptionsValidationException(nameof(HubOptions), typeof(HubOptions), [fault]) : true;
}
