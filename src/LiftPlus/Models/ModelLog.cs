using LiftPlus.Backbones;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Models;

/// <summary>Defines the log messages about a model and its backbone.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(2, LogLevel.Information, "Backbone {Backbone}: {Trained} of {Total} parameters are trained")]
    public static partial void Built(ILogger logger, string backbone, long trained, long total);

    [LoggerMessage(7, LogLevel.Information, "Backbone {Backbone}: {Origin}")]
    public static partial void Found(ILogger logger, string backbone, BackboneOrigin origin);

    [LoggerMessage(8, LogLevel.Warning, "{Remark}")]
    public static partial void Remarked(ILogger logger, string remark);
}
