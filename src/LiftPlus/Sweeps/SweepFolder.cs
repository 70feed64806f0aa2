using System.Text;
using LiftPlus.Files;

namespace LiftPlus.Sweeps;

/// <summary>
/// Keeps the results of finished runs: in memory, and in a folder that several processes may share. There a run has <c>KEY.json</c> with
/// its report or <c>KEY.failure.txt</c>, each written whole; before that <c>KEY</c> with checkpoints, and <c>KEY.lock</c>, which the
/// process that trains it holds open.
/// </summary>
internal sealed class SweepFolder
{
    private const string Probe = "sweep";
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
            using Stray probe = Stray.New(Path.Combine(_folder, Probe));
            using (Stream stream = Disk.Current.Open(probe.Path, FileMode.CreateNew))
                stream.WriteByte(0);
            Strays.Sweep(Path.Combine(_folder, Probe));
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
        catch (IOException) when (File.Exists(Locked(key)) || Find(key) is not null)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"{Locked(key)} cannot be written ({e.Message}). Check the folder, its permissions and the free space.",
                e
            );
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
        Clean(key);
    }

    private RunResult? Read(string key)
    {
        if (_folder is null)
            return null;
        string file = File.Exists(Finished(key)) ? Finished(key) : Failed(key);
        if (!File.Exists(file))
            return null;
        Clean(key); // a process may have been killed before it did so
        try
        {
            string text = Encoding.UTF8.GetString(RegularFile.ReadBytes(file, MostBytes));
            return file == Finished(key) ? new RunResult(EvaluationReport.FromJson(text), null) : new RunResult(null, text);
        }
        catch (Exception e) when (e is LiftPlusException or IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{file} cannot be read: {e.Message} Delete it to repeat this run.", e);
        }
    }

    private void Clean(string key)
    {
        Strays.TryDelete(Checkpoints(key)!);
        Strays.TryDelete(Locked(key)); // where a file in use can be deleted
    }

    private string Finished(string key) => Path.Combine(_folder!, $"{key}.json");

    private string Failed(string key) => Path.Combine(_folder!, $"{key}.failure.txt");

    private string Locked(string key) => Path.Combine(_folder!, $"{key}.lock");
}
