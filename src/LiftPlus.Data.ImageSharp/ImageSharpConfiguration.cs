using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;

namespace LiftPlus.Data;

/// <summary>
/// Creates the settings of ImageSharp for an image. <see cref="Configuration.Default"/>, which belongs to the application, is not used: its
/// decoders read metadata and every frame, without a limit of memory for an image.
/// </summary>
internal static class ImageSharpConfiguration
{
    private const int BytesPerPixel = 24, // twice what progressive CMYK takes
        Tables = 1 << 24;

    private static readonly Configuration s_base = CreateBase();

    /// <summary>Gets the formats.</summary>
    public static IEnumerable<IImageFormat> Formats => s_base.ImageFormats;

    /// <summary>Creates the settings to decode an image, or to read its header if the number of pixels is 0.</summary>
    /// <param name="bytes">The number of encoded bytes.</param>
    /// <param name="pixels">The number of pixels.</param>
    public static Configuration For(int bytes, long pixels)
    {
        Configuration configuration = s_base.Clone();
        configuration.MemoryAllocator = new ImageMemory(Tables + 2L * bytes + BytesPerPixel * pixels);
        return configuration;
    }

    private static Configuration CreateBase()
    {
        var configuration = new Configuration(
            new PngConfigurationModule(),
            new JpegConfigurationModule(),
            new GifConfigurationModule(),
            new BmpConfigurationModule(),
            new TgaConfigurationModule(),
            new TiffConfigurationModule()
        );
        ImageFormatManager formats = configuration.ImageFormatsManager;
        formats.SetDecoder(PngFormat.Instance, new PngDecoder { IgnoreMetadata = true });
        formats.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
        formats.SetDecoder(GifFormat.Instance, new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First });
        formats.SetDecoder(TiffFormat.Instance, new TiffDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First });
        return configuration;
    }
}
