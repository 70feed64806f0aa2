namespace LiftPlus.Samples.WebApi;

/// <summary>How long an image may take to arrive.</summary>
public sealed record UploadOptions
{
    /// <summary>Time for a request, from its first byte to its answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A sender slower than this, after the grace period, is cut off.</summary>
    public double MinimumBytesPerSecond { get; init; } = 1024;

    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(5);
}
