using System.Diagnostics;
using System.Reflection;
using LiftPlus.TestSupport;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Tests.Telemetry;

public sealed class TelemetryTests
{
    [Fact]
    public void ARun_MeasuresItsSteps_AndTracesItsParts()
    {
        using var folder = new TemporaryFolder();
        using var measurements = new Measurements("liftplus.training");
        List<Activity> activities = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == LiftPlusTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        LongTailFineTuner tuner = TestWorld.Builder().UseEpochs(2).UseCheckpoints(folder["run"]).Build();
        using (FineTunedModel model = tuner.Fit(TestWorld.Dataset(8, 8, 4), TestWorld.Dataset(1, 1, 1)))
            model.Predict(TestWorld.Png(0));

        Assert.Equal(40, measurements.Of("liftplus.training.images").Sum());
        Assert.Equal(6, measurements.Of("liftplus.training.step.duration").Length); // batches of 8
        Assert.All(measurements.Of("liftplus.training.step.duration"), seconds => Assert.True(seconds > 0));
        Assert.All(measurements.Of("liftplus.training.loss"), loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal("s", measurements.UnitOf("liftplus.training.step.duration"));

        Activity fit = Assert.Single(activities, activity => activity.OperationName == "fit");
        Assert.Equal(20, fit.GetTagItem("liftplus.images"));
        // Before and after a validation.
        foreach ((string part, int times) in new[] { ("epoch", 2), ("validate", 2), ("save checkpoint", 4) })
            Assert.Equal(times, activities.Count(activity => activity.OperationName == part && activity.ParentSpanId == fit.SpanId));
        Assert.Single(activities, activity => activity.OperationName == "predict batch");
    }

    // Whoever filters or counts events does it by number.
    [Fact]
    public void EventIds_AreUnique()
    {
        int[] ids =
        [
            .. typeof(LongTailFineTuner)
                .Assembly.GetTypes()
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
                .OfType<LoggerMessageAttribute>()
                .Select(message => message.EventId),
        ];
        Assert.True(ids.Length > 20);
        Assert.Distinct(ids);
    }
}
