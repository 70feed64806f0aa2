using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiftPlus.TestSupport;

namespace LiftPlus.Benchmarks;

/// <summary>Does the same work with Pillow and NumPy, in another process on one core.</summary>
internal sealed class PillowPeer
{
    private readonly string _python;
    private readonly string _script;
    private readonly int _size;

    private PillowPeer(string python, string script, int size) => (_python, _script, _size) = (python, script, size);

    /// <summary>Finds Python with Pillow and NumPy, and the script; returns null if one of them is missing. Says what was found.</summary>
    public static PillowPeer? Find(int size, out string found)
    {
        if (Repository.Shared("bench", "pillow_pipeline.py") is not string script)
        {
            found = "../shared/bench/pillow_pipeline.py is missing.";
            return null;
        }

        // The system's Python comes first: Debian's packages belong to it.
        foreach (string python in new[] { "/usr/bin/python3", "python3", "python" })
        {
            if (
                Run(python, ["-c", "import PIL, numpy; print('Pillow', PIL.__version__, 'and NumPy', numpy.__version__)"])
                is not string versions
            )
                continue;
            found = versions;
            return new PillowPeer(python, script, size);
        }

        found = "Python with Pillow and NumPy was not found. On Debian and Ubuntu: apt-get install python3-pil python3-numpy.";
        return null;
    }

    /// <summary>Measures images per second over the given number of images of the dataset.</summary>
    public double Rate(ImageDataset dataset, int count, bool draft)
    {
        string list = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(list, dataset.Select(image => $"{Path.GetFullPath(image.Name)} {image.Label}"));
            string[] options =
            [
                list,
                "--size",
                _size.ToString(CultureInfo.InvariantCulture),
                "--count",
                count.ToString(CultureInfo.InvariantCulture),
                "--repeat",
                "1",
            ];
            string line = Run(_python, [_script, .. options, .. draft ? ["--draft"] : (string[])[]])
                ?? throw new InvalidOperationException($"{_script} failed.");
            using JsonDocument figures = JsonDocument.Parse(line);
            return figures.RootElement.GetProperty("images_per_second").GetDouble();
        }
        finally
        {
            File.Delete(list);
        }
    }

    private static string? Run(string program, IEnumerable<string> arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // the program is not installed
        }
    }
}
