using LoraDiff.Conversion;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers LoraDiff with a service collection.</summary>
public static class LoraDiffServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="LoraDiffConverter"/> and, where <see cref="LoraDiffOptions.Model"/> is set, one <see cref="LanguageModel"/>, loaded when first asked for and disposed with the container.
    /// A logger and a <see cref="TimeProvider"/> of the container are used where registered.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="configure">Sets the options, or null.</param>
    /// <returns>The collection.</returns>
    public static IServiceCollection AddLoraDiff(this IServiceCollection services, Action<LoraDiffOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new LoraDiffOptions();
        configure?.Invoke(options);
        services.AddSingleton(provider => new LoraDiffConverter(provider.GetService<ILogger<LoraDiffConverter>>(), provider.GetService<TimeProvider>()));
        if (options.Model is { } model)
        {
            services.AddSingleton(_ => LanguageModel.Load(model, options.Adapter, options.Load));
        }

        return services;
    }
}
