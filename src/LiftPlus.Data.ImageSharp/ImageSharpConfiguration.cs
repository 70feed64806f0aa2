using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;

namespace LiftPlus.Data;

/// <summary>
/// Creates the settings of ImageSharp for a decoder. <see cref="Configuration.Default"/>, which belongs to the application, is not used:
/// its pool may keep an eighth of the machine's memory, and its decoders read metadata and every frame.
/// </summary>
internal static class ImageSharpConfiguration
{
    private const int PoolMegabytes = 64,
        BytesPerPixel = 4,
        LeastMegabytes = 16; // tables and rows of a small image

    /// <summary>Creates the settings.</summary>
    /// <param name="maxPixels">The number of pixels that one allocation may hold; a longer one fails.</param>
    public static Configuration Create(long maxPixels)
    {
        var configuration = new Configuration(
            new PngConfigurationModule(),
            new JpegConfigurationModule(),
            new GifConfigurationModule(),
            new BmpConfigurationModule(),
            new TgaConfigurationModule(),
            new TiffConfigurationModule(),
            new WebpConfigurationModule()
        )
        {
            MemoryAllocator = MemoryAllocator.Create(
                new MemoryAllocatorOptions
                {
                    MaximumPoolSizeMegabytes = PoolMegabytes,
                    AllocationLimitMegabytes = LeastMegabytes + (int)(maxPixels * BytesPerPixel >> 20),
                }
            ),
        };
        configuration.ImageFormatsManager.SetDecoder(PngFormat.Instance, new PngDecoder { IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(WebpFormat.Instance, new WebpDecoder { IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(
            GifFormat.Instance,
            new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First }
        );
        configuration.ImageFormatsManager.SetDecoder(
            TiffFormat.Instance,
            new TiffDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First }
        );
        return configuration;
    }
}
