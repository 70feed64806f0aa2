using System.Diagnostics;
using LiftPlus.Fuzz.Doors;

namespace LiftPlus.Fuzz;

/// <summary>Runs workers one after another. When one dies or hangs, the next begins after the input that it died of.</summary>
internal static class Supervisor
{
    private const double MostProcessorSeconds = 10,
        MostSeconds = 120; // of a machine that is busy otherwise
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    /// <returns>0 if there were no findings, otherwise 1.</returns>
    public static int Run(FuzzOptions options)
    {
        string memory = "/dev/shm",
            folder =
                options.Folder
                ?? (
                    Directory.Exists(memory)
                        ? Directory.CreateDirectory(Path.Combine(memory, $"liftplus-fuzz-{Environment.ProcessId}")).FullName
                        : Directory.CreateTempSubdirectory("liftplus-fuzz-").FullName
                );
        var report = new FuzzReport();
        var clock = Stopwatch.StartNew();
        long end = options.Inputs == long.MaxValue ? long.MaxValue : options.From + options.Inputs,
            next = options.From;
        try
        {
            while (next < end && clock.Elapsed.TotalMinutes < options.Minutes)
            {
                string[] arguments =
                [
                    "worker",
                    .. options.ToArguments(next, end == long.MaxValue ? long.MaxValue : end - next, folder),
                    .. double.IsInfinity(options.Minutes)
                        ? Array.Empty<string>()
                        :
                        [
                            "--minutes",
                            (options.Minutes - clock.Elapsed.TotalMinutes).ToString(System.Globalization.CultureInfo.InvariantCulture),
                        ],
                ];
                if (RunWorker(arguments, folder, report) is not long died)
                    break;
                next = died + 1;
            }
        }
        finally
        {
            if (options.Folder is null)
                Directory.Delete(folder, recursive: true);
        }

        report.Print(options.Seed, clock.Elapsed);
        return report.HasFindings ? 1 : 0;
    }

    // Returns the number of the input that ended the worker; null if it came to its end.
    private static long? RunWorker(string[] arguments, string folder, FuzzReport report)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            state = Path.Combine(folder, Worker.StateFile);
        File.WriteAllBytes(state, BitConverter.GetBytes(-2L));
        var start = new ProcessStartInfo(dotnet, [typeof(Supervisor).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = $"{ProcessLimits.MostMemory:x}";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        var errors = new List<string>();
        process.OutputDataReceived += (_, line) => report.Add(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                if (line.Data is not null && errors.Count < 20)
                    errors.Add(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool hangs = Watch(process, state);
        if (hangs)
            process.Kill();
        process.WaitForExit();
        long number = BitConverter.ToInt64(File.ReadAllBytes(state));
        if (!hangs && process.ExitCode == 0)
            return null;
        if (number < 0)
            throw new InvalidOperationException($"The worker cannot begin: {string.Join(Environment.NewLine, errors)}");
        string reason = hangs ? "hang: more than 10 s" : $"death: exit code {process.ExitCode} {string.Join(" | ", errors.Take(4))}";
        report.Add($"finding\t{number}\t{DoorTable.NameOf(number)}\t{reason}");
        return number;
    }

    // Waits for the end of the process; returns true if one input takes too long.
    private static bool Watch(Process process, string state)
    {
        long input = -2;
        double since = 0;
        var clock = Stopwatch.StartNew();
        while (!process.WaitForExit(s_look))
        {
            long present = BitConverter.ToInt64(File.ReadAllBytes(state));
            double now = ProcessLimits.ProcessorSeconds(process);
            if (present != input)
            {
                (input, since) = (present, now);
                clock.Restart();
            }
            else if (input >= 0 && (now - since > MostProcessorSeconds || clock.Elapsed.TotalSeconds > MostSeconds))
            {
                return true;
            }
        }

        return false;
    }
}
