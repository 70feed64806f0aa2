using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiftPlus.Serving;

/// <summary>Reports the state of a served classifier as a health check.</summary>
internal sealed class ClassifierHealthCheck(IServedImageClassifier classifier) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ClassifierState state = classifier.State;
        HealthStatus failure = context.Registration.FailureStatus;
        (HealthStatus status, string description) = state.Health switch
        {
            ClassifierHealth.Ready => (HealthStatus.Healthy, "The classifier answers."),
            ClassifierHealth.Stale => (HealthStatus.Degraded, "The new model cannot be loaded; the classifier answers with the old one."),
            ClassifierHealth.Starting => (failure, "The model is being loaded."),
            ClassifierHealth.Failed => (failure, "The model cannot be loaded."),
            _ => (failure, "The classifier has stopped."),
        };
        var data = new Dictionary<string, object> { ["loads"] = state.Loads };
        if (state.LoadedAt is DateTimeOffset loaded)
            data["loadedAt"] = loaded;
        Exception? error = state.Error is string message ? new LiftPlusException(message) : null;
        return Task.FromResult(new HealthCheckResult(status, description, error, data));
    }
}
