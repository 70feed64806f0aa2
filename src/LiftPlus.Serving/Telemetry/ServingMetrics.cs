using System.Diagnostics.Metrics;

namespace LiftPlus.Telemetry;

/// <summary>Records the metrics of serving. The tag <c>liftplus.classifier.name</c> distinguishes keyed classifiers.</summary>
internal sealed class ServingMetrics
{
    private readonly Histogram<double> _requestDuration;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _batchDuration;
    private readonly UpDownCounter<int> _queueLength;
    private readonly Counter<long> _loads;
    private readonly KeyValuePair<string, object?> _name;

    /// <param name="factory">The application's factory, which owns the meter; null for the library's own meter.</param>
    /// <param name="name">The classifier's key; empty for the one without a key.</param>
    public ServingMetrics(IMeterFactory? factory, string name)
    {
        Meter meter = SharedMeter.Get(factory);
        _name = new("liftplus.classifier.name", name);
        _requestDuration = meter.CreateHistogram(
            "liftplus.classifier.request.duration",
            "s",
            "Time from an image's arrival to its prediction.",
            null,
            SharedMeter.Seconds
        );
        _batchSize = meter.CreateHistogram(
            "liftplus.classifier.batch.size",
            "{image}",
            "Images that went through the model together.",
            null,
            SharedMeter.Sizes
        );
        _batchDuration = meter.CreateHistogram(
            "liftplus.classifier.batch.duration",
            "s",
            "Time of a batch in the model.",
            null,
            SharedMeter.Seconds
        );
        _queueLength = meter.CreateUpDownCounter<int>(
            "liftplus.classifier.queue.length",
            "{image}",
            "Images that were let in and have no prediction yet."
        );
        _loads = meter.CreateCounter<long>("liftplus.classifier.loads", "{load}", "Models that were loaded, or could not be.");
    }

    /// <param name="duration">The time from arrival to end.</param>
    /// <param name="outcome">"predicted", "unreadable", "rejected", "cancelled" or "failed".</param>
    public void Request(TimeSpan duration, string outcome) => _requestDuration.Record(duration.TotalSeconds, _name, Outcome(outcome));

    public void Batch(int size, TimeSpan duration)
    {
        _batchSize.Record(size, _name);
        _batchDuration.Record(duration.TotalSeconds, _name);
    }

    public void Queue(int change) => _queueLength.Add(change, _name);

    public void Load(bool succeeded) => _loads.Add(1, _name, Outcome(succeeded ? "loaded" : "failed"));

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
