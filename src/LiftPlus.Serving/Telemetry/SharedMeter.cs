using System.Diagnostics.Metrics;

namespace LiftPlus.Telemetry;

/// <summary>Provides the meter. The application's factory creates and owns it, if there is one.</summary>
internal static class SharedMeter
{
    /// <summary>Gets the bounds of a histogram of seconds; the default ones are made for milliseconds.</summary>
    public static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>Gets the bounds of a histogram of batch sizes.</summary>
    public static readonly InstrumentAdvice<int> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    };

    private static readonly Meter s_own = new(LiftPlusTelemetry.MeterName);

    public static Meter Get(IMeterFactory? factory) => factory?.Create(LiftPlusTelemetry.MeterName) ?? s_own;
}
