using LiftPlus.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiftPlus.Tests.Serving;

public class HealthCheckTests
{
    [Theory]
    [InlineData(ClassifierHealth.Ready, HealthStatus.Healthy)]
    [InlineData(ClassifierHealth.Stale, HealthStatus.Degraded)]
    [InlineData(ClassifierHealth.Starting, HealthStatus.Unhealthy)]
    [InlineData(ClassifierHealth.Failed, HealthStatus.Unhealthy)]
    [InlineData(ClassifierHealth.Stopped, HealthStatus.Unhealthy)]
    public async Task AClassifier_IsAsHealthyAsItAnswers(ClassifierHealth health, HealthStatus expected)
    {
        const string Secret = "/srv/models/flowers/recipe.json is missing";
        var state = new ClassifierState(health, 3, DateTimeOffset.UnixEpoch, health == ClassifierHealth.Ready ? null : Secret);
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<IServedImageClassifier>(new Stub(new ClassifierState(ClassifierHealth.Ready, 1, null, null)));
        services.AddKeyedSingleton<IServedImageClassifier>("birds", new Stub(state));
        services.AddHealthChecks().AddImageClassifier().AddImageClassifier("birds", key: "birds", tags: ["ready"]);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        HealthReportEntry birds = report.Entries["birds"];
        Assert.Equal(HealthStatus.Healthy, report.Entries["image classifier"].Status);
        Assert.Equal(expected, birds.Status);
        Assert.DoesNotContain("/srv", birds.Description);
        Assert.Equal(state.Error, birds.Exception?.Message);
        Assert.Equal(3, birds.Data["loads"]);
        Assert.Equal(["ready"], birds.Tags);
    }

    private sealed class Stub(ClassifierState state) : IServedImageClassifier
    {
        public ClassifierState State => state;

        public IReadOnlyList<string> ClassNames => [];

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task ReloadAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public IAsyncEnumerable<Prediction> PredictEachAsync(
            IAsyncEnumerable<ImageSource> images,
            PredictionOptions? options = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();
    }
}
