namespace LiftPlus;

/// <summary>The exception that is thrown when a classifier has no room for another image.</summary>
public sealed class QueueFullException : LiftPlusException
{
    internal QueueFullException(int capacity)
        : base(
            $"{capacity} images are already waiting or being classified, and there is no room for another. "
                + $"Try again later, or raise {nameof(ClassifierServingOptions.QueueCapacity)}."
        ) { }

    internal QueueFullException(long bytes)
        : base(
            $"Images that are being read already take the {bytes:N0} bytes that they may take together. "
                + $"Try again later, or raise {nameof(ClassifierServingOptions.MaxBufferedBytes)}."
        ) { }
}
