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

    [LoggerMessage(
        10,
        LogLevel.Information,
        "Backbone {Backbone}: probabilities are sigmoids; each is that of its class alone, and their sum is not 1"
    )]
    public static partial void IndependentClasses(ILogger logger, string backbone);

    [LoggerMessage(
        11,
        LogLevel.Information,
        "Backbone {Backbone}: {Count} parameters, so frozen image weights are stored in {Precision}; set Training.Precision for another"
    )]
    public static partial void ChosePrecision(ILogger logger, string backbone, long count, Precision precision);
}
