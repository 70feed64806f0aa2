using Microsoft.Extensions.Logging;

namespace LiftPlus.Hub;

/// <summary>Defines the log messages of downloads.</summary>
internal static partial class HubLog
{
    [LoggerMessage(101, LogLevel.Information, "{Repository}: fetching {Files} files, {MegaBytes:F1} MB, into {Folder}")]
    public static partial void Fetching(ILogger logger, string repository, int files, double megaBytes, string folder);

    [LoggerMessage(110, LogLevel.Information, "{Name} is not a file or folder in {Folder}; it is looked for as a repository in {Hub}")]
    public static partial void NoFolder(ILogger logger, string name, string folder, string hub);

    [LoggerMessage(102, LogLevel.Information, "{Repository}: {File} continues at byte {Bytes}")]
    public static partial void Resuming(ILogger logger, string repository, string file, long bytes);

    [LoggerMessage(103, LogLevel.Information, "{File} is being written by another process; waiting")]
    public static partial void Waiting(ILogger logger, string file);

    [LoggerMessage(104, LogLevel.Warning, "The hub: {Reason}; trying again in {Seconds:F1} s")]
    public static partial void Retrying(ILogger logger, string reason, double seconds);

    [LoggerMessage(105, LogLevel.Warning, "{Repository}: the cached files are used without a check, because {Reason}")]
    public static partial void FromCache(ILogger logger, string repository, string reason);

    [LoggerMessage(106, LogLevel.Warning, "{Repository}: {File} arrived damaged and is downloaded again from the start")]
    public static partial void StartingOver(ILogger logger, string repository, string file);

    [LoggerMessage(107, LogLevel.Warning, "{Repository}: {Fault}; it is downloaded again")]
    public static partial void Damaged(ILogger logger, string repository, string fault);
}
