using System.Globalization;
using System.Text.RegularExpressions;
using LiftPlus.Files;
using LiftPlus.Processes;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LiftPlus.Runs;

/// <summary>
/// Represents the checkpoint folder of one run: <c>checkpoint-000000123.safetensors</c> for the last steps that were kept, and a
/// lock that ends with the process. A file has its name only when it is complete, and older files are deleted only
/// after that.
/// </summary>
internal sealed partial class CheckpointFolder : IDisposable
{
    private const string LockFile = "run.lock";

    private readonly string _folder;
    private readonly CheckpointOptions _options;
    private readonly ILogger _logger;
    private readonly IProcessGroup _processes;
    private readonly Stream? _lock;

    /// <summary>Locks the folder for a run, and removes what a crashed run left unfinished. Process 0 does this for all.</summary>
    /// <exception cref="LiftPlusException">Another run trains there, or the folder cannot be written.</exception>
    public CheckpointFolder(string folder, CheckpointOptions options, ILogger logger, IProcessGroup? processes = null)
    {
        (_folder, _options, _logger) = (Path.GetFullPath(folder), options, logger);
        _processes = processes ?? SingleProcess.Instance;
        _lock = _processes.IsFirst ? Lock() : null;
    }

    public CheckpointOptions Options => _options;

    /// <summary>Gets the path of the newest checkpoint; null if there are none.</summary>
    public string? Newest => Files(_folder).FirstOrDefault();

    /// <exception cref="LiftPlusException">The folder has checkpoints.</exception>
    public void RefuseUnlessEmpty()
    {
        if (_processes.IsFirst && Newest is string newest)
            throw new LiftPlusException(
                $"{newest} is the checkpoint of another run. Call Resume to continue that run, "
                    + "or choose an empty folder in UseCheckpoints for a new one."
            );
    }

    /// <summary>Opens the newest checkpoint that is intact, the same in every process; returns null if there are none.</summary>
    /// <exception cref="LiftPlusException">There are checkpoints, but none can be read; the message says why for each.</exception>
    public TrainingCheckpoint? OpenNewest()
    {
        TrainingCheckpoint? checkpoint = _processes.IsFirst ? OpenIntact() : null;
        string? path = _processes.FromFirst(checkpoint?.Path);
        if (_processes.IsFirst || path is null)
            return checkpoint;
        return File.Exists(path)
            ? TrainingCheckpoint.Open(path)
            : throw new LiftPlusException(
                $"Process 0 goes on from {path}, and process {_processes.Rank} on {Environment.MachineName} does not find that file. "
                    + "Give UseCheckpoints a folder on storage that all machines share, under the same path."
            );
    }

    private TrainingCheckpoint? OpenIntact()
    {
        TrainingCheckpoint? checkpoint = ReadNewest(_folder, out IReadOnlyList<(string File, string Reason)> unreadable);
        foreach ((string damaged, string reason) in unreadable) // or it would count as the newest for ever
        {
            RunLog.CheckpointUnreadable(_logger, damaged, reason);
            Disk.Current.MoveFile(damaged, damaged + ".damaged");
        }

        return checkpoint;
    }

    /// <summary>
    /// Opens the newest checkpoint of a folder that is intact, and changes nothing; returns null if there are none. A run may be writing
    /// there.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="unreadable">Receives the newer files, which cannot be read, and why.</param>
    /// <exception cref="LiftPlusException">There are checkpoints, but none can be read; the message says why for each.</exception>
    public static TrainingCheckpoint? ReadNewest(string folder, out IReadOnlyList<(string File, string Reason)> unreadable)
    {
        List<(string File, string Reason)> failed = [];
        unreadable = failed;
        while (Files(folder).FirstOrDefault(file => failed.TrueForAll(known => known.File != file)) is string file)
        {
            try
            {
                return TrainingCheckpoint.Open(file);
            }
            catch (LiftPlusException e)
            {
                failed.Add((file, e.Message)); // a run may have replaced it by a newer one meanwhile
            }
        }

        return failed.Count == 0
            ? null
            : throw new LiftPlusException(
                $"None of the checkpoints in {folder} can be read:"
                    + string.Concat(failed.Select(entry => $"{Environment.NewLine}  {entry.Reason}"))
                    + $"{Environment.NewLine}Delete them to start over."
            );
    }

    /// <summary>Writes a checkpoint and returns its path.</summary>
    /// <exception cref="LiftPlusException">The file cannot be written. Earlier checkpoints stay.</exception>
    public string Save(RunIdentity run, TrainingState state, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        string file = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{state.Step:D9}.safetensors"));
        TrainingCheckpoint.Write(file, run, state, tensors);
        foreach (string old in Files(_folder).Skip(_options.Keep))
            Strays.TryDelete(old); // or after the next checkpoint
        RunLog.CheckpointSaved(_logger, file);
        return file;
    }

    public void Dispose() => _lock?.Dispose();

    private Stream Lock()
    {
        Stream? locked = null;
        try
        {
            Disk disk = Disk.Current;
            disk.CreateFolder(_folder);
            using (Stray probe = Stray.New(Path.Combine(_folder, LockFile))) // what cannot be written at all is known now
            using (Stream stream = disk.Open(probe.Path, FileMode.CreateNew))
                stream.WriteByte(0);
            locked = disk.Open(Path.Combine(_folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite);
            Strays.Repair(_folder, name => name == LockFile || Whole().IsMatch(name));
            return locked;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            locked?.Dispose();
            throw new LiftPlusException(
                $"{_folder} cannot be used for checkpoints ({e.Message}). Another run may be writing there; "
                    + "otherwise check the path and its permissions.",
                e
            );
        }
    }

    // Newest first.
    private static IEnumerable<string> Files(string folder) =>
        FolderReader.Files(folder).Where(file => Whole().IsMatch(Path.GetFileName(file))).OrderDescending(StringComparer.Ordinal);

    [GeneratedRegex(@"^checkpoint-[0-9]{9,}\.safetensors$")]
    private static partial Regex Whole();
}
