namespace LiftPlus.Data;

/// <summary>Describes the contents of a cache of decoded images.</summary>
/// <param name="Images">The number of images kept.</param>
/// <param name="Bytes">Their bytes of pixels.</param>
/// <param name="Fault">Why the cache stopped taking images, such as a full disk; null while it works. Only speed is lost.</param>
internal sealed record ImageCacheState(int Images, long Bytes, string? Fault);
