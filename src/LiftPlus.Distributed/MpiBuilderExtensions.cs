namespace LiftPlus;

/// <summary>Trains one model in several processes.</summary>
public static class MpiBuilderExtensions
{
    /// <summary>
    /// Trains in all processes that <c>mpirun</c> or <c>srun</c> has started. Each takes every n-th micro-batch of a step, so
    /// <see cref="TrainingOptions.AccumulationSteps"/> must be a multiple of their number. All get the model of one process, bit for bit at
    /// equal thread counts on the processor. Process 0 alone writes checkpoints, reports progress and logs; if a process is cancelled, all
    /// stop after the same step.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="library">
    /// The name or path of the MPI library; null for the one that belongs to the program that started the processes, or is installed.
    /// </param>
    public static LongTailFineTunerBuilder UseMpi(this LongTailFineTunerBuilder builder, string? library = null) =>
        builder.UseProcesses(() => Mpi.Join(library));
}
