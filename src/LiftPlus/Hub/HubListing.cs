namespace LiftPlus.Hub;

/// <summary>A repository at one commit and the names of its files.</summary>
internal sealed record HubListing(string Commit, IReadOnlySet<string> Files);
