using System.Text.Json;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Executes a run for each line of input, in the worker process.</summary>
internal static class WorkerLoop
{
    public static void Run(IReadOnlyList<World> worlds, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        var executor = new RunExecutor(worlds);
        while (input.ReadLine() is string line)
        {
            WorkerMessage last;
            try
            {
                last = new WorkerMessage(
                    Result: executor.Execute(JsonSerializer.Deserialize<PlannedRun>(line)!, new ProgressLines(output), cancellationToken)
                );
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                last = new WorkerMessage(Error: e is LiftPlusException ? e.Message : e.ToString());
            }

            Send(output, last);
        }
    }

    private static void Send(TextWriter output, WorkerMessage message)
    {
        output.WriteLine(JsonSerializer.Serialize(message));
        output.Flush();
    }

    // Writes a line for every percent.
    private sealed class ProgressLines(TextWriter output) : IProgress<double>
    {
        private double _last;

        public void Report(double value)
        {
            if (value < _last + 0.01)
                return;
            _last = value;
            Send(output, new WorkerMessage(Progress: value));
        }
    }
}
