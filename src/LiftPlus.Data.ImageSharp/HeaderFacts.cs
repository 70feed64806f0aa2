namespace LiftPlus.Data;

/// <summary>Represents what an image's header says.</summary>
/// <param name="Size">The size.</param>
/// <param name="Cost">The memory that decoding takes, and the bytes that the pixels take at least.</param>
/// <param name="Bytes">The number of bytes that the file has for its pixels, or for all of it.</param>
internal readonly record struct HeaderFacts(ImageSize Size, EncodedHeader Cost, long Bytes);
