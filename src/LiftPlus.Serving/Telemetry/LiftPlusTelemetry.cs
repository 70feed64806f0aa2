using System.Diagnostics;

namespace LiftPlus;

/// <summary>
/// Names the sources of traces and metrics, which follow the conventions of OpenTelemetry. They cost next to nothing without a listener.
/// </summary>
public static class LiftPlusTelemetry
{
    /// <summary>
    /// The name of the activity source: <c>fit</c> with an <c>epoch</c>, <c>validate</c> and <c>save checkpoint</c> each inside it, and
    /// <c>predict batch</c>.
    /// </summary>
    public const string ActivitySourceName = "LiftPlus";

    /// <summary>
    /// The name of the meter. Training: <c>liftplus.training.images</c> ({image}), <c>liftplus.training.step.duration</c> (s),
    /// <c>liftplus.training.loss</c>. Serving: <c>liftplus.classifier.request.duration</c> (s, by <c>outcome</c>),
    /// <c>liftplus.classifier.batch.size</c> ({image}), <c>liftplus.classifier.batch.duration</c> (s),
    /// <c>liftplus.classifier.queue.length</c> ({image}), <c>liftplus.classifier.loads</c> ({load}, by <c>outcome</c>).
    /// </summary>
    public const string MeterName = "LiftPlus";

    internal static ActivitySource Activities { get; } = new(ActivitySourceName);

    internal static Activity? Start(string name) => Activities.StartActivity(name);
}
