using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>How large an image may be that comes from somebody else. Both are checked before memory of that size is taken.</summary>
public sealed record ImageLimits
{
    /// <summary>Bytes of the encoded image.</summary>
    /// <value>The default value is 64 MiB.</value>
    [Range(1, 1L << 30)]
    public long MaxEncodedBytes { get; init; } = 64 << 20;

    /// <summary>Width · height as the image's header says it; the decoder's own limit holds too. Four bytes each are taken.</summary>
    /// <value>The default value is 100 million.</value>
    [Range(1, 500_000_000L)]
    public long MaxPixels { get; init; } = 100_000_000;
}
