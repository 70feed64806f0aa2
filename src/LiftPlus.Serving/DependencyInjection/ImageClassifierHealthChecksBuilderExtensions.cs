using LiftPlus;
using LiftPlus.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds classifiers to an application's health checks.</summary>
public static class ImageClassifierHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a classifier: healthy when it answers, degraded when it answers with an old model because the new one cannot be
    /// loaded, unhealthy otherwise. The description never names files; the exception, which the host logs, says what is wrong.
    /// </summary>
    /// <param name="builder">The health checks: <c>services.AddHealthChecks()</c>.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="key">The key of the classifier; null for the one without a key.</param>
    /// <param name="tags">Tags to select checks by, such as "ready".</param>
    public static IHealthChecksBuilder AddImageClassifier(
        this IHealthChecksBuilder builder,
        string name = "image classifier",
        object? key = null,
        IEnumerable<string>? tags = null
    ) =>
        builder.Add(
            new HealthCheckRegistration(
                name,
                provider => new ClassifierHealthCheck(
                    key is null
                        ? provider.GetRequiredService<IServedImageClassifier>()
                        : provider.GetRequiredKeyedService<IServedImageClassifier>(key)
                ),
                failureStatus: null,
                tags
            )
        );
}
