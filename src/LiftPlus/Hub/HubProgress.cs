namespace LiftPlus;

/// <summary>Reports how far the download of a repository's files is.</summary>
/// <param name="Repository">The repository, "owner/name".</param>
/// <param name="File">The file being downloaded.</param>
/// <param name="Done">The number of bytes downloaded so far, of all files.</param>
/// <param name="Total">
/// The number of bytes of all files. It grows once if the weights have several files, because their index is read first.
/// </param>
public sealed record HubProgress(string Repository, string File, long Done, long Total);
