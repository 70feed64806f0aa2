namespace LiftPlus.Data.Tests;

/// <summary>Represents a decoder for the tests of all decoders: a new one is tested by being listed.</summary>
internal sealed record DecoderCase(Func<long, bool, IImageDecoder> Make)
{
    public static readonly IReadOnlyDictionary<string, DecoderCase> All = new Dictionary<string, DecoderCase>
    {
        ["Skia"] = new((maxPixels, reduced) => new SkiaImageDecoder(maxPixels, reduced)) { HasReducedScale = true },
        // ImageSharp repeats half-size color instead of interpolating it.
        ["ImageSharp"] = new((maxPixels, _) => new ImageSharpDecoder(maxPixels)) { LossyMost = 24, SixteenBitMost = 1 },
    };

    /// <summary>Gets the grey levels that a value of a JPEG may differ from Pillow's.</summary>
    public int LossyMost { get; init; }

    /// <summary>Gets the grey levels that a 16-bit value may differ.</summary>
    public int SixteenBitMost { get; init; }

    public bool HasReducedScale { get; init; }

    public IImageDecoder Create(long maxPixels = 100_000_000, bool reduced = false) => Make(maxPixels, reduced);

    public int Most(string format) =>
        format.EndsWith(".jpg", StringComparison.Ordinal) ? LossyMost
        : format.Contains("16-bit", StringComparison.Ordinal) ? SixteenBitMost
        : 0;
}
