using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Starts this program as a worker process with one compute thread; a second thread does not make TinyClip faster.</summary>
internal sealed class ProcessWorker : IRunWorker
{
    private const int MaxErrorLines = 20;

    private readonly Process _process;
    private readonly Queue<string> _errors = [];

    /// <param name="data">The path of the photographs.</param>
    /// <param name="imageSize">The side of the photographs in pixels that the network sees.</param>
    /// <param name="output">The folder for results, which contains the foundations.</param>
    public ProcessWorker(string data, int imageSize, string output)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1", ["MKL_NUM_THREADS"] = "1" },
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        foreach (string argument in (string[])["worker", "--data", data, "--image-size", $"{imageSize}", "--output", output])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <inheritdoc/>
    public async Task<RunResult> ExecuteAsync(PlannedRun run, IProgress<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(run).AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            throw await DiedAsync(cancellationToken);
        }

        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is string line)
        {
            if (!line.StartsWith('{')) // skip output of native code
                continue;
            WorkerMessage message = Read(line);
            if (message.Result is not null)
                return message.Result;
            if (message.Error is not null)
                throw new RunFailedException(message.Error, workerDied: false);
            progress.Report(message.Progress ?? 0);
        }

        throw await DiedAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // The process has already ended.
        }

        _process.Dispose();
    }

    private static WorkerMessage Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<WorkerMessage>(line)!;
        }
        catch (JsonException e)
        {
            throw new RunFailedException($"The worker sent an unreadable message: {e.Message}", workerDied: true);
        }
    }

    private async Task<RunFailedException> DiedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        lock (_errors)
            return new RunFailedException(
                $"The worker ended with exit code {_process.ExitCode}. {string.Join('\n', _errors)}".Trim(),
                workerDied: true
            );
    }

    private void Remember(string? line)
    {
        if (string.IsNullOrEmpty(line))
            return;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > MaxErrorLines)
                _errors.Dequeue();
        }
    }
}
