namespace LiftPlus.Training;

/// <summary>Recognizes that memory ran out in a step, and names a setting that needs less.</summary>
internal static class OutOfMemory
{
    // What libtorch's allocators say: "CUDA out of memory", "DefaultCPUAllocator: can't allocate memory" (or "not enough memory").
    public static bool Is(Exception e) =>
        e is OutOfMemoryException
        || e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("DefaultCPUAllocator", StringComparison.Ordinal);

    /// <summary>
    /// Creates an exception that names the next setting to try: activations take most of the memory and grow with the micro-batch.
    /// </summary>
    public static LiftPlusException Explain(TrainingOptions training, int images, Exception e)
    {
        int? steps = NextAccumulation(training.BatchSize, training.AccumulationSteps);
        string advice = steps is int more
            ? $"Set Training.AccumulationSteps to {more} (now {training.AccumulationSteps}): "
                + $"{training.BatchSize / more} images at a time take about "
                + $"{100.0 * training.AccumulationSteps / more:F0} % of the memory for activations, and the steps stay the same."
            : $"One image at a time is too much already: "
                + $"{(training.ActivationCheckpointing ? "" : "set Training.ActivationCheckpointing, ")}use Precision.BFloat16, "
                + "a smaller backbone, or a machine with more memory.";
        return new LiftPlusException(
            $"Memory ran out in a step with {images} images at a time ({e.Message.Split('\n')[0].Trim()}). {advice}",
            e
        );
    }

    /// <summary>Returns the smallest setting that at least halves the micro-batch; null if it is one image.</summary>
    public static int? NextAccumulation(int batchSize, int steps)
    {
        for (int more = 2 * steps; more <= batchSize; more++)
        {
            if (batchSize % more == 0)
                return more;
        }

        return null;
    }
}
