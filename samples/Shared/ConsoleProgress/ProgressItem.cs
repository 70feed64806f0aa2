using System.Globalization;
using Spectre.Console;

namespace LiftPlus.Samples;

/// <summary>Represents one progress bar, or the lines in place of it.</summary>
public sealed class ProgressItem
{
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(10);

    private readonly string _title;
    private readonly string _unit;
    private readonly ProgressTask? _bar;
    private readonly TextWriter? _lines;
    private readonly TimeProvider _time;
    private readonly long _start;
    private TimeSpan _nextLine = s_lineEvery;

    internal ProgressItem(string title, string unit, ProgressTask? bar, TextWriter? lines, TimeProvider time)
    {
        (_title, _unit, _bar, _lines, _time) = (title, unit, bar, lines, time);
        _start = time.GetTimestamp();
    }

    /// <summary>Gets whether the work is done.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Reports the progress of the work.</summary>
    /// <param name="done">The units that are done.</param>
    /// <param name="total">The total number of units.</param>
    /// <param name="note">More to show, such as the loss or the epoch.</param>
    public void Report(double done, double total, string note = "")
    {
        if (IsDone || total <= 0)
            return;
        TimeSpan elapsed = _time.GetElapsedTime(_start);
        double rate = done / Math.Max(elapsed.TotalSeconds, 1e-3);
        IsDone = done >= total;
        string words =
            $"{Number(rate)} {_unit}/s, "
            + (IsDone ? $"done in {Time(elapsed)}" : $"{Time(TimeSpan.FromSeconds(rate > 0 ? (total - done) / rate : 0))} left")
            + (note.Length > 0 ? $", {note}" : "");
        if (_bar is not null)
        {
            _bar.Description = Markup.Escape($"{_title}: {words}");
            _bar.Value = 100 * done / total;
        }
        else if (IsDone || elapsed >= _nextLine)
        {
            _lines!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_title}: {100 * done / total:0} %, {words}"));
            _nextLine = elapsed + s_lineEvery;
        }
    }

    /// <summary>Returns a receiver for the progress of an evaluation.</summary>
    /// <param name="images">The number of images.</param>
    public IProgress<EvaluationProgress> Evaluation(int images) =>
        new Relay<EvaluationProgress>(value => Report((double)images * value.Done / value.Total, images));

    /// <summary>Returns a receiver for the progress of a dataset check.</summary>
    public IProgress<DatasetCheckProgress> Check() => new Relay<DatasetCheckProgress>(value => Report(value.Done, value.Total));

    /// <summary>Returns a receiver for the progress of a download.</summary>
    public IProgress<DownloadProgress> Download() =>
        new Relay<DownloadProgress>(value => Report(value.Done / 1e6, (value.Total ?? value.Done) / 1e6));

    /// <summary>Returns a receiver for progress in percent.</summary>
    public IProgress<double> Percent() => new Relay<double>(value => Report(value, 100));

    private static string Number(double value) => value.ToString(value < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) =>
        time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    private sealed class Relay<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
