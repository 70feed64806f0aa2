namespace LiftPlus.Hub;

/// <summary>Represents the files of a repository at one commit.</summary>
internal sealed record HubListing(string Commit, IReadOnlySet<string> Files);
