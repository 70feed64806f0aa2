using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>Defines the log messages of served classifiers.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(
        201,
        LogLevel.Information,
        "{Model}: serving {Classes} classes on {Device}, backbone {Backbone}, loaded in {Seconds:F2} s"
    )]
    public static partial void Loaded(ILogger logger, string model, int classes, string device, string backbone, double seconds);

    [LoggerMessage(202, LogLevel.Error, "{Model}: the new model cannot be loaded, and the old one continues to serve: {Reason}")]
    public static partial void ReloadFailed(ILogger logger, string model, string reason);

    [LoggerMessage(203, LogLevel.Debug, "{Model}: the old model has answered its last image and is freed")]
    public static partial void Freed(ILogger logger, string model);

    [LoggerMessage(204, LogLevel.Error, "A batch of {Count} images failed")]
    public static partial void BatchFailed(ILogger logger, Exception exception, int count);
}
