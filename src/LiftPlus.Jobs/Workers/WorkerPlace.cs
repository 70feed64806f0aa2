using System.Globalization;

namespace LiftPlus.Workers;

/// <summary>Represents the number of a worker among all.</summary>
/// <param name="Index">The number, from 0.</param>
/// <param name="Count">The number of workers.</param>
internal sealed record WorkerPlace(int Index, int Count)
{
    /// <summary>Finds the number of this worker in its options or the environment; null if neither says it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="read">Reads a variable of the environment.</param>
    /// <exception cref="LiftPlusException">Variables are missing or do not fit together.</exception>
    public static WorkerPlace? Find(PredictionWorkerOptions options, Func<string, string?> read)
    {
        if (options is { Index: int index, Count: int count })
            return new WorkerPlace(index, count);
        if (Has("JOB_COMPLETION_INDEX"))
            return Checked(Number("JOB_COMPLETION_INDEX"), Number("JOB_COMPLETIONS"), "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS");
        if (Has("SLURM_ARRAY_TASK_ID"))
        {
            int step = Has("SLURM_ARRAY_TASK_STEP") ? Math.Max(Number("SLURM_ARRAY_TASK_STEP"), 1) : 1;
            int place = (Number("SLURM_ARRAY_TASK_ID") - Number("SLURM_ARRAY_TASK_MIN")) / step;
            int tasks = (Number("SLURM_ARRAY_TASK_MAX") - Number("SLURM_ARRAY_TASK_MIN")) / step + 1;
            if (tasks != Number("SLURM_ARRAY_TASK_COUNT"))
                throw new LiftPlusException(
                    $"The Slurm array has {Number("SLURM_ARRAY_TASK_COUNT")} tasks with gaps between their numbers, so that no worker would "
                        + "take the shards of the gaps. Submit the whole array; complete shards are passed over."
                );
            return Checked(place, tasks, "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT");
        }

        return Has("OMPI_COMM_WORLD_RANK")
            ? Checked(Number("OMPI_COMM_WORLD_RANK"), Number("OMPI_COMM_WORLD_SIZE"), "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")
            : null;

        bool Has(string name) => !string.IsNullOrWhiteSpace(read(name));

        int Number(string name) =>
            int.TryParse(read(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new LiftPlusException(
                    $"The environment variable {name} is '{read(name)}'; it must be a number for this worker to know its shards. Set it in "
                        + $"the manifest or script, or set {nameof(PredictionWorkerOptions)}.{nameof(PredictionWorkerOptions.Index)} and "
                        + $"{nameof(PredictionWorkerOptions.Count)}."
                );
    }

    private static WorkerPlace Checked(int index, int count, string indexName, string countName) =>
        index >= 0 && index < count
            ? new WorkerPlace(index, count)
            : throw new LiftPlusException(
                $"The environment variables say worker {index} of {count} ({indexName}, {countName}). Correct them."
            );
}
