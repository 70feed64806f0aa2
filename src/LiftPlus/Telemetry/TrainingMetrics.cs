using System.Diagnostics.Metrics;

namespace LiftPlus.Telemetry;

/// <summary>Records the metrics of training.</summary>
internal sealed class TrainingMetrics
{
    private readonly Counter<long> _images;
    private readonly Histogram<double> _stepDuration;
    private readonly Gauge<double> _loss;

    /// <param name="factory">The application's factory, which owns the meter; null for the library's own meter.</param>
    public TrainingMetrics(IMeterFactory? factory)
    {
        Meter meter = SharedMeter.Get(factory);
        _images = meter.CreateCounter<long>("liftplus.training.images", "{image}", "Images that were trained on; its rate is the speed.");
        _stepDuration = meter.CreateHistogram(
            "liftplus.training.step.duration",
            "s",
            "Time from one optimiser step to the next, waiting for images included.",
            null,
            SharedMeter.Seconds
        );
        _loss = meter.CreateGauge<double>("liftplus.training.loss", "1", "Mean loss of the last step's images.");
    }

    public static TrainingMetrics Default { get; } = new(null);

    public void RecordStep(int images, TimeSpan duration, double loss)
    {
        _images.Add(images);
        _stepDuration.Record(duration.TotalSeconds);
        _loss.Record(loss);
    }
}
