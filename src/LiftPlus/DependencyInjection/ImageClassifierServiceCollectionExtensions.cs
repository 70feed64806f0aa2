using System.Diagnostics.Metrics;
using LiftPlus;
using LiftPlus.DependencyInjection;
using LiftPlus.Serving;
using LiftPlus.Telemetry;
using LiftPlus.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts classifiers into an application's services.</summary>
/// <remarks>
/// Each is a singleton <see cref="IImageClassifier"/> (and <see cref="IServedImageClassifier"/>) that makes batches of concurrent requests
/// and follows its model's folder. A host loads and warms it up when it starts, and does not start where that fails. A
/// <see cref="ComponentRegistry"/>, <see cref="HubOptions"/> and <see cref="TimeProvider"/> among the services are used. Without
/// <see cref="HubOptions"/> no request is made to the hub.
/// </remarks>
public static class ImageClassifierServiceCollectionExtensions
{
    /// <summary>Adds a classifier.</summary>
    /// <param name="services">The services.</param>
    /// <param name="model">The model's folder.</param>
    public static IServiceCollection AddImageClassifier(this IServiceCollection services, string model) =>
        services.AddImageClassifier(options => options.Model = model);

    /// <inheritdoc cref="AddImageClassifier(IServiceCollection, string)"/>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; at least <see cref="ImageClassifierOptions.Model"/>.</param>
    public static IServiceCollection AddImageClassifier(this IServiceCollection services, Action<ImageClassifierOptions> configure)
    {
        services.AddOptions<ImageClassifierOptions>().Configure(configure);
        return Add(services, null, null);
    }

    /// <inheritdoc cref="AddImageClassifier(IServiceCollection, string)"/>
    /// <param name="services">The services.</param>
    /// <param name="section">The options; an unknown key is an error.</param>
    public static IServiceCollection AddImageClassifier(this IServiceCollection services, IConfigurationSection section)
    {
        string name = Options.Options.DefaultName;
        services.AddOptions<ImageClassifierOptions>().Configure(options => ConfiguredOptions.Read(section, name, options));
        return Add(services, null, section.Path);
    }

    /// <summary>Adds one of several classifiers, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the classifier's options.</param>
    /// <param name="model">The model's folder.</param>
    public static IServiceCollection AddKeyedImageClassifier(this IServiceCollection services, object key, string model) =>
        services.AddKeyedImageClassifier(key, options => options.Model = model);

    /// <inheritdoc cref="AddKeyedImageClassifier(IServiceCollection, object, string)"/>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the classifier's options.</param>
    /// <param name="configure">Sets the options; at least <see cref="ImageClassifierOptions.Model"/>.</param>
    public static IServiceCollection AddKeyedImageClassifier(
        this IServiceCollection services,
        object key,
        Action<ImageClassifierOptions> configure
    )
    {
        services.AddOptions<ImageClassifierOptions>(OptionsName.Of(key)).Configure(configure);
        return Add(services, key, null);
    }

    /// <inheritdoc cref="AddKeyedImageClassifier(IServiceCollection, object, string)"/>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the classifier's options.</param>
    /// <param name="section">The options; an unknown key is an error.</param>
    public static IServiceCollection AddKeyedImageClassifier(this IServiceCollection services, object key, IConfigurationSection section)
    {
        string name = OptionsName.Of(key);
        services.AddOptions<ImageClassifierOptions>(name).Configure(options => ConfiguredOptions.Read(section, name, options));
        return Add(services, key, section.Path);
    }

    private static IServiceCollection Add(IServiceCollection services, object? key, string? path)
    {
        string name = OptionsName.Of(key);
        services.AddOptions<ImageClassifierOptions>(name).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImageClassifierOptions>>(
            new NamedValidator<ImageClassifierOptions>(name, path, options => OptionsValidator.Errors(options))
        );
        if (services.Any(service => service.ServiceType == typeof(IServedImageClassifier) && Equals(service.ServiceKey, key)))
            return services; // added already: the options accumulate
        if (key is null)
        {
            services.AddSingleton<IServedImageClassifier>(provider => Create(provider, name));
            services.AddSingleton<IImageClassifier>(provider => provider.GetRequiredService<IServedImageClassifier>());
        }
        else
        {
            services.AddKeyedSingleton<IServedImageClassifier>(key, (provider, _) => Create(provider, name));
            services.AddKeyedSingleton<IImageClassifier>(key, (provider, _) =>
                provider.GetRequiredKeyedService<IServedImageClassifier>(key)
            );
        }

        return services.AddSingleton<IHostedService>(provider => new ClassifierStarter(() =>
            key is null
                ? provider.GetRequiredService<IServedImageClassifier>()
                : provider.GetRequiredKeyedService<IServedImageClassifier>(key)
        ));
    }

    private static ServedImageClassifier Create(IServiceProvider provider, string name)
    {
        ImageClassifierOptions options = provider.GetRequiredService<IOptionsMonitor<ImageClassifierOptions>>().Get(name);
        ILogger logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("LiftPlus.ImageClassifier");
        ServingMetrics metrics = new(provider.GetService<IMeterFactory>(), name);
        ModelLoader loader = new(options, provider.GetService<ComponentRegistry>(), provider.GetService<HubOptions>(), metrics, logger);
        return new ServedImageClassifier(options, loader, metrics, provider.GetService<TimeProvider>() ?? TimeProvider.System, logger);
    }

    // A host makes its services before it checks options: the classifier is made afterwards.
    private sealed class ClassifierStarter(Func<IServedImageClassifier> find) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => find().StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the services dispose it
    }
}
