using LiftPlus.Files;

namespace LiftPlus.Sweeps;

/// <summary>
/// Keeps the results of finished runs: in memory, and in a folder that several processes may share. There a run has <c>KEY.json</c> with
/// its report or <c>KEY.failure.txt</c>, each written whole; before that <c>KEY</c> with checkpoints, and <c>KEY.lock</c>, which the
/// process that trains it holds open.
/// </summary>
internal sealed class SweepFolder
{
    private const long MostBytes = 1L << 30;

    private readonly string? _folder;
    private readonly Dictionary<string, RunResult> _results = [];

    /// <param name="folder">The folder, created if it is missing; null to keep results in memory only.</param>
    /// <exception cref="LiftPlusException">The folder cannot be written.</exception>
    public SweepFolder(string? folder)
    {
        if (folder is null)
            return;
        _folder = Path.GetFullPath(folder);
        try
        {
            Disk.Current.CreateFolder(_folder);
            using Stray probe = Stray.New(Path.Combine(_folder, "sweep"));
            using Stream stream = Disk.Current.Open(probe.Path, FileMode.CreateNew);
            stream.WriteByte(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{_folder} cannot be used for a sweep ({e.Message}). Check the path and its permissions.", e);
        }
    }

    /// <summary>Returns the folder for the checkpoints of a run; null without a folder.</summary>
    public string? Checkpoints(string key) => _folder is null ? null : Path.Combine(_folder, key);

    /// <summary>Returns the result of a run; null if it is not finished.</summary>
    /// <exception cref="LiftPlusException">The file of the result is damaged.</exception>
    public RunResult? Find(string key)
    {
        if (!_results.TryGetValue(key, out RunResult? result) && (result = Read(key)) is not null)
            _results.Add(key, result);
        return result;
    }

    /// <summary>Takes a run for this process; returns null if another process has it. Ask for the result again afterwards.</summary>
    public IDisposable? TryTake(string key)
    {
        if (_folder is null)
            return Stream.Null;
        try
        {
            return Disk.Current.Open(Locked(key), FileMode.OpenOrCreate, FileAccess.ReadWrite);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LiftPlusException($"{Locked(key)} cannot be written ({e.Message}). Check its permissions.", e);
        }
    }

    /// <summary>Keeps the result of a run that this process has taken, and removes its checkpoints.</summary>
    /// <exception cref="LiftPlusException">The result cannot be written.</exception>
    public void Keep(string key, RunResult result)
    {
        _results[key] = result;
        if (_folder is null)
            return;
        if (result.Report is EvaluationReport report)
            WholeFile.WriteText(Finished(key), (report with { Recipe = null }).ToJson()); // it may have components of the caller
        else
            WholeFile.WriteText(Failed(key), result.Failure!);
        Strays.TryDelete(Checkpoints(key)!);
        Strays.TryDelete(Locked(key)); // where a file in use can be deleted
    }

    private RunResult? Read(string key)
    {
        if (_folder is null)
            return null;
        try
        {
            if (File.Exists(Finished(key)))
                return new RunResult(EvaluationReport.FromJson(Text(Finished(key))), null);
            return File.Exists(Failed(key)) ? new RunResult(null, Text(Failed(key))) : null;
        }
        catch (Exception e) when (e is LiftPlusException or IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{Finished(key)} cannot be read: {e.Message} Delete it to repeat this run.", e);
        }
    }

    private static string Text(string file) => System.Text.Encoding.UTF8.GetString(RegularFile.ReadBytes(file, MostBytes));

    private string Finished(string key) => Path.Combine(_folder!, $"{key}.json");

    private string Failed(string key) => Path.Combine(_folder!, $"{key}.failure.txt");

    private string Locked(string key) => Path.Combine(_folder!, $"{key}.lock");
}
