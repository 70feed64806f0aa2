using System.Diagnostics.Metrics;
using LiftPlus;
using LiftPlus.Data;
using LiftPlus.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts fine-tuners into an application's services.</summary>
/// <remarks>
/// Each is a singleton <see cref="LongTailFineTuner"/> that logs to the application's loggers and measures with its meters. Its options are
/// checked when the host starts, all errors at once, each under its configuration path. An <see cref="IImageDecoder"/>,
/// <see cref="HubOptions"/> and <see cref="ComponentRegistry"/> (with your own methods) among the services are used.
/// </remarks>
public static class LongTailFineTunerServiceCollectionExtensions
{
    /// <summary>Adds a fine-tuner.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddLongTailFineTuner(this IServiceCollection services, Action<LongTailFineTunerOptions> configure) =>
        Add(services, null, null, configure, null);

    /// <summary>Adds a fine-tuner from configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The options in the shape of <see cref="LongTailFineTunerOptions"/>; an unknown key is an error.</param>
    /// <param name="configure">Changes the options that were read; null for no change.</param>
    /// <param name="components">
    /// What the <c>Type</c> names in the section stand for, with your own methods; null for the <see cref="ComponentRegistry"/> among the
    /// services, or the built-in components.
    /// </param>
    public static IServiceCollection AddLongTailFineTuner(
        this IServiceCollection services,
        IConfigurationSection section,
        Action<LongTailFineTunerOptions>? configure = null,
        ComponentRegistry? components = null
    ) => Add(services, null, section, configure, components);

    /// <summary>Adds one of several fine-tuners from configuration, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the fine-tuner's options.</param>
    /// <param name="section">The options in the shape of <see cref="LongTailFineTunerOptions"/>; an unknown key is an error.</param>
    /// <param name="configure">Changes the options that were read; null for no change.</param>
    /// <param name="components">What the <c>Type</c> names in the section stand for, with your own methods.</param>
    public static IServiceCollection AddKeyedLongTailFineTuner(
        this IServiceCollection services,
        object key,
        IConfigurationSection section,
        Action<LongTailFineTunerOptions>? configure = null,
        ComponentRegistry? components = null
    ) => Add(services, key, section, configure, components);

    /// <summary>Adds one of several fine-tuners, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the fine-tuner's options.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddKeyedLongTailFineTuner(
        this IServiceCollection services,
        object key,
        Action<LongTailFineTunerOptions> configure
    ) => Add(services, key, null, configure, null);

    private static IServiceCollection Add(
        IServiceCollection services,
        object? key,
        IConfigurationSection? section,
        Action<LongTailFineTunerOptions>? configure,
        ComponentRegistry? components
    )
    {
        string name = OptionsName.Of(key);
        OptionsBuilder<LongTailFineTunerOptions> options = services.AddOptions<LongTailFineTunerOptions>(name);
        if (section is not null)
            options.Configure<IServiceProvider>(
                (values, provider) => ConfiguredOptions.Read(section, name, components ?? provider.GetService<ComponentRegistry>(), values)
            );
        if (configure is not null)
            options.Configure(configure);
        options.ValidateOnStart();
        services.AddSingleton<IValidateOptions<LongTailFineTunerOptions>>(
            new NamedValidator<LongTailFineTunerOptions>(name, section?.Path, FineTunerErrors.Of)
        );
        if (key is null)
            services.TryAddSingleton(provider => Create(provider, name));
        else
            services.TryAddKeyedSingleton(key, (provider, _) => Create(provider, name));
        return services;
    }

    private static LongTailFineTuner Create(IServiceProvider provider, string name)
    {
        LongTailFineTunerOptions options = provider.GetRequiredService<IOptionsMonitor<LongTailFineTunerOptions>>().Get(name);
        LongTailFineTunerBuilder builder = LongTailFineTuner.CreateBuilder().UseRecipe(options.Recipe).UseDevice(options.Device);
        if (options.CheckpointFolder is string folder)
            builder.UseCheckpoints(folder, options.Checkpoints);
        if (options.ImageCache is not null)
            builder.UseImageCache(options.ImageCache);
        if (provider.GetService<ILoggerFactory>() is ILoggerFactory loggers)
            builder.UseLogger(loggers.CreateLogger("LiftPlus.LongTailFineTuner"));
        if (provider.GetService<IMeterFactory>() is IMeterFactory meters)
            builder.UseMetrics(meters);
        if (provider.GetService<HubOptions>() is HubOptions hub)
            builder.UseHub(hub);
        if (provider.GetService<IImageDecoder>() is IImageDecoder decoder)
            builder.UseDecoder(decoder);
        options.Configure?.Invoke(builder);
        return builder.Build();
    }
}
