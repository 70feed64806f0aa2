using LiftPlus;
using LiftPlus.DependencyInjection;
using LiftPlus.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts classifiers into an application's services.</summary>
/// <remarks>
/// Each is a singleton <see cref="IImageClassifier"/> (and <see cref="IServedImageClassifier"/>) that makes batches of concurrent requests
/// and follows its model's folder. A host loads and warms it up when it starts, and does not start where that fails. An
/// <see cref="IImageDecoder"/>, <see cref="ComponentRegistry"/>, <see cref="HubOptions"/> and <see cref="TimeProvider"/> among the services
/// are used, unless the options have others. Without <see cref="HubOptions"/> no request is made to the hub.
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
    /// <param name="configure">Changes the options that were read, such as the decoder and the components; null for no change.</param>
    public static IServiceCollection AddImageClassifier(
        this IServiceCollection services,
        IConfigurationSection section,
        Action<ImageClassifierOptions>? configure = null
    ) => Add(services, null, section, configure);

    /// <summary>Adds a classifier by the texts of class names, without training (<see cref="ZeroShotClassifier"/>).</summary>
    /// <param name="services">The services.</param>
    /// <param name="backbone">
    /// The CLIP model's folder or hub id. A repository of the hub is taken from its cache on this machine; it is downloaded only if
    /// <see cref="HubOptions"/> are among the services.
    /// </param>
    /// <param name="classNames">The classes.</param>
    public static IServiceCollection AddZeroShotClassifier(
        this IServiceCollection services,
        string backbone,
        params IEnumerable<string> classNames
    ) => services.AddImageClassifier(options => (options.Backbone, options.ClassNames) = (backbone, [.. classNames]));

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
    /// <param name="configure">Changes the options that were read, such as the decoder and the components; null for no change.</param>
    public static IServiceCollection AddKeyedImageClassifier(
        this IServiceCollection services,
        object key,
        IConfigurationSection section,
        Action<ImageClassifierOptions>? configure = null
    ) => Add(services, key, section, configure);

    /// <summary>Adds one of several classifiers by the texts of class names, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the classifier's options.</param>
    /// <param name="backbone">The CLIP model's folder or hub id.</param>
    /// <param name="classNames">The classes.</param>
    public static IServiceCollection AddKeyedZeroShotClassifier(
        this IServiceCollection services,
        object key,
        string backbone,
        params IEnumerable<string> classNames
    ) => services.AddKeyedImageClassifier(key, options => (options.Backbone, options.ClassNames) = (backbone, [.. classNames]));

    private static IServiceCollection Add(
        IServiceCollection services,
        object? key,
        IConfigurationSection section,
        Action<ImageClassifierOptions>? configure
    )
    {
        string name = OptionsName.Of(key);
        OptionsBuilder<ImageClassifierOptions> options = services.AddOptions<ImageClassifierOptions>(name);
        options.Configure(values => new RecipeConfigurationReader(section, name, typeof(ImageClassifierOptions)).Apply(values));
        if (configure is not null)
            options.Configure(configure);
        return Add(services, key, section.Path);
    }

    private static IServiceCollection Add(IServiceCollection services, object? key, string? path) =>
        ClassifierServices.Add<ImageClassifierOptions>(services, key, path, (provider, options, metrics, logger) =>
        {
            options = options with { Components = options.Components ?? provider.GetService<ComponentRegistry>() };
            return new FineTunedModelLoader(options, provider.GetService<HubOptions>(), metrics, logger);
        });
}
