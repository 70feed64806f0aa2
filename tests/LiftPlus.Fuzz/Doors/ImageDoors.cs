using LiftPlus.Data;
using SkiaSharp;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Images of every format.</summary>
internal static class ImageDoors
{
    private static readonly string[] s_tokens =
    [
        "\u00ff\u00d8\u00ff",
        "\u00ff\u00d9",
        "\u00ff\u00c0",
        "\u00ff\u00c2",
        "\u00ff\u00c4",
        "\u00ff\u00da",
        "\u00ff\u00dd\u0000\u0004",
        "IHDR",
        "PLTE",
        "IDAT",
        "IEND",
        "tRNS",
        "acTL",
        "VP8 ",
        "VP8L",
        "VP8X",
        "ANMF",
        "ALPH",
        "GIF89a",
        "\u0021\u00f9\u0004",
        "\u002c",
        ";",
        "BM",
        "II*\u0000",
        "P6",
        "\u0027\u000f\u0027\u000f", // 9999 x 9999
        "\u0000\u0000\u0027\u000f\u0000\u0000\u0027\u000f",
        "\u000f\u0027\u0000\u0000\u000f\u0027\u0000\u0000",
    ];

    private static readonly Dictionary<string, Func<byte[][]>> s_seeds = new()
    {
        ["jpeg"] = () => [ImageSeeds.Encode(SKEncodedImageFormat.Jpeg, 90), ImageSeeds.Encode(SKEncodedImageFormat.Jpeg, 10)],
        ["png"] = () =>
            [
                ImageSeeds.Png(8, 2, isInterlaced: false),
                ImageSeeds.Png(16, 6, isInterlaced: true),
                ImageSeeds.Png(4, 3, isInterlaced: false),
                ImageSeeds.Png(1, 0, isInterlaced: true),
                ImageSeeds.Encode(SKEncodedImageFormat.Png, 100),
            ],
        ["webp"] = () => [ImageSeeds.Encode(SKEncodedImageFormat.Webp, 80), ImageSeeds.Encode(SKEncodedImageFormat.Webp, 100)],
        ["bmp"] = () => [ImageSeeds.Bmp(hasRuns: false), ImageSeeds.Bmp(hasRuns: true)],
        ["gif"] = () => [ImageSeeds.Gif(1), ImageSeeds.Gif(2)],
    };

    // What ImageSharp alone reads.
    private static readonly Dictionary<string, Func<byte[][]>> s_otherSeeds = new()
    {
        ["tiff"] = () =>
            [
                PlainImages.Tiff(),
                PlainImages.Tiff(compression: 8, isBigEndian: true),
                PlainImages.Tiff(compression: 32773, samples: 1, bits: 16, isBig: true),
            ],
        ["tga"] = () => [PlainImages.Tga(24), PlainImages.Tga(32, isCompressed: true), PlainImages.Tga(8, hasPalette: true)],
        ["pnm"] = () => [PlainImages.Pnm(4), PlainImages.Pnm(5, 1000), PlainImages.Pnm(6)],
    };

    public static IEnumerable<Door> Create() =>
        [
            .. s_seeds.Select(entry => Of(entry.Key, entry.Value, new SkiaImageDecoder())),
            .. s_seeds.Concat(s_otherSeeds).Select(entry => Of($"{entry.Key}-imagesharp", entry.Value, new ImageSharpDecoder(25_000_000))),
        ];

    private static Door Of(string name, Func<byte[][]> seeds, IImageDecoder decoder)
    {
        return new Door
        {
            Name = name,
            MakeSeeds = seeds,
            Tokens = s_tokens,
            Repair = ImageSeeds.FixSums,
            Try = input =>
            {
                decoder.Decode(input, "x").Dispose();
                decoder.Decode(input, "x", Middle, 8).Dispose();
            },
        };
    }

    private static PixelBox Middle(ImageSize size) => new(size.Width / 4, size.Height / 4, (size.Width + 1) / 2, (size.Height + 1) / 2);
}
