using System.Diagnostics.Metrics;

namespace LiftPlus.Telemetry;

/// <summary>The meter: the application's own factory makes and owns it where there is one.</summary>
internal static class SharedMeter
{
    private static readonly Meter s_own = new(LiftPlusTelemetry.MeterName);

    public static Meter Of(IMeterFactory? factory) => factory?.Create(LiftPlusTelemetry.MeterName) ?? s_own;
}
