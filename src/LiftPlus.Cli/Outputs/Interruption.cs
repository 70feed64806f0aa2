using System.Runtime.InteropServices;

namespace LiftPlus.Cli.Outputs;

/// <summary>Cancels the command on the first Ctrl+C or termination signal, and lets the second one end the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly ToolConsole _console;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public Interruption(ToolConsole console)
    {
        _console = console;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    /// <summary>Gets the token that the first signal cancels.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            _console.RestoreCursor();
            return; // the process ends
        }

        context.Cancel = true;
        _console.Log("Stopping. Press Ctrl+C again to end at once.");
        _source.Cancel();
    }
}
