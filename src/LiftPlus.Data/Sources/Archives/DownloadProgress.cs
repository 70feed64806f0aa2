namespace LiftPlus;

/// <summary>Reports how far a download is.</summary>
/// <param name="File">The file.</param>
/// <param name="Done">The number of bytes received so far.</param>
/// <param name="Total">The number of bytes to receive; null if the server does not say.</param>
public readonly record struct DownloadProgress(string File, long Done, long? Total);
