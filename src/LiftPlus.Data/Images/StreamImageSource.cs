namespace LiftPlus.Data;

/// <summary>A stream of an image's encoded bytes.</summary>
internal sealed class StreamImageSource(Stream encoded, string name) : ImageSource(name)
{
    internal override bool IsRepeatable => false;

    internal override async ValueTask<ImageSource> BufferAsync(
        ImageLimits limits,
        Func<int, ValueTask>? reserve,
        CancellationToken cancellationToken
    ) =>
        new BufferedImageSource(
            await EncodedBytes.ReadAsync(encoded, Name, limits.MaxEncodedBytes, reserve, cancellationToken).ConfigureAwait(false),
            Name
        );
}
