using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using LiftPlus.Serving;
using LiftPlus.Telemetry;
using LiftPlus.Validation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Puts served classifiers of every kind into an application's services.</summary>
internal static class ClassifierServices
{
    /// <summary>Adds a classifier whose options have been added.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key of the classifier; null for the one without a key.</param>
    /// <param name="path">The path of the options' configuration section; null if code sets them.</param>
    /// <param name="createLoader">Creates what loads the model.</param>
    public static IServiceCollection Add<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions
    >(
        IServiceCollection services,
        object? key,
        string? path,
        Func<IServiceProvider, TOptions, ServingMetrics, ILogger, ModelLoader> createLoader
    )
        where TOptions : ClassifierServingOptions
    {
        string name = OptionsName.Of(key);
        services.AddOptions<TOptions>(name).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(
            new NamedValidator<TOptions>(name, path, options => OptionsValidator.Errors(options))
        );
        if (services.Any(service => service.ServiceType == typeof(IServedImageClassifier) && Equals(service.ServiceKey, key)))
            return services; // added already: the options accumulate
        if (key is null)
        {
            services.AddSingleton<IServedImageClassifier>(provider => Create(provider, name, createLoader));
            services.AddSingleton<IImageClassifier>(provider => provider.GetRequiredService<IServedImageClassifier>());
        }
        else
        {
            services.AddKeyedSingleton<IServedImageClassifier>(key, (provider, _) => Create(provider, name, createLoader));
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

    private static ServedImageClassifier Create<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions
    >(IServiceProvider provider, string name, Func<IServiceProvider, TOptions, ServingMetrics, ILogger, ModelLoader> createLoader)
        where TOptions : ClassifierServingOptions
    {
        TOptions options = provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);
        options = options with { Decoder = options.Decoder ?? provider.GetService<IImageDecoder>() };
        ILogger logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("LiftPlus.ImageClassifier");
        ServingMetrics metrics = new(provider.GetService<IMeterFactory>(), name);
        ModelLoader loader = createLoader(provider, options, metrics, logger);
        return new ServedImageClassifier(options, loader, metrics, provider.GetService<TimeProvider>() ?? TimeProvider.System, logger);
    }

    // A host makes its services before it checks options: the classifier is made afterwards.
    private sealed class ClassifierStarter(Func<IServedImageClassifier> find) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => find().StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the services dispose it
    }
}
