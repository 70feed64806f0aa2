namespace LiftPlus;

/// <summary>Reports the progress of a download from the hub.</summary>
/// <param name="Repository">The repository, "owner/name".</param>
/// <param name="File">The file being fetched.</param>
/// <param name="Bytes">Bytes that have arrived, of all files to be fetched.</param>
/// <param name="TotalBytes">
/// Bytes of all files to be fetched. It grows once if the weights are split into several files, because their index is read first.
/// </param>
public sealed record HubProgress(string Repository, string File, long Bytes, long TotalBytes);
