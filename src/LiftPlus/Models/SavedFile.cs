namespace LiftPlus.Models;

/// <summary>Represents what a model folder records about one of its files.</summary>
internal sealed record SavedFile(long Bytes, string Sha256);
