using System.Diagnostics.CodeAnalysis;
using LiftPlus;
using LiftPlus.DependencyInjection;
using LiftPlus.Sessions;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts classifiers that ONNX Runtime computes into an application's services.</summary>
/// <remarks>
/// Each is a singleton <see cref="IImageClassifier"/> (and <see cref="IServedImageClassifier"/>) that makes batches of concurrent requests
/// and follows its file. A host loads and warms it up when it starts, and does not start where that fails. An <see cref="IImageDecoder"/>
/// and <see cref="TimeProvider"/> among the services are used, unless the options have others.
/// </remarks>
public static class OnnxImageClassifierServiceCollectionExtensions
{
    /// <summary>Adds a classifier.</summary>
    /// <param name="services">The services.</param>
    /// <param name="model">The file, as <c>OnnxExport.Save</c> writes it.</param>
    public static IServiceCollection AddOnnxImageClassifier(this IServiceCollection services, string model) =>
        services.AddOnnxImageClassifier(options => options.Model = model);

    /// <inheritdoc cref="AddOnnxImageClassifier(IServiceCollection, string)"/>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; at least <see cref="OnnxImageClassifierOptions.Model"/>.</param>
    public static IServiceCollection AddOnnxImageClassifier(
        this IServiceCollection services,
        Action<OnnxImageClassifierOptions> configure
    ) => Add(services, null, path: null, configure);

    /// <inheritdoc cref="AddOnnxImageClassifier(IServiceCollection, string)"/>
    /// <param name="services">The services.</param>
    /// <param name="section">The options; an unknown key is an error.</param>
    /// <param name="configure">Changes the options that were read; null for no change.</param>
    [RequiresUnreferencedCode(ConfigurationReader.Reflection)]
    [RequiresDynamicCode(ConfigurationReader.Reflection)]
    public static IServiceCollection AddOnnxImageClassifier(
        this IServiceCollection services,
        IConfigurationSection section,
        Action<OnnxImageClassifierOptions>? configure = null
    ) => Add(services, null, section, configure);

    /// <summary>Adds one of several classifiers, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the classifier's options.</param>
    /// <param name="configure">Sets the options; at least <see cref="OnnxImageClassifierOptions.Model"/>.</param>
    public static IServiceCollection AddKeyedOnnxImageClassifier(
        this IServiceCollection services,
        object key,
        Action<OnnxImageClassifierOptions> configure
    ) => Add(services, key, path: null, configure);

    /// <inheritdoc cref="AddKeyedOnnxImageClassifier(IServiceCollection, object, Action{OnnxImageClassifierOptions})"/>
    /// <param name="services">The services.</param>
    /// <param name="key">The key. Its text is the name of the classifier's options.</param>
    /// <param name="section">The options; an unknown key is an error.</param>
    /// <param name="configure">Changes the options that were read; null for no change.</param>
    [RequiresUnreferencedCode(ConfigurationReader.Reflection)]
    [RequiresDynamicCode(ConfigurationReader.Reflection)]
    public static IServiceCollection AddKeyedOnnxImageClassifier(
        this IServiceCollection services,
        object key,
        IConfigurationSection section,
        Action<OnnxImageClassifierOptions>? configure = null
    ) => Add(services, key, section, configure);

    [RequiresUnreferencedCode(ConfigurationReader.Reflection)]
    [RequiresDynamicCode(ConfigurationReader.Reflection)]
    private static IServiceCollection Add(
        IServiceCollection services,
        object? key,
        IConfigurationSection section,
        Action<OnnxImageClassifierOptions>? configure
    )
    {
        string name = OptionsName.Of(key);
        services
            .AddOptions<OnnxImageClassifierOptions>(name)
            .Configure(values => new ConfigurationReader(section, name, typeof(OnnxImageClassifierOptions)).Apply(values));
        return Add(services, key, section.Path, configure);
    }

    private static IServiceCollection Add(
        IServiceCollection services,
        object? key,
        string? path,
        Action<OnnxImageClassifierOptions>? configure
    )
    {
        if (configure is not null)
            services.AddOptions<OnnxImageClassifierOptions>(OptionsName.Of(key)).Configure(configure);
        return ClassifierServices.Add<OnnxImageClassifierOptions>(services, key, path, (_, values, metrics, logger) =>
            new OnnxModelLoader(values, metrics, logger)
        );
    }
}
