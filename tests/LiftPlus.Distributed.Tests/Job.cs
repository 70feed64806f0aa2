using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LiftPlus.TestSupport;

namespace LiftPlus.Distributed.Tests;

/// <summary>Runs the program of <c>tests/LiftPlus.DistributedProcess</c> in several processes that train together.</summary>
internal sealed class Job : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8); // only for a job that hangs

    private readonly List<Process> _processes = [];
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly string _folder;

    private Job(string folder) => _folder = folder;

    /// <summary>Gets what all processes have printed so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Starts the processes, which talk over sockets.</summary>
    public static Job OverSockets(int count, string folder, params IEnumerable<string> cases)
    {
        var job = new Job(folder);
        string socket = Path.Combine(Path.GetTempPath(), $"lp-{Guid.NewGuid():N}"[..12]);
        for (int rank = 0; rank < count; rank++)
            job.Start(Dotnet, [Worker, folder, .. cases], ("LIFTPLUS_TEST_GROUP", $"{socket} {rank} {count}"));
        return job;
    }

    /// <summary>Starts the processes by a program of an MPI implementation.</summary>
    public static Job OverMpi(MpiStarter starter, int count, string folder, params IEnumerable<string> cases)
    {
        var job = new Job(folder);
        job.Start(starter.Program, [.. starter.Arguments, "-n", $"{count}", Dotnet, Worker, folder, .. cases]);
        return job;
    }

    /// <summary>Waits for the end and returns whether all cases were trained.</summary>
    public bool Wait()
    {
        bool isDone = _processes.TrueForAll(process => process.WaitForExit(s_patience));
        Assert.True(isDone, $"The job hangs. It has printed: {string.Join(Environment.NewLine, _lines)}");
        return _processes.TrueForAll(process => process.ExitCode == 0);
    }

    /// <summary>Returns what a case ended with in a process.</summary>
    public string Outcome(string name, int rank = 0)
    {
        string file = Path.Combine(_folder, $"{name}.{rank}.txt");
        return File.Exists(file)
            ? File.ReadAllText(file)
            : throw new InvalidOperationException($"{file} is missing. The job has printed: {string.Join(Environment.NewLine, _lines)}");
    }

    /// <summary>Waits until process 0 has reported a step; returns false if the job ends before.</summary>
    public bool WaitForStep(int step)
    {
        while (!_processes[0].HasExited)
        {
            if (_lines.Any(line => line == $"step {step}"))
                return true;
            Thread.Sleep(5);
        }

        return false;
    }

    /// <summary>Ends one process at once, as a machine that is lost.</summary>
    public void Kill(int rank)
    {
        int id = int.Parse(File.ReadAllText(Path.Combine(_folder, $"{rank}.pid")), CultureInfo.InvariantCulture);
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }

    // The program whose runtime runs this test: RUNTIME/shared/Microsoft.NETCore.App/VERSION is below its folder.
    private static string Dotnet =>
        Path.GetFullPath(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")
        );

    private static string Worker => Path.Combine(AppContext.BaseDirectory, "LiftPlus.DistributedProcess.dll");

    private void Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1"; // the same in all
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}
