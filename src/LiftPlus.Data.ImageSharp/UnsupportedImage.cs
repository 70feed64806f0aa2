namespace LiftPlus.Data;

/// <summary>Creates the exception for an image of a kind that the decoder does not read.</summary>
internal static class UnsupportedImage
{
    /// <param name="name">The image.</param>
    /// <param name="kind">The kind, such as "a TIFF in tiles".</param>
    public static ImageDecodeException Of(string name, string kind) =>
        new(name, $"it is {kind}, which {nameof(ImageSharpDecoder)} does not read. Save it in another way, or leave it out.")
        {
            IsLasting = true,
        };
}
