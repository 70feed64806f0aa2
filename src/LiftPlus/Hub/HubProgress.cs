namespace LiftPlus;

/// <summary>How far the download of a repository's files has come.</summary>
/// <param name="Repository">The repository, "owner/name".</param>
/// <param name="File">The file being fetched.</param>
/// <param name="Bytes">Bytes that are there, of all files to be fetched.</param>
/// <param name="TotalBytes">
/// Bytes of all files to be fetched. It grows once when weights come in several files: their index is read first.
/// </param>
public sealed record HubProgress(string Repository, string File, long Bytes, long TotalBytes);
