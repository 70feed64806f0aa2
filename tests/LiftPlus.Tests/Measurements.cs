using System.Diagnostics.Metrics;

namespace LiftPlus.Tests;

/// <summary>Collects what the library's meter measures, by instrument.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(Instrument Instrument, double Value)> _values = [];

    /// <param name="prefix">Which instruments.</param>
    public Measurements(string prefix)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LiftPlusTelemetry.MeterName && instrument.Name.StartsWith(prefix, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        _listener.Start();
    }

    public double[] Of(string instrument)
    {
        lock (_values)
            return [.. _values.Where(entry => entry.Instrument.Name == instrument).Select(entry => entry.Value)];
    }

    public string? UnitOf(string instrument)
    {
        lock (_values)
            return _values.First(entry => entry.Instrument.Name == instrument).Instrument.Unit;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value)
    {
        lock (_values)
            _values.Add((instrument, value));
    }
}
