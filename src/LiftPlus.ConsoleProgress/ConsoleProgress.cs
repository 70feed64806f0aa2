using LiftPlus.Display;
using Spectre.Console;
using static System.FormattableString;

namespace LiftPlus;

/// <summary>
/// Shows the progress of training, sweeps, evaluations, image checks and downloads on a console. A terminal shows bars with rate and
/// remaining time. A redirected output gets lines, at most one every ten seconds. In both cases one line stays for each finished phase and
/// each validation. Pass it as <c>progress</c>, and dispose it before the program writes its results. Thread-safe.
/// </summary>
public sealed class ConsoleProgress
    : IProgress<TrainingProgress>,
        IProgress<EvaluationProgress>,
        IProgress<DatasetCheckProgress>,
        IProgress<DownloadProgress>,
        IProgress<HubProgress>,
        IProgress<SweepProgress>,
        IDisposable
{
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly PhaseClock _clock;
    private IDisplay? _display;
    private bool _isClosed;

    /// <summary>Creates the progress of one or more runs, which follow each other.</summary>
    /// <param name="console">The console; null for the standard output.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public ConsoleProgress(IAnsiConsole? console = null, TimeProvider? time = null)
    {
        _console = console ?? AnsiConsole.Console;
        _time = time ?? TimeProvider.System;
        _clock = new PhaseClock(_time);
    }

    /// <summary>Gets or sets the name of the run, which precedes every line. A sweep sets it to the candidate and the repeat.</summary>
    /// <value>The default is empty: lines begin with the phase.</value>
    public string Title { get; set; } = "";

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Validation is not null)
            Use(display => display.Write(Titled(value.ToString())));
        else
            Show(() => StepOf(value));
    }

    /// <inheritdoc/>
    public void Report(EvaluationProgress value) => Show(() => Step.Count("Evaluating", value.Done, value.Total, "batches", _clock));

    /// <inheritdoc/>
    public void Report(DatasetCheckProgress value) => Show(() => Step.Count("Checking", value.Done, value.Total, "images", _clock));

    /// <inheritdoc/>
    public void Report(DownloadProgress value) => Show(() => Step.Bytes($"Downloading {value.File}", value.Done, value.Total, _clock));

    /// <inheritdoc/>
    public void Report(HubProgress value) => Show(() => Step.Bytes($"Downloading {value.Repository}", value.Done, value.Total, _clock));

    /// <inheritdoc/>
    public void Report(SweepProgress value)
    {
        Title = Invariant($"{value.Candidate}, repeat {value.Repeat}");
        if (value.Training is TrainingProgress training)
            Report(training);
        else
            Use(display => display.Write(value.ToString()));
    }

    /// <summary>Reports any work that is counted.</summary>
    /// <param name="phase">The name of the work.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="unit">The unit, in the plural.</param>
    /// <param name="note">What else to show; null for nothing.</param>
    internal void Report(string phase, double done, double total, string unit, string? note = null) =>
        Show(() => Step.Count(phase, done, total, unit, _clock, note));

    /// <summary>Removes the bars, and writes the last line of a phase that did not end. Later reports are ignored.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_display is not null)
                Use(display => display.Dispose());
            _isClosed = true;
        }
    }

    private void Show(Func<Step> create) =>
        Use(display =>
        {
            Step step = create();
            if (step.Total > 0)
                display.Show(step with { Line = Titled(step.Line), Note = Titled(step.Note) });
        });

    // The display is opened by the first report, so that a run that fails before it leaves the console alone.
    private void Use(Action<IDisplay> use)
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            try
            {
                use(_display ??= DisplayFactory.Create(_console, _time));
            }
            catch (IOException) // the console is closed; a run is worth more than its progress
            {
                _isClosed = true;
            }
        }
    }

    private Step StepOf(TrainingProgress value)
    {
        if (value.Phase == TrainingPhase.Training)
            return new Step("Training", value.Done, value.Total) { Line = value.ToString(), Note = Note(value) };
        if (value.Phase == TrainingPhase.Downloading)
            return Step.Bytes("Downloading", value.Done, value.Total, _clock);
        string unit = value.Phase switch
        {
            TrainingPhase.Checking => "images",
            TrainingPhase.Preparing => "steps",
            _ => "batches",
        };
        return Step.Count(value.Phase.ToString(), value.Done, value.Total, unit, _clock) with
        {
            Line = value.ToString(),
            Stays = value.Phase != TrainingPhase.Validating, // its result stays
        };
    }

    private static string Note(TrainingProgress value)
    {
        string rate = value.ImagesPerSecond.ToString(value.ImagesPerSecond < 10 ? "F1" : "F0", DisplayText.Culture);
        return Invariant(
            $"Training {value.Epoch}/{value.Epochs}: loss {value.Loss:G4}, {rate} images/s, {DisplayText.Time(value.Remaining)} left"
        );
    }

    private string Titled(string text) => Title.Length > 0 ? $"{Title}: {text}" : text;
}
