namespace LiftPlus.Samples.WebApi;

/// <summary>Limits how long an upload may take.</summary>
public sealed record UploadOptions
{
    /// <summary>Gets the time limit for a request, from its first byte to the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the minimum upload rate. After the grace period, slower requests are aborted.</summary>
    public double MinimumBytesPerSecond { get; init; } = 1024;

    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(5);
}
